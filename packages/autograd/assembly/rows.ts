// Rows of float32; the order of their sums follows from the length alone. A row is read in whole vectors, whatever may
// stand behind its end, and written in whole vectors where `room` says so: it must have room for them.

import { exp, log } from "./elementary.generated";

/** Elements in a chunk: within it each lane is one chain. */
const CHUNK: i32 = 64;

/** Bytes that a row of `count` elements takes in whole vectors. */
export function vectorBytes(count: i32): usize {
  return ((count + 3) & ~3) << 2;
}

/** Whether vectors fill a row, so that it can be written where it belongs. */
export function isWhole(count: i32): bool {
  return (count & 3) === 0;
}

/** Copies a row from where it was written in whole vectors. */
export function copyRow(to: usize, from: usize, count: i32): void {
  const end = to + (count << 2);
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(from));
}

/** All ones in the lanes that the last `rest` elements of a row fill. */
export function lanesBefore(rest: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rest));
}

/** Σ x: chunks of 64, their sums in a binary tree aligned at powers of two, the four lanes at last. */
export function sumRow(x: usize, count: i32): f32 {
  const lanes = sumTree(x, count);
  const pairs = f32x4.add(lanes, v128.shuffle<i32>(lanes, lanes, 1, 0, 3, 2));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 2);
}

/** Lane by lane; the left subtree has the largest power of two of chunks that leaves something to the right one. */
function sumTree(x: usize, count: i32): v128 {
  if (count > CHUNK) {
    const left = 1 << (31 - clz(count - 1));
    return f32x4.add(sumTree(x, left), sumTree(x + (left << 2), count - left));
  }
  let sum = f32x4.splat(0);
  for (const end = x + ((count & ~3) << 2); x < end; x += 16) sum = f32x4.add(sum, v128.load(x));
  return isWhole(count) ? sum : f32x4.add(sum, v128.and(v128.load(x), lanesBefore(count & 3)));
}

/** Σ x y in the order of {@link sumRow}, of rows whose last vector is filled with zeros. */
export function sumOfProducts(x: usize, y: usize, count: i32): f32 {
  const lanes = treeOfProducts(x, y, count);
  const pairs = f32x4.add(lanes, v128.shuffle<i32>(lanes, lanes, 1, 0, 3, 2));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 2);
}

function treeOfProducts(x: usize, y: usize, count: i32): v128 {
  if (count > CHUNK) {
    const left = 1 << (31 - clz(count - 1));
    return f32x4.add(treeOfProducts(x, y, left), treeOfProducts(x + (left << 2), y + (left << 2), count - left));
  }
  let sum = f32x4.splat(0);
  for (const end = x + vectorBytes(count); x < end; x += 16, y += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(x), v128.load(y)));
  }
  return sum;
}

/** The largest element; NaN if there is one, −∞ of none. */
export function largestInRow(x: usize, count: i32): f32 {
  const none = f32x4.splat(-Infinity);
  let largest = none;
  for (const end = x + ((count & ~3) << 2); x < end; x += 16) largest = f32x4.max(largest, v128.load(x));
  if (!isWhole(count)) largest = f32x4.max(largest, v128.bitselect(v128.load(x), none, lanesBefore(count & 3)));
  const pairs = f32x4.max(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** e^(x − shift) into `room`; the shift is a float64, so that rounding it does not move all of the row. */
export function powersOfRow(room: usize, x: usize, count: i32, shift: f64): void {
  const high = f32x4.splat(<f32>shift);
  const low = f32x4.splat(<f32>(shift - <f64>(<f32>shift)));
  for (const end = x + vectorBytes(count); x < end; x += 16, room += 16) {
    v128.store(room, exp(f32x4.sub(f32x4.sub(v128.load(x), high), low)));
  }
}

/** e^(x − shift) in place of a row that vectors fill. */
export function powersInRow(x: usize, count: i32, shift: f32): void {
  powersOfRow(x, x, count, shift);
}

/** ln Σ e^x without overflow; `room` is overwritten. */
export function logSumExp(x: usize, count: i32, room: usize): f64 {
  const largest = largestInRow(x, count);
  powersOfRow(room, x, count, largest);
  return <f64>largest + log(sumRow(room, count));
}

/** x / divisor in place, 0 where that is below the smallest normal number. */
export function divideRow(x: usize, count: i32, divisor: f32): void {
  const divisors = f32x4.splat(divisor);
  for (const end = x + vectorBytes(count); x < end; x += 16) {
    v128.store(x, flushed(f32x4.div(v128.load(x), divisors)));
  }
}

/** 0 in place of numbers below the smallest normal one. */
export function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(1.1754943508222875e-38)));
}

/** The same value all along the row. */
export function fillRow(x: usize, count: i32, value: f32): void {
  const values = f32x4.splat(value);
  for (const end = x + vectorBytes(count); x < end; x += 16) v128.store(x, values);
}
