import { flushed32 } from "./elementary/flush.js";
import type { ElementaryName } from "./elementary.js";
import { elementaryRows } from "./elementary.js";
import { constant, Scalar } from "./expression.js";
import { SMALLEST_NORMAL } from "./smallest-normal.js";

/**
 * `root` with the float64 row in the place of each elementary call, as the loops compute it: in float32 loops what the
 * row gives below 2^-126 becomes 0. JavaScript engines inline small functions only, and a call that they do not inline
 * allocates its result.
 */
export function expandCalls(root: Scalar, isFloat32: boolean): Scalar {
  const expanded = new Map<Scalar, Scalar>();
  const expand = (node: Scalar): Scalar => {
    const known = expanded.get(node);
    if (known !== undefined) return known;
    const args = node.args.map(expand);
    let result = node;
    if (node.op === "smallestNormal") result = constant(SMALLEST_NORMAL[isFloat32 ? "float32" : "float64"]);
    else if (node.op === "call") {
      const { float64, underflows } = elementaryRows[node.name as ElementaryName];
      const row = substitute(float64, args);
      result = isFloat32 && underflows ? flushed32(row) : row;
    } else if (args.some((argument, index) => argument !== node.args[index])) {
      result = new Scalar(node.op, node.kind, args, node.value, node.name);
    }
    expanded.set(node, result);
    return result;
  };
  return expand(root);
}

/** The expression `root` over `inputs`. */
export function substitute(root: Scalar, inputs: readonly Scalar[]): Scalar {
  const replaced = new Map<Scalar, Scalar>();
  const replace = (node: Scalar): Scalar => {
    if (node.op === "input") return inputs[node.value] as Scalar;
    if (node.args.length === 0) return node;
    const known = replaced.get(node);
    if (known !== undefined) return known;
    const result = new Scalar(node.op, node.kind, node.args.map(replace), node.value, node.name);
    replaced.set(node, result);
    return result;
  };
  return replace(root);
}
