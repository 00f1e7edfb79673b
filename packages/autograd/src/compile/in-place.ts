import { areDisjoint } from "./digits.js";
import type { Instruction, Operand, Value } from "./graph.js";
import { sameElements } from "./operands.js";

/**
 * Kernels whose first output may lie where an input of its shape does, on every target: they read an element before they
 * write the one at the same index, and nothing of it, or of its row, afterwards.
 */
const inPlace: ReadonlySet<string> = new Set([
  ...["chain", "pointwise", "copy"],
  ...["softmax", "logSoftmax", "softmaxGrad", "logSoftmaxGrad", "crossEntropyGrad"],
  ...["layerNorm", "layerNormGrad", "standardize"],
]);

/**
 * Whether the output may lie where `value` does, of which the instruction reads: wherever it reads an element of it, it
 * writes that very element, and no later.
 */
export function readsWhatItWrites({ kernel, inputs }: Instruction, value: Value, output: Operand): boolean {
  if (!inPlace.has(kernel)) return false;
  const mine = inputs.filter((input) => input.value === value);
  return mine.every((input) => {
    const there = { ...input, value: output.value };
    return input.dtype === output.dtype && (sameElements(there, output) || areDisjoint(there, output));
  });
}
