import type { Strided } from "../../storage.js";
import { classesOf } from "../reference/cross-entropy.js";
import type { CrossEntropySettings } from "../target.js";
import { runOnHeap } from "./heap.js";
import * as lower from "./lower/cross-entropy.js";
import type { Machine } from "./machine.js";

/** `Target.crossEntropy` of float32. */
export function crossEntropy(
  machine: Machine,
  logits: Strided,
  target: Strided,
  settings: CrossEntropySettings,
  output: Strided,
  logSumExp: Strided,
): void {
  classesOf(target, logits.shape[1]!, settings.ignoreIndex);
  const operands = { inputs: [logits, target], outputs: [output, logSumExp] };
  runOnHeap(machine, { lowering: lower.crossEntropy, ...operands, settings: { ...settings } });
}

/** `Target.crossEntropyGrad` of float32. */
export function crossEntropyGrad(
  machine: Machine,
  gradient: Strided,
  logits: Strided,
  target: Strided,
  logSumExp: Strided,
  settings: CrossEntropySettings,
  output: Strided,
): void {
  classesOf(target, logits.shape[1]!, settings.ignoreIndex);
  const operands = { inputs: [gradient, logits, target, logSumExp], outputs: [output] };
  runOnHeap(machine, { lowering: lower.crossEntropyGrad, ...operands, settings: { ...settings } });
}
