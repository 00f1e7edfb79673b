import type { Scalar } from "./expression.js";

/** A node after equal subexpressions have become one: its arguments are positions of earlier steps. */
export interface Step {
  readonly node: Scalar;
  readonly args: readonly number[];
}

/**
 * The nodes below `root` in an order in which arguments come first, each distinct node once: two nodes are the same
 * where op, value, name and arguments are. The root is the last step. What printers and the evaluator walk.
 */
export function stepsOf(root: Scalar): readonly Step[] {
  const steps: Step[] = [];
  const positions = new Map<Scalar, number>();
  const known = new Map<string, number>();
  const visit = (node: Scalar): number => {
    const seen = positions.get(node);
    if (seen !== undefined) return seen;
    const args = node.args.map(visit);
    // Object.is tells −0 from 0, which a template string does not.
    const value = Object.is(node.value, -0) ? "-0" : String(node.value);
    const key = `${node.op} ${node.kind} ${value} ${node.name} ${args.join(" ")}`;
    let position = known.get(key);
    if (position === undefined) {
      position = steps.length;
      steps.push({ node, args });
      known.set(key, position);
    }
    positions.set(node, position);
    return position;
  };
  visit(root);
  return steps;
}
