import type { Strided } from "../../storage.js";
import type { AttentionOperands, AttentionSettings } from "../target.js";
import { exp, log } from "./elementary.generated.js";
import { forEachRow } from "./loops.js";
import { type Matrix, matrixAt, multiplyMatrices } from "./matmul.js";
import { rowMax, SMALLEST_NORMAL } from "./softmax.js";
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
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = i * columns + j;
      let value = scores[at]! * scale;
      if (bias !== null) value += bias.storage.array[biasAt + i * bias.strides[2]! + j * bias.strides[3]!]!;
      const hidden =
        (causal && j > i) ||
        (mask !== null && mask.storage.array[maskAt + i * mask.strides[2]! + j * mask.strides[3]!] === 0);
      scores[at] = hidden ? Number.NEGATIVE_INFINITY : value;
    }
  }
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
  const scores = new Float64Array(rows * columns);
  const smallest = SMALLEST_NORMAL[output.dtype]!;
  forEachHead(operands, (head) => {
    score(head, operands, settings, scores);
    for (let i = 0; i < rows; i++) {
      const at = i * columns;
      const largest = columns === 0 ? Number.NEGATIVE_INFINITY : rowMax(scores, at, columns);
      const nothing = largest === Number.NEGATIVE_INFINITY;
      for (let j = at; j < at + columns; j++) scores[j] = nothing ? 0 : exp(scores[j]! - largest);
      const total = sumRun(scores, at, columns);
      // +∞ makes every probability of the row 0 again in the backward pass.
      logSumExp.storage.array[head.index * rows + i] = nothing ? Number.POSITIVE_INFINITY : largest + log(total);
      for (let j = at; j < at + columns; j++) {
        const probability = nothing ? 0 : scores[j]! / total;
        scores[j] = probability < smallest ? 0 : probability;
      }
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
  _forward: Strided,
  logSumExp: Strided,
  output: Strided,
): void {
  const { query, key, value } = operands;
  const rows = query.shape[2]!;
  const columns = key.shape[2]!;
  const depth = query.shape[3]!;
  const width = value.shape[3]!;
  const probabilities = new Float64Array(rows * columns);
  const scores = new Float64Array(rows * columns);
  const products = new Float64Array(columns);
  const to = output.storage.array;
  const smallest = SMALLEST_NORMAL[output.dtype]!;
  forEachHead(operands, (head) => {
    const item = Math.floor(head.index / query.shape[1]!);
    const own = gradient.offset + item * gradient.strides[0]! + (head.index % query.shape[1]!) * gradient.strides[1]!;
    const outer = matrixAt(gradient, own);
    score(head, operands, settings, probabilities);
    for (let i = 0; i < rows; i++) {
      const total = logSumExp.storage.array[head.index * rows + i]!;
      for (let j = i * columns; j < (i + 1) * columns; j++) {
        const probability = exp(probabilities[j]! - total);
        probabilities[j] = probability < smallest || total === Number.POSITIVE_INFINITY ? 0 : probability;
      }
    }
    const atValue = query.size + key.size + head.index * columns * width;
    multiplyMatrices(columns, width, rows, transposed(rowMajor(probabilities, 0, columns)), outer, to, atValue);
    multiplyMatrices(rows, columns, width, outer, transposed(head.value), scores, 0);
    for (let i = 0; i < rows; i++) {
      const at = i * columns;
      for (let j = 0; j < columns; j++) products[j] = probabilities[at + j]! * scores[at + j]!;
      const mean = sumRun(products, 0, columns);
      for (let j = at; j < at + columns; j++) {
        scores[j] = probabilities[j] === 0 ? 0 : probabilities[j]! * (scores[j]! - mean) * settings.scale;
      }
    }
    const slopes = rowMajor(scores, 0, columns);
    multiplyMatrices(rows, depth, columns, slopes, head.key, to, head.index * rows * depth);
    const atKey = query.size + head.index * columns * depth;
    multiplyMatrices(columns, depth, rows, transposed(slopes), head.query, to, atKey);
  });
}
