import type { Instruction, Operand } from "../../compile/graph.js";
import type { PointwiseDeclaration } from "../../scalar/pointwise.js";
import { isContiguous } from "../../shape.js";
import type { Abilities } from "../abilities.js";

/** Whether neighbours along the last dim lie side by side. */
const hasRows = ({ shape, strides }: Operand): boolean =>
  shape.length === 0 || shape.at(-1) === 1 || strides.at(-1) === 1;

const isDense = ({ shape, strides }: Operand): boolean => isContiguous(shape, strides);

/** A matrix that packing reads along rows or along columns. */
const isMatrix = (x: Operand): boolean => hasRows(x) || x.strides.at(-2) === 1 || x.shape.at(-2) === 1;

const isNumberOrCondition = ({ dtype }: Operand): boolean => dtype === "float32" || dtype === "bool";

/** Whether all elements are one and the same. */
const isNumber = ({ shape, strides }: Operand): boolean => shape.every((extent, d) => extent === 1 || strides[d] === 0);

function fuses({ kernel, inputs, outputs, settings }: Instruction): boolean {
  if (kernel !== "pointwise" && kernel !== "copy") return false;
  const output = outputs[0]!;
  if (output.size === 0 || !isNumberOrCondition(output)) return false;
  if (kernel === "copy") return inputs[0]!.dtype !== "float64" || isNumber(inputs[0]!);
  // Conditions among themselves are values of the dtype bool to some operations, which add and multiply them.
  const { inputs: roles, output: role } = settings.declaration as PointwiseDeclaration;
  const logical = roles.every((one) => one === "bool") && role === "bool";
  const numbers = inputs.every((x, i) => roles[i] === "bool" || x.dtype === "float32" || isNumber(x));
  return logical || (settings.dtype === "float32" && numbers);
}

/** Whether a loop over the last dim reads the operand along it, or stays where it is. */
const isEven = ({ shape, strides }: Operand): boolean => {
  const moving = strides.filter((_, d) => shape[d]! > 1);
  return moving.length === 0 || moving.at(-1)! <= 1;
};

const isProduct = ([a, b, ...added]: readonly Operand[]): boolean =>
  isMatrix(a!) && isMatrix(b!) && added.every(hasRows);

const readsOf: Readonly<Record<string, (inputs: readonly Operand[]) => boolean>> = {
  copy: () => true,
  matmul: isProduct,
  attention: ([query, key, value, ...rest]) => [query!, key!, value!].every(hasRows) && rest.every(isEven),
  attentionGrad: ([gradient, sums, query, key, value, ...rest]) =>
    isDense(sums!) && [gradient!, query!, key!, value!].every(hasRows) && rest.every(isEven),
};

const writesOf: Readonly<Record<string, (outputs: readonly Operand[]) => boolean>> = {
  copy: () => true,
  fill: () => true,
  matmul: (outputs) => outputs.every(hasRows),
  attention: ([output, sums]) => hasRows(output!) && isDense(sums!),
  attentionGrad: (outputs) => outputs.every(hasRows),
  indexSelect: (outputs) => outputs.every(hasRows),
};

/** What the kernels in WebAssembly do without a copy. */
export const abilities: Abilities = {
  fuses,
  readsStrided: (instruction) =>
    fuses(instruction)
      ? instruction.inputs.every(isEven)
      : (readsOf[instruction.kernel]?.(instruction.inputs) ?? instruction.inputs.every(isDense)),
  writesStrided: (instruction) =>
    fuses(instruction) || (writesOf[instruction.kernel]?.(instruction.outputs) ?? instruction.outputs.every(isDense)),
  hasEpilogue: ({ inputs, outputs }) => isProduct(inputs) && outputs.every(hasRows),
};
