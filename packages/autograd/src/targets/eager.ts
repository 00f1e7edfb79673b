import type { Strided } from "../storage.js";
import { reference } from "./reference/index.js";
import type { AttentionOperands, Target } from "./target.js";
import { attention, attentionGrad } from "./wasm/attention.js";
import { crossEntropy, crossEntropyGrad } from "./wasm/cross-entropy.js";
import { type Machine, machineOrNull } from "./wasm/machine.js";
import { matmul } from "./wasm/matmul.js";

/**
 * Multiplications, or exponentials, from which an operation is worth the copies into WebAssembly's memory and out of it
 * (`pnpm bench gemm`). It is bits: the kernels round to float32 at each step, the reference once.
 */
const WORTH_COPYING = 512;

/** Elements that operands and results may have in WebAssembly's memory, which does not shrink again: 1 GiB. */
const MOST_ELEMENTS = 2 ** 28;

/** The machine for an operation of this size, or `null` for the reference: that follows from dtype and shapes alone. */
function machineFor({ dtype }: Strided, work: number, elements: number): Machine | null {
  const fits = dtype === "float32" && work >= WORTH_COPYING && elements <= MOST_ELEMENTS;
  return fits ? machineOrNull() : null;
}

function attentionMachine({ query, key, value }: AttentionOperands): Machine | null {
  const scores = (query.size / query.shape[3]!) * key.shape[2]!;
  const multiplications = scores * (query.shape[3]! + value.shape[3]!);
  // The backward pass has a gradient for each of them besides, and a mask or bias may be as large as the scores.
  return machineFor(query, multiplications, 2 * (query.size + key.size + value.size + scores));
}

/** What eager operations run on: the reference, but products, attention and cross entropy of float32 in WebAssembly. */
export const eager: Target = {
  ...reference,
  name: "eager",
  matmul(a, b, output) {
    const machine = machineFor(output, output.size * a.shape.at(-1)!, a.size + b.size + output.size);
    if (machine === null) reference.matmul(a, b, output);
    else matmul(machine, a, b, output);
  },
  attention(operands, settings, output, logSumExp) {
    const machine = attentionMachine(operands);
    if (machine === null) reference.attention(operands, settings, output, logSumExp);
    else attention(machine, operands, settings, output);
  },
  attentionGrad(operands, settings, gradient, logSumExp, results) {
    const machine = attentionMachine(operands);
    if (machine === null) reference.attentionGrad(operands, settings, gradient, logSumExp, results);
    else attentionGrad(machine, operands, settings, gradient, results);
  },
  crossEntropy(logits, target, settings, output, logSumExp) {
    const machine = machineFor(logits, logits.size, 2 * logits.size);
    if (machine === null) reference.crossEntropy(logits, target, settings, output, logSumExp);
    else crossEntropy(machine, logits, target, settings, output, logSumExp);
  },
  crossEntropyGrad(gradient, logits, target, logSumExp, settings, output) {
    const machine = machineFor(logits, logits.size, 2 * logits.size);
    if (machine === null) reference.crossEntropyGrad(gradient, logits, target, logSumExp, settings, output);
    else crossEntropyGrad(machine, gradient, logits, target, logSumExp, settings, output);
  },
};
