import { ValueError } from "../../errors.js";
import type { Strided } from "../../storage.js";
import type { CrossEntropySettings } from "../target.js";
import { exp } from "./elementary.generated.js";
import { flat } from "./loops.js";
import { logSumExp, smallestNormalOf } from "./softmax.js";
import { sumRun } from "./summation.js";

/** The classes, all of them checked before anything is computed. */
export function classesOf(target: Strided, count: number, ignoreIndex: number): ArrayLike<number> {
  const { storage, offset, size } = flat(target);
  const classes = storage.array.subarray(offset, offset + size);
  for (let i = 0; i < classes.length; i++) {
    const own = classes[i]!;
    if (own !== ignoreIndex && (own < 0 || own >= count)) {
      throw new ValueError("crossEntropy: target out of range", {
        got: `class ${own} for ${count} classes`,
        hint: `classes lie in 0 … ${count - 1}; ignoreIndex is ${ignoreIndex}`,
      });
    }
  }
  return classes;
}

export function checkClasses(target: Strided, count: number, ignoreIndex: number): void {
  classesOf(target, count, ignoreIndex);
}

export function crossEntropy(
  logits: Strided,
  target: Strided,
  { ignoreIndex, labelSmoothing }: CrossEntropySettings,
  output: Strided,
  logSumExps: Strided,
): void {
  const x = flat(logits);
  const from = x.storage.array;
  const width = x.shape[1]!;
  const classes = classesOf(target, width, ignoreIndex);
  for (let row = 0; row < classes.length; row++) {
    const at = x.offset + row * width;
    const total = logSumExp(from, at, width);
    logSumExps.storage.array[row] = total;
    const own = classes[row]!;
    let loss = 0;
    if (own !== ignoreIndex) {
      loss = total - from[at + own]!;
      if (labelSmoothing > 0) {
        const spread = total - sumRun(from, at, width) / width;
        loss = (1 - labelSmoothing) * loss + labelSmoothing * spread;
      }
    }
    output.storage.array[output.offset + row] = loss;
  }
}

/** softmax(x) − (1 − ε) onehot − ε / V, times the row's gradient. */
export function crossEntropyGrad(
  gradient: Strided,
  logits: Strided,
  target: Strided,
  logSumExps: Strided,
  { ignoreIndex, labelSmoothing }: CrossEntropySettings,
  output: Strided,
): void {
  const x = flat(logits);
  const from = x.storage.array;
  const to = output.storage.array;
  const g = flat(gradient);
  const width = x.shape[1]!;
  const smallest = smallestNormalOf(output);
  const classes = classesOf(target, width, ignoreIndex);
  for (let row = 0; row < classes.length; row++) {
    const at = x.offset + row * width;
    const start = output.offset + row * width;
    const own = classes[row]!;
    if (own === ignoreIndex) {
      to.fill(0, start, start + width);
      continue;
    }
    const scale = g.storage.array[g.offset + row]!;
    const total = logSumExps.storage.array[row]!;
    const spread = labelSmoothing / width;
    for (let i = 0; i < width; i++) {
      let value = exp(from[at + i]! - total) - spread;
      if (i === own) value -= 1 - labelSmoothing;
      value *= scale;
      to[start + i] = Math.abs(value) < smallest ? 0 : value;
    }
  }
}
