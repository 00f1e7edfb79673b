import type { Strided } from "../../storage.js";
import type { Machine } from "./machine.js";
import { bytesOf, load, operandAt } from "./operand.js";
import { productStep } from "./product.js";
import { runAlone } from "./run-alone.js";

/** [.., M, K] · [.., K, N] → [.., M, N] of float32; leading dims broadcast. The operands are copied in, the result out. */
export function matmul(machine: Machine, a: Strided, b: Strided, output: Strided): void {
  const { memory } = machine;
  const { shape, strides, size } = output;
  machine.lend(bytesOf(a) + bytesOf(b) + 4 * size, (free) => {
    const left = operandAt(a, free);
    const right = operandAt(b, left.end);
    const at = right.end;
    load(left, memory.views);
    load(right, memory.views);
    const factors = { a: { ...left, shape: a.shape }, b: { ...right, shape: b.shape }, output: { at, shape, strides } };
    runAlone(machine, productStep(factors));
    output.storage.array.set(memory.views.floats.subarray(at / 4, at / 4 + size), output.offset);
  });
}
