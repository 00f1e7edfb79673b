import type { Strided } from "../../storage.js";
import type { AttentionGradients, AttentionOperands, AttentionSettings } from "../target.js";
import { exp, log } from "./elementary.generated.js";
import { forEachRow } from "./loops.js";
import { type Matrix, matrixAt, multiplyMatrices, room } from "./matmul.js";
import { scratchRow, smallestNormalOf } from "./softmax.js";
import { sumRun } from "./summation.js";

/** One head of one item: its matrices, and where its mask and bias begin. */
interface Head {
  readonly index: number;
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly maskAt: number;
  readonly biasAt: number;
}

function forEachHead({ query, key, value, mask, bias }: AttentionOperands, visit: (head: Head) => void): void {
  const lead = (x: Strided | null) => (x === null ? [0, 0, 0] : [x.strides[0]!, x.strides[1]!, 0]);
  const operands = [query, key, value, mask, bias];
  const offsets = operands.map((x) => x?.offset ?? 0);
  forEachRow([query.shape[0]!, query.shape[1]!, 1], operands.map(lead), offsets, ([q, k, v, m, b], index) => {
    visit({
      index,
      query: matrixAt(query, q!),
      key: matrixAt(key, k!),
      value: matrixAt(value, v!),
      maskAt: m!,
      biasAt: b!,
    });
  });
}

const transposed = ({ array, start, row, column }: Matrix): Matrix => ({ array, start, row: column, column: row });

const rowMajor = (array: Matrix["array"], start: number, row: number): Matrix => ({ array, start, row, column: 1 });

let scoreScratch: Float64Array = new Float64Array(0);
let slopeScratch: Float64Array = new Float64Array(0);

/** Scaled scores of a head into `scores` [T, S]; −∞ where a query may not attend. */
function score(
  { query, key, maskAt, biasAt }: Head,
  { query: { shape }, key: { shape: keyShape }, mask, bias }: AttentionOperands,
  { scale, causal }: AttentionSettings,
  scores: Float64Array,
): void {
  const rows = shape[2]!;
  const columns = keyShape[2]!;
  multiplyMatrices(rows, columns, shape[3]!, query, transposed(key), scores, 0);
  for (let i = 0; i < rows * columns; i++) scores[i]! *= scale;
  if (bias !== null) addBias(scores, rows, columns, matrixAt(bias, biasAt));
  if (mask !== null) hide(scores, rows, columns, matrixAt(mask, maskAt));
  if (causal) {
    for (let i = 0; i < rows; i++) {
      for (let j = i + 1; j < columns; j++) scores[i * columns + j] = Number.NEGATIVE_INFINITY;
    }
  }
}

function addBias(scores: Float64Array, rows: number, columns: number, bias: Matrix): void {
  const { array, column } = bias;
  for (let i = 0; i < rows; i++) {
    const from = bias.start + i * bias.row;
    for (let j = 0; j < columns; j++) scores[i * columns + j]! += array[from + j * column]!;
  }
}

function hide(scores: Float64Array, rows: number, columns: number, mask: Matrix): void {
  const { array, column } = mask;
  for (let i = 0; i < rows; i++) {
    const from = mask.start + i * mask.row;
    for (let j = 0; j < columns; j++) {
      if (array[from + j * column] === 0) scores[i * columns + j] = Number.NEGATIVE_INFINITY;
    }
  }
}

/** e^(x − shift) of `count` scores in place; what is hidden costs nothing. */
function powers(scores: Float64Array, at: number, count: number, shift: number): void {
  for (let j = at; j < at + count; j++) {
    const value = scores[j]!;
    scores[j] = value === Number.NEGATIVE_INFINITY ? 0 : exp(value - shift);
  }
}

/** The largest score of a row; NaN if there is one, −∞ where there is none. */
function largestOf(scores: Float64Array, at: number, count: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = at; j < at + count; j++) {
    const value = scores[j]!;
    if (value > largest || Number.isNaN(value)) largest = value;
  }
  return largest;
}

/** The softmax of a row of scores in place, and its log-sum-exp; zeros and +∞ for a query that may attend to nothing. */
function attendRow(scores: Float64Array, at: number, count: number, smallest: number): number {
  const largest = largestOf(scores, at, count);
  if (largest === Number.NEGATIVE_INFINITY) {
    scores.fill(0, at, at + count);
    // It makes every probability of the row 0 again in the backward pass.
    return Number.POSITIVE_INFINITY;
  }
  powers(scores, at, count, largest);
  const total = sumRun(scores, at, count);
  for (let j = at; j < at + count; j++) {
    const probability = scores[j]! / total;
    scores[j] = probability < smallest ? 0 : probability;
  }
  return largest + log(total);
}

export function attention(
  operands: AttentionOperands,
  settings: AttentionSettings,
  output: Strided,
  logSumExp: Strided,
): void {
  const rows = operands.query.shape[2]!;
  const columns = operands.key.shape[2]!;
  const width = operands.value.shape[3]!;
  const scores = room(scoreScratch, rows * columns);
  scoreScratch = scores;
  const totals = logSumExp.storage.array;
  const smallest = smallestNormalOf(output);
  forEachHead(operands, (head) => {
    score(head, operands, settings, scores);
    for (let i = 0; i < rows; i++) {
      totals[head.index * rows + i] = attendRow(scores, i * columns, columns, smallest);
    }
    const start = output.offset + head.index * rows * width;
    multiplyMatrices(rows, width, columns, rowMajor(scores, 0, columns), head.value, output.storage.array, start);
  });
}

/**
 * With P the probabilities, recomputed from the scores: dV = Pᵀ dO; dP = dO Vᵀ; dS = P (dP − Σ P dP) · scale, the sum
 * along a row being dO · O; dQ = dS K; dK = dSᵀ Q.
 */
export function attentionGrad(
  operands: AttentionOperands,
  settings: AttentionSettings,
  gradient: Strided,
  logSumExp: Strided,
  results: AttentionGradients,
): void {
  const { query, key, value } = operands;
  const rows = query.shape[2]!;
  const columns = key.shape[2]!;
  const depth = query.shape[3]!;
  const width = value.shape[3]!;
  const probabilities = room(scoreScratch, rows * columns);
  const slopes = room(slopeScratch, rows * columns);
  scoreScratch = probabilities;
  slopeScratch = slopes;
  const totals = logSumExp.storage.array;
  const smallest = smallestNormalOf(query);
  const into = ({ storage, offset, size }: Strided, index: number) =>
    [storage.array, offset + (index * size) / (query.shape[0]! * query.shape[1]!)] as const;
  forEachHead(operands, (head) => {
    const item = Math.floor(head.index / query.shape[1]!);
    const own = gradient.offset + item * gradient.strides[0]! + (head.index % query.shape[1]!) * gradient.strides[1]!;
    const outer = matrixAt(gradient, own);
    score(head, operands, settings, probabilities);
    for (let i = 0; i < rows; i++) {
      probabilitiesOf(probabilities, i * columns, columns, totals[head.index * rows + i]!, smallest);
    }
    const weights = transposed(rowMajor(probabilities, 0, columns));
    multiplyMatrices(columns, width, rows, weights, outer, ...into(results.value, head.index));
    multiplyMatrices(rows, columns, width, outer, transposed(head.value), slopes, 0);
    for (let i = 0; i < rows; i++) slopeRow(probabilities, slopes, i * columns, columns, settings.scale);
    const turned = rowMajor(slopes, 0, columns);
    multiplyMatrices(rows, depth, columns, turned, head.key, ...into(results.query, head.index));
    multiplyMatrices(columns, depth, rows, transposed(turned), head.query, ...into(results.key, head.index));
  });
}

/** The probabilities of a row in place of its scores, from their log-sum-exp. */
function probabilitiesOf(scores: Float64Array, at: number, count: number, total: number, smallest: number): void {
  // A NaN made all probabilities of the row NaN.
  if (total === Number.POSITIVE_INFINITY || Number.isNaN(total)) {
    scores.fill(Number.isNaN(total) ? Number.NaN : 0, at, at + count);
    return;
  }
  powers(scores, at, count, total);
  for (let j = at; j < at + count; j++) if (scores[j]! < smallest) scores[j] = 0;
}

/** P (dP − Σ P dP) · scale in place of dP, along a row. */
function slopeRow(probabilities: Float64Array, slopes: Float64Array, at: number, count: number, scale: number): void {
  const products = scratchRow(count);
  for (let j = 0; j < count; j++) products[j] = probabilities[at + j]! * slopes[at + j]!;
  const mean = sumRun(products, 0, count);
  for (let j = at; j < at + count; j++) {
    const probability = probabilities[j]!;
    slopes[j] = probability === 0 ? 0 : probability * (slopes[j]! - mean) * scale;
  }
}
