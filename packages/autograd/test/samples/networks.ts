import { Generator, tensor } from "../../src/index.js";
import * as operations from "../../src/ops.js";
import { observed } from "./observe.js";
import { away, ids, positive, type Sample, sample } from "./sample.js";

const o = observed(operations);
const weights = tensor(Float64Array.of(1, 2, 3));
const fiveWeights = tensor(Float64Array.of(1, 2, 3, 0.5, 0.7));
const square = tensor(Int32Array.of(2, 0, 1, 1, 0, 2), { shape: [2, 3] });

/** Rows of the operations that networks are made of. */
export const networkSamples = {
  softmax: [
    sample((x) => o.softmax(x, 0), away(3, 5)),
    sample((x) => o.softmax(x), away()),
    sample((x) => o.softmax(x, -2), away(2, 3, 5)),
  ],
  logSoftmax: [
    sample((x) => o.logSoftmax(x), away(2, 3, 5)),
    sample((x) => o.logSoftmax(x), away(3, 5)),
    sample((x) => o.logSoftmax(x, 1), away(2, 3, 5)),
  ],
  layerNorm: [
    sample((x) => o.layerNorm(x, [3, 5]), away(2, 3, 5)),
    sample((x) => o.layerNorm(x, [3, 5]), away(3, 5)),
    sample((x, bias) => o.layerNorm(x, [5], { bias }), away(3, 5), away(5)),
    sample(
      (x, weight, bias) => o.layerNorm(x, [3, 5], { weight, bias, eps: 0.1 }),
      away(2, 3, 5),
      away(3, 5),
      away(3, 5),
    ),
  ],
  rmsNorm: [
    sample((x, weight) => o.rmsNorm(x, { weight }), away(2, 3, 5), away(5)),
    sample((x) => o.rmsNorm(x, { weight: null, eps: 0.1 }), away(3, 5)),
  ],
  batchNorm: [
    sample(
      (x, weight, bias) => o.batchNorm(x, { training: true, weight, bias, eps: 0.1 }),
      ...[away(5, 3), away(3), away(3)],
    ),
    sample(
      (x, runningMean, runningVar) => o.batchNorm(x, { runningMean, runningVar }),
      ...[away(2, 3, 5), away(3), positive(3)],
    ),
    sample((x) => o.batchNorm(x, { training: true }), away(2, 3, 2)),
  ],
  rope: [
    sample((x) => o.rope(x), away(3, 4)),
    sample((x) => o.rope(x, { offset: ids(2).reshape([]) }), away(2, 3, 4)),
    sample((x) => o.rope(x, { theta: 7, offset: 3 }), away(2, 3, 4)),
    sample((x) => o.rope(x, { theta: 7, offset: ids(0, 5), interleaved: true }), away(2, 1, 3, 6)),
  ],
  dropout: [
    sample((x) => o.dropout(x, { p: 0.4, generator: new Generator(1) }), away(3, 5)),
    sample((x) => o.dropout(x, { p: 1 }), away(3)),
    sample((x) => o.dropout(x, { training: false }), away(3)),
  ],
  scaledDotProductAttention: [
    sample(
      (q, k, v) => o.scaledDotProductAttention(q, k, v, { mask: ids(0, 0, 1, 1, 1).ne(0), causal: true }),
      ...[away(2, 1, 3, 7), away(2, 1, 5, 7), away(2, 1, 5, 11)],
    ),
    sample(
      (q, k, v) => o.scaledDotProductAttention(q, k, v, { causal: true, bias: fiveWeights }),
      ...[away(2, 1, 3, 7), away(1, 3, 5, 7), away(5, 7)],
    ),
    sample(
      (q, k, v) =>
        o.scaledDotProductAttention(q, k, v, { mask: square.reshape([2, 1, 1, 3, 1]).ne(0), needWeights: true }),
      ...[away(2, 1, 3, 3, 2), away(3, 5, 2), away(5, 7)],
    ),
    sample(
      (q, k, v) => o.scaledDotProductAttention(q, k, v, { dropoutP: 0.3, generator: new Generator(5) }),
      ...[away(3, 7), away(5, 7), away(5, 2)],
    ),
    sample(
      (q, k, v) => o.scaledDotProductAttention(q, k, v, { keyStart: ids(1, 2) }),
      ...[away(2, 3, 7), away(2, 5, 7), away(2, 5, 2)],
    ),
    sample(
      (q, k, v) =>
        o.scaledDotProductAttention(q, k, v, { keyLength: ids(3).reshape([]), mask: ids(0, 1, 1, 1, 1).ne(0) }),
      ...[away(3, 7), away(5, 7), away(5, 2)],
    ),
    sample(
      (q, k, v, bias) => o.scaledDotProductAttention(q, k, v, { bias, scale: 0.7 }),
      ...[away(3, 2), away(5, 2), away(5, 7), away(3, 5)],
    ),
    sample(
      (q, k, v) =>
        o.scaledDotProductAttention(q, k, v, { needWeights: true, dropoutP: 0.3, generator: new Generator(1) }),
      ...[away(3, 2), away(5, 2), away(5, 7)],
    ),
    sample(
      (q, k, v) =>
        o.scaledDotProductAttention(q, k, v, { keyStart: ids(1, 0), keyLength: ids(4).reshape([]), causal: true }),
      ...[away(2, 1, 3, 7), away(2, 1, 5, 7), away(2, 1, 5, 11)],
    ),
  ],

  crossEntropy: [
    sample((x) => o.crossEntropy(x, ids(4, 0, -100), { labelSmoothing: 0.1 }), away(3, 5)),
    sample((x) => o.crossEntropy(x, square, { weight: weights, reduction: "sum" }), away(2, 3, 3)),
    sample((x) => o.crossEntropy(x, ids(2).reshape([])), away(5)),
    sample((x) => o.crossEntropy(x, square, { reduction: "none" }), away(2, 5, 3)),
    sample((x) => o.crossEntropy(x, ids(2, 1), { reduction: "sum", ignoreIndex: 1 }), away(2, 3)),
    sample((x) => o.crossEntropy(x, ids(1, 7, 0), { ignoreIndex: 7, weight: fiveWeights }), away(3, 5)),
    sample(
      (x) => o.crossEntropy(x, ids(4, 0, -100), { weight: fiveWeights, labelSmoothing: 0.1, reduction: "none" }),
      away(3, 5),
    ),
    sample((x) => o.crossEntropy(x, ids(4, 0, 2), { ignoreIndex: 0, labelSmoothing: 1 }), away(3, 5)),
    sample((x) => o.crossEntropy(x, ids(4).reshape([]), { weight: fiveWeights }), away(5)),
    sample((x, target) => o.crossEntropy(x, target), away(5), positive(5)),
    sample((x, target) => o.crossEntropy(x, target, { reduction: "none" }), away(5), positive(5)),
    sample((x, target) => o.crossEntropy(x, target, { reduction: "none" }), away(2, 3, 5), positive(2, 3, 5)),
    sample(
      (x, target) => o.crossEntropy(x, target, { weight: weights, reduction: "sum", labelSmoothing: 0.3 }),
      ...[away(2, 3, 5), positive(2, 3, 5)],
    ),
    sample(
      (x, target) => o.crossEntropy(x, target, { reduction: "none", labelSmoothing: 0.2 }),
      away(2, 3),
      positive(2, 3),
    ),
  ],
  nllLoss: [
    sample((x) => o.nllLoss(x, ids(2, 0), { weight: weights }), away(2, 3)),
    sample((x) => o.nllLoss(x, square, { ignoreIndex: 1, reduction: "none" }), away(2, 5, 3)),
    sample((x) => o.nllLoss(x, ids(2, -100, 1), { weight: weights }), away(3, 3)),
    sample((x) => o.nllLoss(x, ids(2, -100, 1)), away(3, 3)),
    sample((x) => o.nllLoss(x, ids(1).reshape([]), { reduction: "sum" }), away(3)),
  ],
  mseLoss: [
    sample((a, b) => o.mseLoss(a, b), away(2, 3), away(2, 3)),
    sample((a, b) => o.mseLoss(a, b, { reduction: "sum" }), away(2, 3), away(2, 3)),
    sample((a, b) => o.mseLoss(a, b, { reduction: "none" }), away(2, 3), away(2, 3)),
  ],
  smoothL1Loss: [
    sample((a, b) => o.smoothL1Loss(a, b, { beta: 0.6 }), away(2, 5), away(2, 5)),
    sample((a, b) => o.smoothL1Loss(a, b, { beta: 0, reduction: "none" }), away(5), away(5)),
    sample((a, b) => o.smoothL1Loss(a, b, { reduction: "sum" }), away(7), away(7)),
    sample((a, b) => o.smoothL1Loss(a, b, { beta: 0 }), away(5), away(5)),
  ],
  binaryCrossEntropyWithLogits: [
    sample((x, y) => o.binaryCrossEntropyWithLogits(x, y), away(2, 3), positive(2, 3)),
    sample((x, y) => o.binaryCrossEntropyWithLogits(o.mul(x, 30), y, { reduction: "none" }), away(23), positive(23)),
    sample(
      (x, y, posWeight) => o.binaryCrossEntropyWithLogits(x, y, { posWeight, reduction: "none" }),
      ...[away(2, 3), positive(2, 3), positive(3)],
    ),
    sample((x, y, weight) => o.binaryCrossEntropyWithLogits(x, y, { weight }), away(2, 3), positive(2, 3), positive(3)),
    sample(
      (x, y, weight, posWeight) => o.binaryCrossEntropyWithLogits(x, y, { weight, posWeight, reduction: "sum" }),
      ...[away(2, 3), positive(2, 3), positive(3), positive(3)],
    ),
  ],
  klDiv: [
    sample((a, b) => o.klDiv(a, b), away(2, 3), positive(2, 3)),
    sample((a, b) => o.klDiv(a, b, { reduction: "sum" }), away(2, 3), positive(2, 3)),
    sample((a, b) => o.klDiv(a, b, { reduction: "none", logTarget: true }), away(2, 3), away(2, 3)),
    sample((a) => o.klDiv(a, tensor(Float64Array.of(0, 0.3, 0.7)), { reduction: "batchmean" }), away(3)),
    sample((a, b) => o.klDiv(a, b, { logTarget: true, reduction: "batchmean" }), away(2, 3), away(2, 3)),
  ],
} as const satisfies Record<string, readonly Sample[]>;
