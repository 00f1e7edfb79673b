// Attention, softmax(scale · Q Kᵀ + bias, masked) V. A task is a block of the queries of a head.

import { Attention, keysBefore, matrix, OUTPUT, paddedLength, rowOf, score, scoresIn, VALUE } from "./attention-head";
import { log } from "./elementary.generated";
import { gemm } from "./gemm";
import { divideRow, fillRow, largestInRow, powersInRow, sumRow } from "./rows";

/** The output and the log-sum-exp of the queries of the tasks from ≤ task < to. */
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
  const scores = scoresIn(scratch);
  score(a, head, top, rows, columns, scores, scratch);
  for (let i = 0; i < rows; i++) {
    store<f64>(a.logSumExp + ((head * a.rows + top + i) << 3), softmaxInRow(scores + ((i * row) << 2), row));
  }
  const value = matrix(a, VALUE);
  const output = matrix(a, OUTPUT);
  const v = rowOf(a, value, head, 0);
  const o = rowOf(a, output, head, top);
  gemm(rows, a.width, columns, scores, row, 1, v, value.row, value.column, o, output.row, 0, 0, 0, scratch);
}

/** The softmax in place of the scores of a query, and their log-sum-exp; zeros and ∞ where all of them are −∞. */
function softmaxInRow(x: usize, count: i32): f64 {
  const largest = largestInRow(x, count);
  if (largest === -Infinity) {
    fillRow(x, count, 0);
    // It makes every weight of the row 0 again in the backward pass.
    return Infinity;
  }
  powersInRow(x, count, largest);
  const total = sumRow(x, count);
  divideRow(x, count, total);
  return <f64>largest + log(total);
}
