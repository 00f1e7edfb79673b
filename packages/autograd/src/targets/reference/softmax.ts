import type { TypedArray } from "../../dtype.js";
import { SMALLEST_NORMAL } from "../../scalar/smallest-normal.js";
import type { Strided } from "../../storage.js";
import { exp, log } from "./elementary.generated.js";
import { flat } from "./loops.js";
import { sumRun } from "./summation.js";

/** The smallest normal number of the dtype that is written: what is below becomes 0. */
export const smallestNormalOf = ({ dtype }: Strided): number =>
  dtype === "float64" ? SMALLEST_NORMAL.float64 : SMALLEST_NORMAL.float32;

let scratch = new Float64Array(1024);

/** A row of float64 to work in, at least `size` long. Its contents are lost at the next call. */
export function scratchRow(size: number): Float64Array {
  if (scratch.length < size) scratch = new Float64Array(size);
  return scratch;
}

/** Calls `visit` with where each row along the last dim starts in the operands and in the output. */
function rows(
  inputs: readonly Strided[],
  output: Strided,
  visit: (
    arrays: readonly TypedArray[],
    starts: readonly number[],
    to: TypedArray,
    start: number,
    width: number,
  ) => void,
): void {
  const width = output.shape.at(-1) ?? 1;
  if (output.size === 0) return;
  const ready = inputs.map(flat);
  const arrays = ready.map((x) => x.storage.array);
  for (let start = 0; start < output.size; start += width) {
    visit(
      arrays,
      ready.map((x) => x.offset + start),
      output.storage.array,
      output.offset + start,
      width,
    );
  }
}

/** The largest of `width` elements. */
export function rowMax(x: TypedArray, start: number, width: number): number {
  let best = x[start]!;
  for (let i = 1; i < width; i++) if (x[start + i]! > best) best = x[start + i]!;
  return best;
}

export function softmax(input: Strided, output: Strided): void {
  const smallest = smallestNormalOf(output);
  rows([input], output, ([x], [at], to, start, width) => {
    const largest = rowMax(x!, at!, width);
    const powers = scratchRow(width);
    for (let i = 0; i < width; i++) powers[i] = exp(x![at! + i]! - largest);
    const factor = 1 / sumRun(powers, 0, width);
    for (let i = 0; i < width; i++) {
      const value = powers[i]! * factor;
      to[start + i] = value < smallest ? 0 : value;
    }
  });
}

export function logSoftmax(input: Strided, output: Strided): void {
  rows([input], output, ([x], [at], to, start, width) => {
    const total = logSumExp(x!, at!, width);
    for (let i = 0; i < width; i++) to[start + i] = x![at! + i]! - total;
  });
}

/** ln Σ e^x of a row, without overflow. */
export function logSumExp(x: TypedArray, at: number, width: number): number {
  const largest = rowMax(x, at, width);
  const powers = scratchRow(width);
  for (let i = 0; i < width; i++) powers[i] = exp(x[at + i]! - largest);
  return largest + log(sumRun(powers, 0, width));
}

export function softmaxGrad(gradient: Strided, probabilities: Strided, output: Strided): void {
  rows([gradient, probabilities], output, ([g, y], [atG, atY], to, start, width) => {
    const products = scratchRow(width);
    for (let i = 0; i < width; i++) products[i] = g![atG! + i]! * y![atY! + i]!;
    const mean = sumRun(products, 0, width);
    for (let i = 0; i < width; i++) to[start + i] = y![atY! + i]! * (g![atG! + i]! - mean);
  });
}

export function logSoftmaxGrad(gradient: Strided, logProbabilities: Strided, output: Strided): void {
  rows([gradient, logProbabilities], output, ([g, y], [atG, atY], to, start, width) => {
    const total = sumRun(g!, atG!, width);
    for (let i = 0; i < width; i++) to[start + i] = g![atG! + i]! - exp(y![atY! + i]!) * total;
  });
}
