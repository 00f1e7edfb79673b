// The gradients of attention. A task is a head.

import {
  Attention,
  finishScores,
  KEY,
  KEY_GRADIENT,
  keysBefore,
  Matrix,
  matrix,
  OUTPUT,
  paddedLength,
  QUERY,
  QUERY_GRADIENT,
  rowOf,
  score,
  scoresIn,
  timesTransposed,
  VALUE,
  VALUE_GRADIENT,
} from "./attention-head";
import { gemm } from "./gemm";
import { fillRow, powersOfRow, sumOfProducts } from "./rows";

/** The gradients of query, key and value of the heads of the tasks from ≤ task < to. */
export function attentionGrad(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const a = changetype<Attention>(descriptor);
  for (let head = from; head < to; head++) {
    clear(a, matrix(a, KEY_GRADIENT), head, a.depth);
    clear(a, matrix(a, VALUE_GRADIENT), head, a.width);
    for (let top = 0; top < a.rows; top += a.blockRows) pass(a, head, top, min(a.blockRows, a.rows - top), scratch);
  }
}

/** Zeros, to which blocks of queries add, in ascending order. */
function clear(a: Attention, m: Matrix, head: i32, width: i32): void {
  for (let j = 0; j < a.columns; j++) memory.fill(rowOf(a, m, head, j), 0, width << 2);
}

/**
 * What some queries of a head give. With P the weights, recomputed from the log-sum-exp: dV = Pᵀ dO; dP = dO Vᵀ;
 * dS = P (dP − Σ P dP) · scale along each row; dQ = dS K; dK = dSᵀ Q.
 */
function pass(a: Attention, head: i32, top: i32, rows: i32, scratch: usize): void {
  const columns = keysBefore(a, top + rows);
  const row = paddedLength(columns);
  const weights = scoresIn(scratch);
  const slopes = weights + ((rows * row) << 2);
  const value = matrix(a, VALUE);
  const gradient = matrix(a, OUTPUT);
  const g = rowOf(a, gradient, head, top);

  score(a, head, top, rows, columns, weights, scratch);
  for (let i = 0; i < rows; i++) {
    const x = weights + ((i * row) << 2);
    const count = finishScores(a, head, top + i, x);
    const logSumExp = load<f64>(a.logSumExp + ((head * a.rows + top + i) << 3));
    if (logSumExp === Infinity) fillRow(x, count, 0);
    else powersOfRow(x, x, count, logSumExp);
    fillRow(x + (count << 2), row - count, 0);
  }
  addTransposed(a, VALUE_GRADIENT, head, columns, a.width, rows, weights, g, gradient, scratch);

  timesTransposed(rows, columns, a.width, g, gradient, rowOf(a, value, head, 0), value, slopes, scratch);
  for (let i = 0; i < rows; i++) {
    const at = (i * row) << 2;
    const count = keysBefore(a, top + i + 1);
    slopesOfRow(weights + at, slopes + at, count, a.scale);
    const filled = paddedLength(count);
    fillRow(slopes + at + (filled << 2), row - filled, 0);
  }
  const query = matrix(a, QUERY);
  const key = matrix(a, KEY);
  const queryGradient = matrix(a, QUERY_GRADIENT);
  const k = rowOf(a, key, head, 0);
  const dq = rowOf(a, queryGradient, head, top);
  gemm(rows, a.depth, columns, slopes, row, 1, k, key.row, key.column, dq, queryGradient.row, false, 0, 0, 0, scratch);
  addTransposed(a, KEY_GRADIENT, head, columns, a.depth, rows, slopes, rowOf(a, query, head, top), query, scratch);
}

/** Adds Xᵀ Y to a gradient, for X [rows, columns] as scores lie and `rows` rows of Y. */
function addTransposed(
  a: Attention,
  gradient: i32,
  head: i32,
  columns: i32,
  width: i32,
  rows: i32,
  x: usize,
  y: usize,
  ofY: Matrix,
  scratch: usize,
): void {
  const into = matrix(a, gradient);
  const at = rowOf(a, into, head, 0);
  const row = paddedLength(columns);
  gemm(columns, width, rows, x, 1, row, y, ofY.row, ofY.column, at, into.row, true, 0, 0, 0, scratch);
}

/** P (dP − Σ P dP) · scale in place of dP along a row; 0 where P is, whatever dP and the sum may be. */
function slopesOfRow(p: usize, s: usize, count: i32, scale: f32): void {
  const bytes: usize = paddedLength(count) << 2;
  // What only fills the last vector is no number of ours.
  for (let j = count; j & 3; j++) store<f32>(s + (j << 2), 0);
  const mean = f32x4.splat(sumOfProducts(p, s, count));
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weight = v128.load(p + at);
    const slope = f32x4.mul(f32x4.mul(weight, f32x4.sub(v128.load(s + at), mean)), factor);
    v128.store(s + at, v128.andnot(slope, f32x4.eq(weight, zero)));
  }
}
