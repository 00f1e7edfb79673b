import { checkOptions, type Kind } from "./errors.js";
import * as kind from "./kinds.js";
import { Node } from "./node.js";
import { format } from "./shape.js";
import { Tensor } from "./tensor.js";

/** Options of {@link graphToDot}. */
export interface DotOptions {
  /** What to call tensors: `Object.entries({ x, y })`, or `model.namedParameters()`. */
  readonly names?: readonly (readonly [string, Tensor])[];
}

const namesOfTensors: Kind = {
  what: "pairs of a name and a tensor",
  hint: "Object.entries({ x }), or model.namedParameters()",
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && typeof pair[0] === "string" && pair[1] instanceof Tensor),
};

const quoted = (...lines: readonly string[]): string =>
  `"${lines.map((line) => line.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")).join("\\n")}"`;

/**
 * The recorded graph behind a tensor as text for Graphviz: `dot -Tsvg`. An ellipse is an operation with its shape and
 * dtype, a box a leaf; plain text is an operand without a gradient. Arrows go from operands to results.
 *
 * @param tensor usually the loss
 * @returns the same text for the same graph
 * @example
 * ```ts
 * const x = tensor([1, 2], { requiresGrad: true });
 * graphToDot(x.mul(x).sum(), { names: Object.entries({ x }) });
 * ```
 */
export function graphToDot(tensor: Tensor, options: DotOptions = {}): string {
  checkOptions("graphToDot", options, { names: namesOfTensors });
  kind.checkTensors("graphToDot", tensor);
  const names = new Map<Node | Tensor, string>();
  for (const [name, named] of options.names ?? []) names.set(named.node ?? named, name);
  const numbers = new Map<Node | Tensor, number>();
  const queue: (Node | Tensor)[] = [];
  const lines: string[] = [];
  const numberOf = (place: Node | Tensor): number => {
    const known = numbers.get(place);
    if (known !== undefined) return known;
    queue.push(place);
    numbers.set(place, numbers.size);
    return numbers.size - 1;
  };
  numberOf(tensor.node ?? tensor);
  for (let at = 0; at < queue.length; at++) {
    const place = queue[at]!;
    const label = [...(names.has(place) ? [names.get(place)!] : [])];
    const size = `${format(place.shape)} ${place.dtype}`;
    if (!(place instanceof Node)) {
      lines.push(
        `n${at} [shape=box, label=${quoted(...label, size, ...(place.requiresGrad ? ["requiresGrad"] : []))}];`,
      );
      continue;
    }
    lines.push(`n${at} [label=${quoted(...label, place.primitive.name, size)}];`);
    place.edges.forEach((edge, i) => {
      if (edge !== null) lines.push(`n${numberOf(edge)} -> n${at};`);
      else {
        lines.push(
          `n${at}_${i} [shape=plaintext, label=${quoted(format(place.shapes[i]!))}];`,
          `n${at}_${i} -> n${at};`,
        );
      }
    });
  }
  return `digraph {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}
