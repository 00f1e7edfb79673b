import { areDisjoint } from "./digits.js";
import type { Instruction, Operand, Value } from "./graph.js";
import { sameElements } from "./operands.js";

/** Kernels that read an element of each input before they write the element of the output at the same index. */
const elementwise: ReadonlySet<string> = new Set(["chain", "pointwise", "copy"]);

/**
 * Whether the output may lie where `value` does, of which the instruction reads: wherever it reads an element of it, it
 * writes that very element, and no later.
 */
export function readsWhatItWrites({ kernel, inputs }: Instruction, value: Value, output: Operand): boolean {
  if (!elementwise.has(kernel)) return false;
  const mine = inputs.filter((input) => input.value === value);
  return mine.every((input) => {
    const there = { ...input, value: output.value };
    return input.dtype === output.dtype && (sameElements(there, output) || areDisjoint(there, output));
  });
}
