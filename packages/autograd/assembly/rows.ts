// Rows of float32 whose length is a multiple of four; the order of their sums follows from the length alone.

import { exp } from "./elementary.generated";

/** Vectors in a chunk of 64 elements: within it each lane is one chain. */
const CHUNK: i32 = 16;

/** Σ x: chunks of 64, their sums in a binary tree aligned at powers of two, the four lanes at last. */
export function sumRow(x: usize, count: i32): f32 {
  return sumOfLanes(sumTree(x, count >> 2));
}

/** Lane by lane; the left subtree has the largest power of two of chunks that leaves something to the right one. */
function sumTree(x: usize, vectors: i32): v128 {
  if (vectors > CHUNK) {
    const left = 1 << (31 - clz(vectors - 1));
    return f32x4.add(sumTree(x, left), sumTree(x + (left << 4), vectors - left));
  }
  let sum = f32x4.splat(0);
  for (const end = x + (vectors << 4); x < end; x += 16) sum = f32x4.add(sum, v128.load(x));
  return sum;
}

/** The first two lanes, plus the last two. */
function sumOfLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<i32>(x, x, 1, 0, 3, 2));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 2);
}

/** The largest element; NaN if there is one, −∞ of none. */
export function largestInRow(x: usize, count: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  for (const end = x + (count << 2); x < end; x += 16) largest = f32x4.max(largest, v128.load(x));
  const pairs = f32x4.max(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** e^(x − shift) in place. */
export function powersInRow(x: usize, count: i32, shift: f32): void {
  const shifts = f32x4.splat(shift);
  for (const end = x + (count << 2); x < end; x += 16) v128.store(x, exp(f32x4.sub(v128.load(x), shifts)));
}

/** x / divisor in place, 0 where that is below the smallest normal number. */
export function divideRow(x: usize, count: i32, divisor: f32): void {
  const divisors = f32x4.splat(divisor);
  const smallest = f32x4.splat(1.1754943508222875e-38);
  for (const end = x + (count << 2); x < end; x += 16) {
    const quotient = f32x4.div(v128.load(x), divisors);
    v128.store(x, v128.andnot(quotient, f32x4.lt(f32x4.abs(quotient), smallest)));
  }
}

/** The same value all along the row. */
export function fillRow(x: usize, count: i32, value: f32): void {
  const values = f32x4.splat(value);
  for (const end = x + (count << 2); x < end; x += 16) v128.store(x, values);
}
