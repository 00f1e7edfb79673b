// What attention works on, and the scores of some queries of a head.

import { gemm, WORK_BYTES } from "./gemm";

/**
 * The words of the descriptor, in the order of `targets/wasm/heads.ts`. Behind them stand the matrices, in the order of
 * the constants below.
 */
@unmanaged
export class Attention {
  /** Heads of an item; T queries and S keys of width K; values of width E. */
  heads: i32;
  rows: i32;
  columns: i32;
  depth: i32;
  width: i32;
  scale: f32;
  /** 1: key j is hidden from query i where j > i. */
  causal: i32;
  /** Queries whose scores are in memory at a time. */
  blockRows: i32;
  /** float64 [items, heads, T], one behind the other. */
  logSumExp: usize;
}

/** A matrix for each head of each item: where element 0 is, or 0 where there is none. */
@unmanaged
export class Matrix {
  at: usize;
  /** In bytes. */
  item: i32;
  head: i32;
  /** In elements; those of results are neighbours along their rows. */
  row: i32;
  column: i32;
}

export const QUERY: i32 = 0;
export const KEY: i32 = 1;
export const VALUE: i32 = 2;
/** [T, S] of bytes: 0 where the query may not attend. */
const MASK: i32 = 3;
/** [T, S], added to the scaled scores. */
const BIAS: i32 = 4;
/** [T, E]: the output, or in the backward pass its gradient. */
export const OUTPUT: i32 = 5;
export const QUERY_GRADIENT: i32 = 6;
export const KEY_GRADIENT: i32 = 7;
export const VALUE_GRADIENT: i32 = 8;

export function matrix(a: Attention, place: i32): Matrix {
  return changetype<Matrix>(changetype<usize>(a) + offsetof<Attention>() + place * offsetof<Matrix>());
}

/** The address of row `row` of a head's matrix. */
export function rowOf(a: Attention, m: Matrix, head: i32, row: i32): usize {
  const item = head / a.heads;
  return m.at + item * m.item + (head - item * a.heads) * m.head + ((row * m.row) << 2);
}

/** Where in scratch the scores begin: in front of them `gemm` works. */
export function scoresIn(scratch: usize): usize {
  return scratch + WORK_BYTES;
}

/** How many keys the queries up to the one before `bottom` may attend to, masks aside. */
export function keysBefore(a: Attention, bottom: i32): i32 {
  return a.causal ? min(bottom, a.columns) : a.columns;
}

/** Elements from row to row of the scores: as many as vectors fill. */
export function paddedLength(columns: i32): i32 {
  return (columns + 3) & ~3;
}

/** X Yᵀ for `rows` rows of X and the first `columns` rows of Y, into rows that are as long as vectors fill. */
export function timesTransposed(
  rows: i32,
  columns: i32,
  depth: i32,
  x: usize,
  ofX: Matrix,
  y: usize,
  ofY: Matrix,
  into: usize,
  scratch: usize,
): void {
  const row = paddedLength(columns);
  gemm(rows, columns, depth, x, ofX.row, ofX.column, y, ofY.column, ofY.row, into, row, false, 0, 0, 0, scratch);
}

/** Q Kᵀ for `rows` queries from `top` on and the first `columns` keys. */
export function score(a: Attention, head: i32, top: i32, rows: i32, columns: i32, scores: usize, scratch: usize): void {
  const query = matrix(a, QUERY);
  const key = matrix(a, KEY);
  const q = rowOf(a, query, head, top);
  timesTransposed(rows, columns, a.depth, q, query, rowOf(a, key, head, 0), key, scores, scratch);
}

/**
 * What of a query's row of Q Kᵀ its softmax is taken of: scale · x + bias, −∞ where the query may not attend, up to the
 * last key that it may attend to, and on to where a vector ends.
 * @returns how many elements that are
 */
export function finishScores(a: Attention, head: i32, row: i32, x: usize): i32 {
  const keys = keysBefore(a, row + 1);
  const count = paddedLength(keys);
  const bias = matrix(a, BIAS);
  const mask = matrix(a, MASK);
  scaleRow(x, count, a.scale);
  if (bias.at !== 0) addToRow(x, rowOf(a, bias, head, row), bias.column, keys);
  if (mask.at !== 0) {
    const item = head / a.heads;
    const at = mask.at + item * mask.item + (head - item * a.heads) * mask.head + row * mask.row;
    hideInRow(x, at, mask.column, keys);
  }
  for (let j = keys; j < count; j++) store<f32>(x + (j << 2), -Infinity);
  return count;
}

function scaleRow(x: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (const end = x + (count << 2); x < end; x += 16) v128.store(x, f32x4.mul(v128.load(x), factors));
}

function addToRow(x: usize, from: usize, step: i32, count: i32): void {
  const end = x + (count << 2);
  if (step === 1) {
    for (; x < end; x += 16, from += 16) v128.store(x, f32x4.add(v128.load(x), v128.load(from)));
  } else {
    for (; x < end; x += 4, from += step << 2) store<f32>(x, load<f32>(x) + load<f32>(from));
  }
}

function hideInRow(x: usize, mask: usize, step: i32, count: i32): void {
  const end = x + (count << 2);
  if (step === 1) {
    const hidden = f32x4.splat(-Infinity);
    for (; x < end; x += 16, mask += 4) {
      const bytes = i16x8.extend_low_i8x16_u(v128.load32_zero(mask));
      const closed = i32x4.eq(i32x4.extend_low_i16x8_u(bytes), i32x4.splat(0));
      v128.store(x, v128.bitselect(hidden, v128.load(x), closed));
    }
  } else {
    for (; x < end; x += 4, mask += step) if (load<u8>(mask) === 0) store<f32>(x, -Infinity);
  }
}
