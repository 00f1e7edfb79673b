// Cross entropy of rows of logits [rows, width], neighbours along the rows, forward and backward.

import { divideRow, largestInRow, powersInRow, sumRow } from "./rows";

/** Bytes that a row of `width` takes where it is as long as vectors fill. */
export function paddedRowBytes(width: i32): i32 {
  return ((width + 3) & ~3) << 2;
}

/** Copies a row to where it is as long as vectors fill; what is beyond its end becomes `rest`. */
function padRow(to: usize, from: usize, width: i32, rest: f32): void {
  memory.copy(to, from, width << 2);
  for (let j = width; j & 3; j++) store<f32>(to + (j << 2), rest);
}

/** For each row three numbers into `statistics`: the largest x, Σ e^(x − largest) and Σ x. */
export function crossEntropy(logits: usize, rows: i32, width: i32, statistics: usize, work: usize): void {
  const padded = paddedRowBytes(width) >> 2;
  for (let i = 0; i < rows; i++) {
    padRow(work, logits, width, 0);
    store<f32>(statistics, sumRow(work, padded), 8);
    padRow(work, logits, width, -Infinity);
    const largest = largestInRow(work, padded);
    powersInRow(work, padded, largest);
    store<f32>(statistics, largest);
    store<f32>(statistics, sumRow(work, padded), 4);
    logits += width << 2;
    statistics += 12;
  }
}

/**
 * (softmax(x) − spread, less `own` at the row's class) · the row's gradient, 0 where that is below the smallest normal
 * number; zeros for a row of class −1.
 */
export function crossEntropyBackward(
  logits: usize,
  rows: i32,
  width: i32,
  classes: usize,
  gradients: usize,
  spread: f32,
  own: f32,
  output: usize,
  work: usize,
): void {
  const padded = paddedRowBytes(width) >> 2;
  const bytes = width << 2;
  for (let i = 0; i < rows; i++) {
    const right = load<i32>(classes + (i << 2));
    if (right < 0) memory.fill(output, 0, bytes);
    else {
      padRow(work, logits, width, -Infinity);
      powersInRow(work, padded, largestInRow(work, padded));
      divideRow(work, padded, sumRow(work, padded));
      slopesInRow(work, padded, spread, right, own, load<f32>(gradients + (i << 2)));
      memory.copy(output, work, bytes);
    }
    logits += bytes;
    output += bytes;
  }
}

function slopesInRow(x: usize, count: i32, spread: f32, right: i32, own: f32, gradient: f32): void {
  const at = x + (right << 2);
  const spreads = f32x4.splat(spread);
  const factors = f32x4.splat(gradient);
  const smallest = f32x4.splat(1.1754943508222875e-38);
  store<f32>(at, load<f32>(at) - own);
  for (const end = x + (count << 2); x < end; x += 16) {
    const slope = f32x4.mul(f32x4.sub(v128.load(x), spreads), factors);
    v128.store(x, v128.andnot(slope, f32x4.lt(f32x4.abs(slope), smallest)));
  }
}
