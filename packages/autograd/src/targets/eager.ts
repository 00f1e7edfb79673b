import type { Strided } from "../storage.js";
import { classesOf } from "./reference/cross-entropy.js";
import { reference } from "./reference/index.js";
import { flat } from "./reference/loops.js";
import type { AttentionOperands, AttentionSettings, Target } from "./target.js";
import { type HeapCall, runOnHeap } from "./wasm/heap.js";
import { lowerings } from "./wasm/lower/index.js";
import { type Machine, machineOrNull } from "./wasm/machine.js";

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

/** Mask and bias, as far as they are there, and the settings that say so. */
function masksOf({ mask, bias }: AttentionOperands, settings: AttentionSettings) {
  const given = [mask, bias].filter((x) => x !== null);
  return { given, settings: { ...settings, hasMask: mask !== null, hasBias: bias !== null } };
}

/** Whether a kernel in WebAssembly has done it. */
function ran(machine: Machine | null, kernel: keyof Target, call: HeapCall): boolean {
  return machine !== null && runOnHeap(machine, lowerings[kernel]!, call);
}

/** What eager operations run on: the reference, but products, attention and cross entropy of float32 in WebAssembly. */
export const eager: Target = {
  ...reference,
  name: "eager",
  matmul(a, b, output) {
    const machine = machineFor(output, output.size * a.shape.at(-1)!, a.size + b.size + output.size);
    const call = { inputs: [a, b], outputs: [output], settings: {} };
    if (!ran(machine, "matmul", call)) reference.matmul(a, b, output);
  },
  attention(operands, how, output, logSumExp) {
    const { query, key, value } = operands;
    const { given, settings } = masksOf(operands, how);
    const call = { inputs: [query, key, value, ...given], outputs: [output, logSumExp], settings };
    if (!ran(attentionMachine(operands), "attention", call)) reference.attention(operands, how, output, logSumExp);
  },
  attentionGrad(operands, how, gradient, logSumExp, results) {
    const { query, key, value } = operands;
    const { given, settings } = masksOf(operands, how);
    const inputs = [gradient, logSumExp, query, key, value, ...given];
    const call = { inputs, outputs: [results.query, results.key, results.value], settings };
    if (!ran(attentionMachine(operands), "attentionGrad", call)) {
      reference.attentionGrad(operands, how, gradient, logSumExp, results);
    }
  },
  crossEntropy(logits, target, how, output, logSumExp) {
    classesOf(target, logits.shape[1]!, how.ignoreIndex);
    const machine = machineFor(logits, logits.size, 2 * logits.size);
    const call = { inputs: [flat(logits), target], outputs: [output, logSumExp], settings: { ...how } };
    if (!ran(machine, "crossEntropy", call)) reference.crossEntropy(logits, target, how, output, logSumExp);
  },
  crossEntropyGrad(gradient, logits, target, logSumExp, how, output) {
    classesOf(target, logits.shape[1]!, how.ignoreIndex);
    const machine = machineFor(logits, logits.size, 2 * logits.size);
    const call = { inputs: [gradient, flat(logits), target, logSumExp], outputs: [output], settings: { ...how } };
    if (!ran(machine, "crossEntropyGrad", call)) {
      reference.crossEntropyGrad(gradient, logits, target, logSumExp, how, output);
    }
  },
};
