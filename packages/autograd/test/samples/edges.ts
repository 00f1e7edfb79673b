import { einsum, Generator, type Tensor } from "../../src/index.js";
import * as o from "../../src/ops.js";
import { type Edge, noIds, noMask, none, noRows, noWidth, single } from "./edge.js";
import { ids } from "./sample.js";
import { shapeEdges } from "./shape-edges.js";

const unary = (run: (x: Tensor) => Tensor, at1: string): readonly Edge[] => [
  [() => run(none(0)), "float64 [0]"],
  [() => run(none(2, 0, 3)), "float64 [2, 0, 3]"],
  [() => run(single(1)), `float64 [] ${at1}`],
];

const binary = (run: (a: Tensor, b: Tensor) => Tensor, at1and2: string, dtype = "float64"): readonly Edge[] => [
  [() => run(none(0), none(0)), `${dtype} [0]`],
  [() => run(none(2, 0), none(3, 1, 1)), `${dtype} [3, 2, 0]`],
  [() => run(none(0), single(2)), `${dtype} [0]`],
  [() => run(single(1), single(2)), `${dtype} [] ${at1and2}`],
];

/** Over nothing a reduction is its neutral element; without one there is nothing to give. */
const reduction = (
  run: (x: Tensor, dim?: number) => unknown,
  neutral: string,
  of1: string,
  dtype = "float64",
): readonly Edge[] => [
  [() => run(none(0)), `${dtype} [] ${neutral}`],
  [() => run(none(2, 0), 1), `${dtype} [2] ${neutral} ${neutral}`],
  [() => run(none(2, 0), 0), `${dtype} [0]`],
  [() => run(single(3)), `${dtype} [] ${of1}`],
  [() => run(single(3), -1), `${dtype} [] ${of1}`],
];

const extreme = (
  name: string,
  run: (x: Tensor, dim?: number) => unknown,
  of1: string,
  along = of1,
): readonly Edge[] => [
  [() => run(none(0)), `${name}: nothing to reduce over`],
  [() => run(none(2, 0), 1), `${name}: nothing to reduce over`],
  [() => run(single(3)), of1],
  [() => run(single(3), 0), along],
];

/** An operation without a row here does not compile. */
export const edges: Record<keyof typeof o | "cat" | "einsum" | "stack", readonly Edge[]> = {
  ...shapeEdges,

  abs: unary(o.abs, "1"),
  neg: unary(o.neg, "-1"),
  exp: unary(o.exp, "2.71828182846"),
  log: unary(o.log, "0"),
  log1p: unary(o.log1p, "0.69314718056"),
  expm1: unary(o.expm1, "1.71828182846"),
  sqrt: unary(o.sqrt, "1"),
  rsqrt: unary(o.rsqrt, "1"),
  sign: unary(o.sign, "1"),
  tanh: unary(o.tanh, "0.761594155956"),
  sigmoid: unary(o.sigmoid, "0.73105857863"),
  relu: unary(o.relu, "1"),
  sin: unary(o.sin, "0.841470984808"),
  cos: unary(o.cos, "0.540302305868"),
  erf: unary(o.erf, "0.84270079295"),
  gelu: [
    ...unary((x) => o.gelu(x), "0.841344746069"),
    ...unary((x) => o.gelu(x, { approximate: "tanh" }), "0.841191990608"),
  ],
  silu: unary((x) => o.silu(x), "0.73105857863"),
  softplus: unary((x) => o.softplus(x), "1.31326168752"),
  clamp: unary((x) => o.clamp(x, { max: 0.5 }), "0.5"),
  clone: unary(o.clone, "1"),
  to: [
    [() => o.to(none(0, 2), "int32"), "int32 [0, 2]"],
    [() => o.to(single(2), "bool"), "bool [] 1"],
  ],
  maskedFill: [
    [() => o.maskedFill(none(0, 3), noMask(3), 5), "float64 [0, 3]"],
    [() => o.maskedFill(single(1), true, 5), "float64 [] 5"],
  ],
  where: [
    [() => o.where(noMask(0), none(0), none(1)), "float64 [0]"],
    [() => o.where(true, single(1), single(2)), "float64 [] 1"],
  ],
  logicalNot: [
    [() => o.logicalNot(none(0)), "bool [0]"],
    [() => o.logicalNot(single(0)), "bool [] 1"],
  ],

  add: binary(o.add, "3"),
  sub: binary(o.sub, "-1"),
  mul: binary(o.mul, "2"),
  div: binary(o.div, "0.5"),
  pow: binary(o.pow, "1"),
  maximum: binary(o.maximum, "2"),
  minimum: binary(o.minimum, "1"),
  eq: binary(o.eq, "0", "bool"),
  ne: binary(o.ne, "1", "bool"),
  lt: binary(o.lt, "1", "bool"),
  le: binary(o.le, "1", "bool"),
  gt: binary(o.gt, "0", "bool"),
  ge: binary(o.ge, "0", "bool"),
  logicalAnd: binary(o.logicalAnd, "1", "bool"),
  logicalOr: binary(o.logicalOr, "1", "bool"),

  sum: reduction(o.sum, "0", "3"),
  mean: reduction(o.mean, "NaN", "3"),
  prod: [...reduction(o.prod, "1", "3"), [() => o.prod(noIds(0)), "int32 [] 1"]],
  var: reduction(o.var, "NaN", "NaN"),
  std: reduction(o.std, "NaN", "NaN"),
  any: reduction(o.any, "0", "1", "bool"),
  all: reduction(o.all, "1", "1", "bool"),
  norm: reduction((x, dim) => o.norm(x, dim === undefined ? {} : { dim }), "0", "3"),
  amax: extreme("amax", o.amax, "float64 [] 3"),
  amin: extreme("amin", o.amin, "float64 [] 3"),
  argmax: extreme("argmax", o.argmax, "int32 [] 0"),
  argmin: extreme("argmin", o.argmin, "int32 [] 0"),
  logsumexp: reduction(o.logsumexp, "-Infinity", "3"),
  max: [
    [() => o.max(none(0)), "max: nothing to reduce over"],
    [() => o.max(none(2, 0), 1), "max: nothing to reduce over"],
    [() => o.max(none(2, 0), 0), "float64 [0], int32 [0]"],
    [() => o.max(single(3)), "float64 [] 3"],
    [() => o.max(single(3), 0), "float64 [] 3, int32 [] 0"],
  ],
  min: [
    [() => o.min(none(0)), "min: nothing to reduce over"],
    [() => o.min(none(2, 0), 1), "min: nothing to reduce over"],
    [() => o.min(none(2, 0), 0), "float64 [0], int32 [0]"],
    [() => o.min(single(3)), "float64 [] 3"],
    [() => o.min(single(3), -1), "float64 [] 3, int32 [] 0"],
  ],
  cumsum: [
    [() => o.cumsum(none(2, 0), 1), "float64 [2, 0]"],
    [() => o.cumsum(none(2, 0), 0), "float64 [2, 0]"],
    [() => o.cumsum(single(3), 0), "float64 [] 3"],
  ],
  sort: [
    [() => o.sort(none(2, 0)), "float64 [2, 0], int32 [2, 0]"],
    [() => o.sort(single(3)), "float64 [] 3, int32 [] 0"],
  ],
  topk: [
    [() => o.topk(none(2, 0), 0), "float64 [2, 0], int32 [2, 0]"],
    [() => o.topk(none(2, 0), 1), "topk: k out of range"],
    [() => o.topk(single(3), 1), "float64 [] 3, int32 [] 0"],
    [() => o.topk(single(3), 0), "float64 [] 3, int32 [] 0"],
  ],

  indexSelect: [
    [() => o.indexSelect(none(2), 0, noIds(0)), "float64 [0]"],
    [() => o.indexSelect(noRows, 0, ids(0)), "indexSelect: index out of range"],
    [() => o.indexSelect(noRows, 1, ids(2)), "float64 [0, 1]"],
    [() => o.indexSelect(single(3), 0, ids(0)), "float64 [] 3"],
  ],
  gather: [
    [() => o.gather(none(2), 0, noIds(0)), "float64 [0]"],
    [() => o.gather(noWidth, 1, noIds(2, 0)), "float64 [2, 0]"],
    [() => o.gather(single(3), 0, ids(0).reshape([])), "float64 [] 3"],
  ],
  scatterAdd: [
    [() => o.scatterAdd(none(2), 0, noIds(0), none(0)), "float64 [2] 0 0"],
    [() => o.scatterAdd(noRows, 1, noIds(0, 3), noRows), "float64 [0, 3]"],
    [() => o.scatterAdd(single(3), 0, ids(0).reshape([]), single(2)), "float64 [] 5"],
  ],
  indexCopy: [
    [() => o.indexCopy(none(2), 0, noIds(0), none(0)), "float64 [2] 0 0"],
    [() => o.indexCopy(noRows, 0, noIds(0), noRows), "float64 [0, 3]"],
    [() => o.indexCopy(single(3), 0, ids(0), single(2)), "float64 [] 2"],
  ],
  embedding: [
    [() => o.embedding(none(2, 3), noIds(0)), "float64 [0, 3]"],
    [() => o.embedding(none(2, 0), ids(1)), "float64 [1, 0]"],
    [() => o.embedding(noRows, ids(0)), "embedding: id out of range"],
    [() => o.embedding(none(2, 1), ids(1).reshape([])), "float64 [1] 0"],
  ],
  matmul: [
    [() => o.matmul(none(2, 0), none(0, 1)), "float64 [2, 1] 0 0"],
    [() => o.matmul(noRows, none(3, 2)), "float64 [0, 2]"],
    [() => o.matmul(none(2, 1, 0), none(0, 1)), "float64 [2, 1, 1] 0 0"],
    [() => o.matmul(none(0), none(0)), "float64 [] 0"],
    [() => o.matmul(none(0, 2, 3), none(3)), "float64 [0, 2]"],
    [() => o.matmul(single(1), none(1)), "matmul: an operand has no dims"],
  ],
  bmm: [
    [() => o.bmm(none(0, 2, 3), none(0, 3, 5)), "float64 [0, 2, 5]"],
    [() => o.bmm(none(1, 2, 0), none(1, 0, 1)), "float64 [1, 2, 1] 0 0"],
    [() => o.bmm(single(1), single(1)), "bmm: two batches of matrices of equal number are needed"],
  ],

  einsum: [
    [() => einsum("ij,jk->ik", none(2, 0), none(0, 1)), "float64 [2, 1] 0 0"],
    [() => einsum("ij,jk->ik", noRows, none(3, 2)), "float64 [0, 2]"],
    [() => einsum("ij->", noRows), "float64 [] 0"],
    [() => einsum("ij,ij->ij", noWidth, none(1, 1)), "float64 [2, 0]"],
    [() => einsum(",->", single(2), single(3)), "float64 [] 6"],
    [() => einsum("i", single(2)), "einsum: the term of operand 0 names 1 dims, the operand has 0"],
  ],
  conv1d: [
    [() => o.conv1d(none(0, 2, 5), none(3, 2, 2)), "float64 [0, 3, 4]"],
    [() => o.conv1d(none(1, 2, 2), none(0, 2, 2)), "float64 [1, 0, 1]"],
    [() => o.conv1d(none(1, 0, 2), none(1, 0, 2)), "float64 [1, 1, 1] 0"],
    [() => o.conv1d(none(1, 2, 0), none(1, 2, 1)), "conv1d: the kernel does not fit into the input"],
    [() => o.conv1d(single(1), none(1, 1, 1)), "conv1d: the input does not fit the weight"],
    [() => o.conv1d(none(1, 1), single(1)), "conv1d: the weight has 3 dims"],
  ],
  conv2d: [
    [() => o.conv2d(none(0, 2, 5, 3), none(3, 2, 2, 1)), "float64 [0, 3, 4, 3]"],
    [() => o.conv2d(none(1, 2, 0, 3), none(1, 2, 1, 1)), "conv2d: the kernel does not fit into the input"],
    [() => o.conv2d(single(1), none(1, 1, 1, 1)), "conv2d: the input does not fit the weight"],
  ],

  softmax: [
    [() => o.softmax(noRows), "float64 [0, 3]"],
    [() => o.softmax(noRows, 0), "float64 [0, 3]"],
    [() => o.softmax(noWidth), "float64 [2, 0]"],
    [() => o.softmax(single(3)), "float64 [] 1"],
  ],
  logSoftmax: [
    [() => o.logSoftmax(noRows), "float64 [0, 3]"],
    [() => o.logSoftmax(noWidth, 1), "float64 [2, 0]"],
    [() => o.logSoftmax(single(3), 0), "float64 [] 0"],
  ],
  layerNorm: [
    [() => o.layerNorm(noRows, [3]), "float64 [0, 3]"],
    [() => o.layerNorm(noWidth, [0]), "float64 [2, 0]"],
    [() => o.layerNorm(single(3), []), "layerNorm: the last dims, weight and bias must have the normalised shape"],
  ],
  rmsNorm: [
    [() => o.rmsNorm(noRows), "float64 [0, 3]"],
    [() => o.rmsNorm(noWidth), "float64 [2, 0]"],
    [() => o.rmsNorm(single(3)), "rmsNorm: the last dims, weight and bias must have the normalised shape"],
  ],
  batchNorm: [
    [() => o.batchNorm(none(0, 3), { runningMean: none(3), runningVar: none(3) }), "float64 [0, 3]"],
    [() => o.batchNorm(none(2, 0), { runningMean: none(0), runningVar: none(0) }), "float64 [2, 0]"],
    [() => o.batchNorm(single(3)), "batchNorm: x is [N, C, ...], statistics, weight and bias are [C]"],
  ],
  rope: [
    [() => o.rope(none(0, 4)), "float64 [0, 4]"],
    [() => o.rope(none(0, 3, 4), { offset: noIds(0) }), "float64 [0, 3, 4]"],
    [() => o.rope(none(3, 0)), "float64 [3, 0]"],
    [() => o.rope(single(3)), "rope: x is [.., L, D] with an even D"],
  ],
  dropout: [
    [() => o.dropout(noRows, { generator: new Generator(1) }), "float64 [0, 3]"],
    [() => o.dropout(single(3), { p: 1 }), "float64 [] 0"],
  ],
  scaledDotProductAttention: [
    [() => o.scaledDotProductAttention(none(0, 3), none(2, 3), none(2, 5)), "float64 [0, 5]"],
    [() => o.scaledDotProductAttention(none(1, 3), none(0, 3), none(0, 2)), "float64 [1, 2] 0 0"],
    [() => o.scaledDotProductAttention(none(0, 2, 3), none(0, 2, 3), none(0, 2, 1)), "float64 [0, 2, 1]"],
    [
      () => o.scaledDotProductAttention(none(1, 3), none(0, 3), none(0, 2), { needWeights: true }),
      "float64 [1, 2] 0 0, float64 [1, 0]",
    ],
    [
      () => o.scaledDotProductAttention(single(1), single(1), single(1)),
      "scaledDotProductAttention: at least two dims are needed",
    ],
  ],

  crossEntropy: [
    [() => o.crossEntropy(noRows, noIds(0)), "float64 [] NaN"],
    [() => o.crossEntropy(noWidth, noWidth), "float64 [] NaN"],
    [() => o.crossEntropy(noRows, noIds(0), { reduction: "sum" }), "float64 [] 0"],
    [() => o.crossEntropy(noRows, noIds(0), { reduction: "none" }), "float64 [0]"],
    [() => o.crossEntropy(noRows, noRows), "float64 [] NaN"],
    [() => o.crossEntropy(none(1), ids(0).reshape([])), "float64 [] 0"],
    [() => o.crossEntropy(single(1), ids(0).reshape([])), "crossEntropy: logits must be floats with a dim of classes"],
  ],
  nllLoss: [
    [() => o.nllLoss(noRows, noIds(0)), "float64 [] NaN"],
    [() => o.nllLoss(noRows, noIds(0), { reduction: "none" }), "float64 [0]"],
    [() => o.nllLoss(none(1), ids(0).reshape([])), "float64 [] 0"],
    [() => o.nllLoss(single(1), ids(0).reshape([])), "nllLoss: the target needs one class id for each position"],
  ],
  mseLoss: [
    [() => o.mseLoss(none(0), none(0)), "float64 [] NaN"],
    [() => o.mseLoss(none(0), none(0), { reduction: "sum" }), "float64 [] 0"],
    [() => o.mseLoss(single(1), single(3)), "float64 [] 4"],
  ],
  smoothL1Loss: [
    [() => o.smoothL1Loss(none(0), none(0), { reduction: "none" }), "float64 [0]"],
    [() => o.smoothL1Loss(single(1), single(3)), "float64 [] 1.5"],
  ],
  binaryCrossEntropyWithLogits: [
    [() => o.binaryCrossEntropyWithLogits(none(0), none(0), { reduction: "none" }), "float64 [0]"],
    [() => o.binaryCrossEntropyWithLogits(single(0), single(1)), "float64 [] 0.69314718056"],
  ],
  klDiv: [
    [() => o.klDiv(none(0), none(0), { reduction: "none" }), "float64 [0]"],
    [() => o.klDiv(none(0, 2), none(0, 2), { reduction: "batchmean" }), "float64 [] NaN"],
    [() => o.klDiv(single(-1), single(1)), "float64 [] 1"],
    [() => o.klDiv(single(-1), single(1), { reduction: "batchmean" }), "float64 [] 1"],
  ],
};
