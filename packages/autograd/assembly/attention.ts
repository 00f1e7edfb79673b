// Attention, softmax(scale · Q Kᵀ + bias, masked) V. A task is a block of the queries of a head.

import {
  Attention,
  finishScores,
  keysBefore,
  matrix,
  OUTPUT,
  paddedLength,
  rowOf,
  score,
  scoresIn,
  VALUE,
} from "./attention-head";
import { log } from "./elementary.generated";
import { gemm } from "./gemm";
import { fillRow, flushed, largestInRow, powersOfRow, sumRow } from "./rows";

/**
 * The output and the log-sum-exp of the queries of the tasks from ≤ task < to. Of the softmax the sums
 * are divided by at the end. A row that may attend to nothing gets zeros, and a log-sum-exp of ∞, which makes its weights
 * 0 again in the backward pass.
 */
export function attention(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const a = changetype<Attention>(descriptor);
  const blocks = (a.rows + a.blockRows - 1) / a.blockRows;
  for (let task = from; task < to; task++) {
    const head = task / blocks;
    const top = (task - head * blocks) * a.blockRows;
    attend(a, head, top, min(a.blockRows, a.rows - top), scratch);
  }
}

function attend(a: Attention, head: i32, top: i32, rows: i32, scratch: usize): void {
  const columns = keysBefore(a, top + rows);
  const row = paddedLength(columns);
  const bytes: usize = row << 2;
  const scores = scoresIn(scratch);
  const totals = scores + rows * bytes;
  score(a, head, top, rows, columns, scores, scratch);
  for (let i = 0; i < rows; i++) {
    const x = scores + i * bytes;
    const count = finishScores(a, head, top + i, x);
    const largest = largestInRow(x, count);
    let logSumExp: f64 = Infinity;
    let total: f32 = 0;
    if (largest === -Infinity) fillRow(x, count, 0);
    else {
      powersOfRow(x, x, count, largest);
      total = sumRow(x, count);
      logSumExp = <f64>largest + log(total);
    }
    fillRow(x + (count << 2), row - count, 0);
    store<f32>(totals + (i << 2), total);
    store<f64>(a.logSumExp + ((head * a.rows + top + i) << 3), logSumExp);
  }
  const value = matrix(a, VALUE);
  const output = matrix(a, OUTPUT);
  const v = rowOf(a, value, head, 0);
  const o = rowOf(a, output, head, top);
  gemm(rows, a.width, columns, scores, row, 1, v, value.row, value.column, o, output.row, false, 0, 0, 0, scratch);
  for (let i = 0; i < rows; i++) {
    const total = load<f32>(totals + (i << 2));
    if (total !== 0) divide(o + ((i * output.row) << 2), a.width, total);
  }
}

/** x / divisor in place of a row with neighbours behind its end, 0 where that is below the smallest normal number. */
function divide(x: usize, count: i32, divisor: f32): void {
  const end = x + (count << 2);
  const divisors = f32x4.splat(divisor);
  for (; x + 16 <= end; x += 16) v128.store(x, flushed(f32x4.div(v128.load(x), divisors)));
  for (; x < end; x += 4) store<f32>(x, f32x4.extract_lane(flushed(f32x4.div(v128.load32_zero(x), divisors)), 0));
}
