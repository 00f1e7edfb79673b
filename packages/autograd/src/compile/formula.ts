import type { Scalar } from "../scalar/expression.js";

/** Operations that are written between their operands. */
const infix: Readonly<Record<string, string>> = {
  plus: "+",
  minus: "−",
  times: "·",
  over: "/",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  eq: "=",
  ne: "≠",
  and: "and",
  or: "or",
};

/** Scalar functions in a form to read: `x0 · (x1 + 2)`; what is used several times is named `t0`, `t1`, … in front. */
export function formulas(expressions: readonly Scalar[]): readonly string[] {
  const uses = new Map<Scalar, number>();
  const count = (node: Scalar): void => {
    uses.set(node, (uses.get(node) ?? 0) + 1);
    if (uses.get(node) === 1) node.args.forEach(count);
  };
  expressions.forEach(count);
  const names = new Map<Scalar, string>();
  const lines: string[] = [];
  const write = (node: Scalar, bare: boolean): string => {
    const known = names.get(node);
    if (known !== undefined) return known;
    // Between commas nothing needs parentheses.
    const inside = infix[node.op] !== undefined || node.op === "negate" || node.op === "not";
    const args = node.args.map((argument) => write(argument, !inside));
    const text = formula(node, args);
    if (uses.get(node)! > 1 && node.args.length > 0) {
      const name = `t${names.size}`;
      names.set(node, name);
      lines.push(`${name} = ${text}`);
      return name;
    }
    return bare || infix[node.op] === undefined ? text : `(${text})`;
  };
  const last = expressions.map((expression) => write(expression, true));
  return [...lines, ...last];
}

function formula({ op, value, name }: Scalar, args: readonly string[]): string {
  const [a, b] = args;
  if (op === "input") return `x${value}`;
  if (op === "constant") return String(value);
  if (op === "smallestNormal") return op;
  if (op === "negate") return `−${a}`;
  if (op === "not") return `not ${a}`;
  const symbol = infix[op];
  return symbol === undefined ? `${op === "call" ? name : op}(${args.join(", ")})` : `${a} ${symbol} ${b}`;
}
