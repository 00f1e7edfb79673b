// Rows of float32; the order of their sums follows from the length alone. A row is read in whole vectors, whatever may
// stand behind its end, and written in whole vectors where `room` says so: it must have room for them.

import { log, powers } from "./elementary.generated";

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
  if (count === 4 * CHUNK) return sumFourChunks(x);
  if (count > CHUNK) {
    const left = 1 << (31 - clz(count - 1));
    return f32x4.add(sumTree(x, left), sumTree(x + (left << 2), count - left));
  }
  let sum = f32x4.splat(0);
  for (const end = x + ((count & ~3) << 2); x < end; x += 16) sum = f32x4.add(sum, v128.load(x));
  return isWhole(count) ? sum : f32x4.add(sum, v128.and(v128.load(x), lanesBefore(count & 3)));
}

/** Four chains side by side: one alone waits for each addition. */
function sumFourChunks(x: usize): v128 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = x + CHUNK * 4; x < end; x += 16) {
    a = f32x4.add(a, v128.load(x));
    b = f32x4.add(b, v128.load(x, CHUNK * 4));
    c = f32x4.add(c, v128.load(x, CHUNK * 8));
    d = f32x4.add(d, v128.load(x, CHUNK * 12));
  }
  return f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
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
  // The pseudo-maximum is one instruction and the maximum eight, but it passes NaN over; four chains hide its latency.
  let a = none;
  let b = none;
  let c = none;
  let d = none;
  let odd = i32x4.splat(0);
  const end = x + ((count & ~3) << 2);
  for (; x + 64 <= end; x += 64) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const x3 = v128.load(x, 48);
    a = f32x4.pmax(a, x0);
    b = f32x4.pmax(b, x1);
    c = f32x4.pmax(c, x2);
    d = f32x4.pmax(d, x3);
    odd = v128.or(v128.or(odd, f32x4.ne(x0, x0)), v128.or(f32x4.ne(x1, x1), f32x4.ne(x2, x2)));
    odd = v128.or(odd, f32x4.ne(x3, x3));
  }
  a = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  for (; x < end; x += 16) {
    const next = v128.load(x);
    a = f32x4.pmax(a, next);
    odd = v128.or(odd, f32x4.ne(next, next));
  }
  if (!isWhole(count)) {
    const rest = v128.bitselect(v128.load(x), none, lanesBefore(count & 3));
    a = f32x4.pmax(a, rest);
    odd = v128.or(odd, f32x4.ne(rest, rest));
  }
  if (v128.any_true(odd)) return NaN;
  const pairs = f32x4.pmax(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** e^(x − shift) into `room`, of differences below 88; a float64, so that rounding it does not move all of the row. */
export function powersOfRow(room: usize, x: usize, count: i32, shift: f64): void {
  const high = <f32>shift;
  powers(room, count, x, high, <f32>(shift - <f64>high));
}

/** ln Σ e^x without overflow; `room` is overwritten. */
export function logSumExp(x: usize, count: i32, room: usize): f64 {
  const largest = largestInRow(x, count);
  powersOfRow(room, x, count, largest);
  return <f64>largest + log(sumRow(room, count));
}

/** Loaded where it is needed: some engines build a constant vector anew at each use. */
const smallestNormal = memory.data<f32>([1.1754943508222875e-38]);

/** x · factor into `room`, of numbers above 0; 0 where that is below the smallest normal number. */
export function scaleRow(room: usize, x: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  const smallest = v128.load32_splat(smallestNormal);
  for (const end = x + vectorBytes(count); x < end; x += 16, room += 16) {
    const product = f32x4.mul(v128.load(x), factors);
    v128.store(room, v128.andnot(product, f32x4.lt(product, smallest)));
  }
}

/** 0 in place of numbers below the smallest normal one. */
export function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), v128.load32_splat(smallestNormal)));
}

/** The same value all along the row. */
export function fillRow(x: usize, count: i32, value: f32): void {
  const values = f32x4.splat(value);
  for (const end = x + vectorBytes(count); x < end; x += 16) v128.store(x, values);
}
