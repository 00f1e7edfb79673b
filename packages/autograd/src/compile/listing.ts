import { Scalar } from "../scalar/expression.js";
import type { PointwiseDeclaration } from "../scalar/pointwise.js";
import { format, isContiguous } from "../shape.js";
import { formulas } from "./formula.js";
import type { Graph, Instruction, Operand, Settings, Value } from "./graph.js";
import { valuesOf } from "./uses.js";

/**
 * A graph as text: a line for each value that is there from the beginning, each instruction, store and result.
 *
 * An operand is `%2[3, 5]` where it lies in row-major order from the value's first element on; otherwise it is followed by
 * `@offset` and its strides in parentheses: `%2[5, 3]@15(1, 5)`.
 */
export function listing(graph: Graph): string {
  const given = valuesOf(graph).filter(({ origin }) => origin.kind !== "computed");
  return [
    ...given.map(listValue),
    ...graph.instructions.map(listInstruction),
    ...graph.stores.map(({ state, source }) => `store %${state.id} ← ${listOperand(source)}`),
    ...graph.results.map((result) => `result ${listOperand(result)}`),
  ].join("\n");
}

/** `%0 float32 [6] argument 0` */
export function listValue({ id, dtype, size, origin }: Value): string {
  const place = origin.kind === "argument" || origin.kind === "gradient" ? ` ${origin.place}` : "";
  const only = origin.kind === "constant" && size === 1 ? ` ${origin.array[0]}` : "";
  return `%${id} ${dtype} [${size}] ${origin.kind}${place}${only}`;
}

/** `%2[3, 5]`, with offset and strides where they say something. */
export function listOperand({ value, shape, strides, offset }: Operand): string {
  const at = offset === 0 ? "" : `@${offset}`;
  const steps = isContiguous(shape, strides) ? "" : `(${strides.join(", ")})`;
  return `%${value.id}${format(shape)}${at}${steps}`;
}

/** `%2[3, 5] ← matmul(%0[3, 4], %1[4, 5])`; the dtype is named where it is not float32. */
export function listInstruction({ kernel, inputs, outputs, updates, settings }: Instruction): string {
  const written = outputs.map(
    (output) => `${listOperand(output)}${output.dtype === "float32" ? "" : ` ${output.dtype}`}`,
  );
  const arrow = outputs.length === 0 ? "" : ` ${updates ? "⇐" : "←"} `;
  return `${written.join(", ")}${arrow}${kernel}(${inputs.map(listOperand).join(", ")})${listSettings(settings)}`;
}

function listSettings(settings: Settings): string {
  const texts = Object.entries(settings).map(([name, value]) => {
    if (isScalars(value)) return formulas(value).join("; ");
    if (isDeclaration(value)) return value.name;
    return `${name} ${Array.isArray(value) ? `[${value.join(", ")}]` : String(value)}`;
  });
  return texts.length === 0 ? "" : ` { ${texts.join("; ")} }`;
}

const isScalars = (value: unknown): value is readonly Scalar[] => Array.isArray(value) && value[0] instanceof Scalar;

const isDeclaration = (value: unknown): value is PointwiseDeclaration =>
  typeof value === "object" && value !== null && "expression" in value;
