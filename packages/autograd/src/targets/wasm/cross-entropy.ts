import type { Strided } from "../../storage.js";
import { classesOf } from "../reference/cross-entropy.js";
import { log } from "../reference/elementary.generated.js";
import { flat } from "../reference/loops.js";
import type { CrossEntropySettings } from "../target.js";
import type { Machine } from "./machine.js";
import { aligned, bytesOf, load, operandAt } from "./operand.js";

/** `Target.crossEntropy` of float32. The log-sum-exp is not needed: the backward pass computes the softmax anew. */
export function crossEntropy(
  machine: Machine,
  logits: Strided,
  target: Strided,
  { ignoreIndex, labelSmoothing }: CrossEntropySettings,
  output: Strided,
): void {
  const { kernels, memory } = machine;
  const [rows, width] = logits.shape as [number, number];
  const classes = classesOf(target, width, ignoreIndex);
  const tensor = flat(logits);
  machine.lend(bytesOf(tensor) + aligned(12 * rows) + kernels.paddedRowBytes(width), (free) => {
    const x = operandAt(tensor, free);
    const work = aligned(x.end + 12 * rows);
    const { views } = memory;
    load(x, views);
    kernels.crossEntropy(x.at, rows, width, x.end, work);
    const { floats } = views;
    for (let row = 0; row < rows; row++) {
      const own = classes[row]!;
      let loss = 0;
      if (own !== ignoreIndex) {
        const at = x.end / 4 + 3 * row;
        const total = floats[at]! + log(floats[at + 1]!);
        const ownLoss = total - floats[x.at / 4 + row * width + own]!;
        const spread = labelSmoothing > 0 ? total - floats[at + 2]! / width : 0;
        loss = (1 - labelSmoothing) * ownLoss + labelSmoothing * spread;
      }
      output.storage.array[output.offset + row] = loss;
    }
  });
}

/** `Target.crossEntropyGrad` of float32. */
export function crossEntropyGrad(
  machine: Machine,
  gradient: Strided,
  logits: Strided,
  target: Strided,
  { ignoreIndex, labelSmoothing }: CrossEntropySettings,
  output: Strided,
): void {
  const { kernels, memory } = machine;
  const [rows, width] = logits.shape as [number, number];
  const classes = classesOf(target, width, ignoreIndex);
  const [tensor, slopes] = [flat(logits), flat(gradient)];
  const results = aligned(4 * rows) + aligned(4 * output.size);
  machine.lend(bytesOf(tensor) + bytesOf(slopes) + results + kernels.paddedRowBytes(width), (free) => {
    const x = operandAt(tensor, free);
    const g = operandAt(slopes, x.end);
    const result = aligned(g.end + 4 * rows);
    const work = aligned(result + 4 * output.size);
    const { views } = memory;
    load(x, views);
    load(g, views);
    for (let row = 0; row < rows; row++)
      views.words[g.end / 4 + row] = classes[row] === ignoreIndex ? -1 : classes[row]!;
    const own = 1 - labelSmoothing;
    kernels.crossEntropyBackward(x.at, rows, width, g.end, g.at, labelSmoothing / width, own, result, work);
    output.storage.array.set(views.floats.subarray(result / 4, result / 4 + output.size), output.offset);
  });
}
