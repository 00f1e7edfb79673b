import type { Strided } from "../../storage.js";
import type { NormOperands } from "../target.js";
import { flat } from "./loops.js";
import { scratchRow } from "./softmax.js";
import { sumRun } from "./summation.js";

/** The elements of a row of weights or biases; `missing` for each where there are none. */
function parameter(x: Strided | null, width: number, missing: number): Float64Array {
  const row = new Float64Array(width).fill(missing);
  if (x === null) return row;
  const { storage, offset } = flat(x);
  row.set(storage.array.subarray(offset, offset + width));
  return row;
}

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
  const width = x.shape.at(-1)!;
  const count = width === 0 ? 0 : x.size / width;
  const w = parameter(weight, width, 1);
  const b = parameter(bias, width, 0);
  const centred = scratchRow(2 * width);
  for (let row = 0; row < count; row++) {
    const at = x.offset + row * width;
    const start = output.offset + row * width;
    for (let i = 0; i < width; i++) centred[i] = from[at + i]!;
    const mean = rms ? 0 : sumRun(centred, 0, width) / width;
    for (let i = 0; i < width; i++) {
      const value = centred[i]! - mean;
      centred[i] = value;
      centred[width + i] = value * value;
    }
    const inverse = 1 / Math.sqrt(sumRun(centred, width, width) / width + eps);
    stats[row] = mean;
    stats[count + row] = inverse;
    for (let i = 0; i < width; i++) to[start + i] = centred[i]! * inverse * w[i]! + b[i]!;
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
  const from = x.storage.array;
  const slopes = g.storage.array;
  const to = output.storage.array;
  const stats = statistics.storage.array;
  const width = x.shape.at(-1)!;
  const count = width === 0 ? 0 : x.size / width;
  const w = parameter(weight, width, 1);
  // Three rows: g w, x̂ and their product.
  const scratch = scratchRow(3 * width);
  for (let row = 0; row < count; row++) {
    const at = row * width;
    const mean = stats[row]!;
    const inverse = stats[count + row]!;
    for (let i = 0; i < width; i++) {
      const own = slopes[g.offset + at + i]! * w[i]!;
      const standard = (from[x.offset + at + i]! - mean) * inverse;
      scratch[i] = own;
      scratch[width + i] = standard;
      scratch[2 * width + i] = own * standard;
    }
    const level = rms ? 0 : sumRun(scratch, 0, width) / width;
    const slope = sumRun(scratch, 2 * width, width) / width;
    const start = output.offset + at;
    for (let i = 0; i < width; i++) {
      to[start + i] = (scratch[i]! - level - scratch[width + i]! * slope) * inverse;
    }
  }
}

export function standardize(input: Strided, statistics: Strided, output: Strided): void {
  const x = flat(input);
  const from = x.storage.array;
  const to = output.storage.array;
  const stats = statistics.storage.array;
  const width = x.shape.at(-1)!;
  const count = width === 0 ? 0 : x.size / width;
  for (let row = 0; row < count; row++) {
    const mean = stats[row]!;
    const inverse = stats[count + row]!;
    const at = x.offset + row * width;
    const start = output.offset + row * width;
    for (let i = 0; i < width; i++) to[start + i] = (from[at + i]! - mean) * inverse;
  }
}
