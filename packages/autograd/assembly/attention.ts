// Attention of one head, forward and backward: softmax(scale · Q Kᵀ + bias, masked) V.

import { gemm } from "./gemm";
import { divideRow, fillRow, largestInRow, powersInRow, sumRow } from "./rows";

/**
 * One head, as the host writes it word by word: `targets/wasm/attention.ts` has the same order. Matrices lie with
 * strides in elements, those of results row-major; a start of 0 says that there is none.
 */
@unmanaged
class Head {
  /** T queries, S keys, of width K; values of width E. */
  rows: i32;
  columns: i32;
  depth: i32;
  width: i32;
  scale: f32;
  /** 1: key j is hidden from query i where j > i. */
  causal: i32;
  /** [T, K] */
  query: usize;
  queryRow: i32;
  queryColumn: i32;
  /** [S, K] */
  key: usize;
  keyRow: i32;
  keyColumn: i32;
  /** [S, E] */
  value: usize;
  valueRow: i32;
  valueColumn: i32;
  /** [T, S] of bytes: 0 where the query may not attend. */
  mask: usize;
  maskRow: i32;
  maskColumn: i32;
  /** [T, S], added to the scaled scores. */
  bias: usize;
  biasRow: i32;
  biasColumn: i32;
  /** [T, E]: the gradient of the output; for the backward pass alone. */
  gradient: usize;
  gradientRow: i32;
  gradientColumn: i32;
  /** Results: [T, E] forward; [T, K], [S, K] and [S, E] backward. */
  output: usize;
  queryGradient: usize;
  keyGradient: usize;
  valueGradient: usize;
  /** Room for one matrix [T, S] forward and two backward, with rows a multiple of four long. */
  scores: usize;
  /** What `gemm` needs. */
  work: usize;
}

/** Elements from row to row of the scores: as many as vectors fill. */
function stride(columns: i32): i32 {
  return (columns + 3) & ~3;
}

/** The output of a head. */
export function attend(address: usize): void {
  const h = changetype<Head>(address);
  const row = stride(h.columns);
  weigh(h, h.scores, row);
  gemm(
    h.rows,
    h.width,
    h.columns,
    h.scores,
    row,
    1,
    h.value,
    h.valueRow,
    h.valueColumn,
    h.output,
    h.width,
    0,
    0,
    0,
    h.work,
  );
}

/**
 * The gradients of a head. With P the weights, recomputed: dV = Pᵀ dO; dP = dO Vᵀ; dS = P (dP − Σ P dP) · scale along
 * each row; dQ = dS K; dK = dSᵀ Q.
 */
export function attendBackward(address: usize): void {
  const h = changetype<Head>(address);
  const row = stride(h.columns);
  const p = h.scores;
  const s = p + ((h.rows * row) << 2);
  const g = h.gradient;
  weigh(h, p, row);
  gemm(
    h.columns,
    h.width,
    h.rows,
    p,
    1,
    row,
    g,
    h.gradientRow,
    h.gradientColumn,
    h.valueGradient,
    h.width,
    0,
    0,
    0,
    h.work,
  );
  fillRow(s, h.rows * row, 0);
  gemm(
    h.rows,
    h.columns,
    h.width,
    g,
    h.gradientRow,
    h.gradientColumn,
    h.value,
    h.valueColumn,
    h.valueRow,
    s,
    row,
    0,
    0,
    0,
    h.work,
  );
  for (let i = 0; i < h.rows; i++) slopes(p + ((i * row) << 2), s + ((i * row) << 2), row, h.scale);
  gemm(h.rows, h.depth, h.columns, s, row, 1, h.key, h.keyRow, h.keyColumn, h.queryGradient, h.depth, 0, 0, 0, h.work);
  gemm(
    h.columns,
    h.depth,
    h.rows,
    s,
    1,
    row,
    h.query,
    h.queryRow,
    h.queryColumn,
    h.keyGradient,
    h.depth,
    0,
    0,
    0,
    h.work,
  );
}

/** The weights of a head: the softmax of each row of scores; zeros in a row that may attend to nothing. */
function weigh(h: Head, scores: usize, row: i32): void {
  gemm(
    h.rows,
    h.columns,
    h.depth,
    h.query,
    h.queryRow,
    h.queryColumn,
    h.key,
    h.keyColumn,
    h.keyRow,
    scores,
    row,
    0,
    0,
    0,
    h.work,
  );
  for (let i = 0; i < h.rows; i++) {
    const at = scores + ((i * row) << 2);
    scaleRow(at, row, h.scale);
    if (h.bias !== 0) addRow(at, h.bias + ((i * h.biasRow) << 2), h.biasColumn, h.columns);
    if (h.mask !== 0) hideInRow(at, h.mask + i * h.maskRow, h.maskColumn, h.columns);
    hideRest(at, h.causal ? min(i + 1, h.columns) : h.columns, row);
    const largest = largestInRow(at, row);
    if (largest === -Infinity) fillRow(at, row, 0);
    else {
      powersInRow(at, row, largest);
      divideRow(at, row, sumRow(at, row));
    }
  }
}

function scaleRow(x: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (const end = x + (count << 2); x < end; x += 16) v128.store(x, f32x4.mul(v128.load(x), factors));
}

function addRow(x: usize, from: usize, step: i32, count: i32): void {
  for (let j = 0; j < count; j++) {
    const at = x + (j << 2);
    store<f32>(at, load<f32>(at) + load<f32>(from + ((j * step) << 2)));
  }
}

function hideInRow(x: usize, mask: usize, step: i32, count: i32): void {
  for (let j = 0; j < count; j++) if (load<u8>(mask + j * step) === 0) store<f32>(x + (j << 2), -Infinity);
}

/** −∞ from `count` on: later keys under `causal`, and what only fills the last vector. */
function hideRest(x: usize, count: i32, row: i32): void {
  for (let j = count; j < row; j++) store<f32>(x + (j << 2), -Infinity);
}

/** P (dP − Σ P dP) · scale in place of dP along a row; 0 where P is, whatever dP and the sum may be. */
function slopes(p: usize, s: usize, count: i32, scale: f32): void {
  const bytes: usize = count << 2;
  for (let at: usize = 0; at < bytes; at += 16) v128.store(s + at, f32x4.mul(v128.load(p + at), v128.load(s + at)));
  const mean = f32x4.splat(sumRow(s, count));
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weight = v128.load(p + at);
    const slope = f32x4.sub(v128.load(s + at), f32x4.mul(weight, mean));
    v128.store(s + at, v128.andnot(f32x4.mul(slope, factor), f32x4.eq(weight, zero)));
  }
}
