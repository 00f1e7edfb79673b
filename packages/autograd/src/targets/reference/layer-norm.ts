import type { Strided } from "../../storage.js";
import type { NormOperands } from "../target.js";
import { flat } from "./loops.js";
import { scratchRow } from "./softmax.js";
import { sumRun } from "./summation.js";

export function layerNorm(
  { input, weight, bias }: NormOperands,
  eps: number,
  rms: boolean,
  output: Strided,
  statistics: Strided,
): void {
  const x = flat(input);
  const from = x.storage.array;
  const to = output.storage.array;
  const stats = statistics.storage.array;
  const w = weight === null ? null : flat(weight);
  const b = bias === null ? null : flat(bias);
  const width = x.shape.at(-1)!;
  const count = width === 0 ? 0 : x.size / width;
  const squares = scratchRow(width);
  for (let row = 0; row < count; row++) {
    const at = x.offset + row * width;
    const start = output.offset + row * width;
    const mean = rms ? 0 : sumRun(from, at, width) / width;
    for (let i = 0; i < width; i++) {
      const centred = from[at + i]! - mean;
      squares[i] = centred * centred;
    }
    const inverse = 1 / Math.sqrt(sumRun(squares, 0, width) / width + eps);
    stats[row] = mean;
    stats[count + row] = inverse;
    for (let i = 0; i < width; i++) {
      let value = (from[at + i]! - mean) * inverse;
      if (w !== null) value *= w.storage.array[w.offset + i]!;
      if (b !== null) value += b.storage.array[b.offset + i]!;
      to[start + i] = value;
    }
  }
}

/** dx = (g w − mean(g w) − x̂ · mean(g w x̂)) / σ, without the first mean under `rms`. */
export function layerNormGrad(
  gradient: Strided,
  input: Strided,
  weight: Strided | null,
  statistics: Strided,
  rms: boolean,
  output: Strided,
): void {
  const x = flat(input);
  const g = flat(gradient);
  const w = weight === null ? null : flat(weight);
  const to = output.storage.array;
  const stats = statistics.storage.array;
  const width = x.shape.at(-1)!;
  const count = width === 0 ? 0 : x.size / width;
  const scratch = scratchRow(2 * width);
  for (let row = 0; row < count; row++) {
    const at = row * width;
    const mean = stats[row]!;
    const inverse = stats[count + row]!;
    for (let i = 0; i < width; i++) {
      const own = g.storage.array[g.offset + at + i]! * (w === null ? 1 : w.storage.array[w.offset + i]!);
      scratch[i] = own;
      scratch[width + i] = own * (x.storage.array[x.offset + at + i]! - mean) * inverse;
    }
    const level = rms ? 0 : sumRun(scratch, 0, width) / width;
    const slope = sumRun(scratch, width, width) / width;
    for (let i = 0; i < width; i++) {
      const standard = (x.storage.array[x.offset + at + i]! - mean) * inverse;
      to[output.offset + at + i] = (scratch[i]! - level - standard * slope) * inverse;
    }
  }
}

export function standardize(input: Strided, statistics: Strided, output: Strided): void {
  const x = flat(input);
  const stats = statistics.storage.array;
  const width = x.shape.at(-1)!;
  const count = width === 0 ? 0 : x.size / width;
  for (let row = 0; row < count; row++) {
    const mean = stats[row]!;
    const inverse = stats[count + row]!;
    for (let i = row * width; i < (row + 1) * width; i++) {
      output.storage.array[output.offset + i] = (x.storage.array[x.offset + i]! - mean) * inverse;
    }
  }
}
