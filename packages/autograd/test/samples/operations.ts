import { cat as catTensors, einsum as einsumOf, stack as stackTensors, tensor } from "../../src/index.js";
import * as operations from "../../src/ops.js";
import { networkSamples } from "./networks.js";
import { observed } from "./observe.js";
import { primitiveSamples } from "./primitives.js";
import { away, discrete, ids, positive, type Sample, sample } from "./sample.js";

const o = observed(operations);
const { cat, einsum, stack } = observed({ cat: catTensors, einsum: einsumOf, stack: stackTensors });
const condition = tensor([true, false, true]);
const square = tensor(Int32Array.of(2, 0, 1, 1, 0, 2), { shape: [2, 3] });

/** The rows of the primitives that are operations as they are. */
const primitives = Object.fromEntries(Object.entries(primitiveSamples).filter(([name]) => name in operations)) as Pick<
  typeof primitiveSamples,
  keyof typeof primitiveSamples & keyof typeof operations
>;

/** A public operation without a row here does not compile. */
export const operationSamples: Record<keyof typeof operations | "cat" | "einsum" | "stack", readonly Sample[]> = {
  ...primitives,
  to: [sample((x) => o.to(x, "float64"), away(3)), discrete((x) => o.to(x, "bool"), away(3))],
  clone: [sample(o.clone, away(2, 3))],
  pow: [
    ...[1, 2, 3, 4, -1, 1.5].map((exponent) => sample((x) => o.pow(x, exponent), positive(3))),
    sample((x) => o.pow(2, x), away(3)),
    sample(o.pow, positive(2, 3), away(3)),
    sample((x) => o.pow(x, 0.5), positive(3)),
    sample((x) => o.pow(x, 0), away(3)),
    discrete((x) => o.pow(o.gt(x, 0), ids(0, 2, 5)), away(3)),
  ],
  clamp: [
    sample((x) => o.clamp(x, { min: -0.15, max: 0.17 }), away(11)),
    sample((x) => o.clamp(x, { max: 0.19 }), away(7)),
    sample((x) => o.clamp(x, { min: 0.11 }), away(7)),
    sample((x) => o.clamp(x, { min: -1 }), away(7)),
    sample((x) => o.clamp(x, { max: 1 }), away(7)),
    sample((x, min, max) => o.clamp(x, { min, max }), away(3, 5), away(5), away(3, 1)),
    sample((x) => o.clamp(x, { min: tensor(Float64Array.of(-0.5, 0, 0.7)), max: 0.9 }), away(2, 3)),
  ],
  maskedFill: [
    sample((x) => o.maskedFill(x, condition, 7), away(2, 3)),
    sample((x, value) => o.maskedFill(x, condition, value), away(2, 3), away()),
  ],
  logicalAnd: [
    discrete(o.logicalAnd, away(3), away(3)),
    discrete((x) => o.logicalAnd(condition, o.gt(x, 0)), away(3)),
    discrete((x) => o.logicalAnd(x, false), away(3)),
  ],
  logicalOr: [
    discrete(o.logicalOr, away(3), away(3)),
    discrete((x) => o.logicalOr(condition, o.gt(x, 0)), away(3)),
    discrete(() => o.logicalOr(ids(0, 2, 0), 0)),
  ],
  logicalNot: [
    discrete(o.logicalNot, away(3)),
    discrete(() => o.logicalNot(ids(0, 3))),
    discrete(() => o.logicalNot(condition)),
  ],
  gelu: [sample((x) => o.gelu(x), away(5)), sample((x) => o.gelu(x, { approximate: "tanh" }), away(5))],
  silu: [sample((x) => o.silu(x), away(5)), discrete(() => o.silu(1))],
  softplus: [sample((x) => o.softplus(x), away(5)), sample((x) => o.softplus(x, { beta: 2, threshold: 1 }), away(7))],

  sum: [
    sample((x) => o.sum(x), away(2, 3)),
    sample((x) => o.sum(x, [0, 2], { keepdim: true }), away(2, 3, 5)),
    sample((x) => o.sum(x), away()),
    sample((x) => o.sum(x, []), away(2, 3)),
  ],
  mean: [
    sample((x) => o.mean(x, 1), away(2, 3, 5)),
    sample((x) => o.mean(x), away(2, 3)),
    sample((x) => o.mean(x, [-1, 0], { keepdim: true }), away(2, 3, 5)),
  ],
  prod: [
    sample((x) => o.prod(x), away(7)),
    sample((x) => o.prod(x, -1), away(2, 11)),
    sample((x) => o.prod(x, 0), away(8, 3)),
    sample((x) => o.prod(x, [0, 2], { keepdim: true }), away(2, 3, 5)),
    sample((x) => o.prod(o.mul(x, tensor(Float64Array.of(1, 0, 1)))), away(3)),
  ],
  amax: [sample((x) => o.amax(x, [0, 2]), away(2, 5, 3)), sample((x) => o.amax(x), away(2, 3))],
  amin: [sample((x) => o.amin(x, 1, { keepdim: true }), away(2, 5, 3)), sample((x) => o.amin(x), away(2, 3))],
  max: [
    sample((x) => o.max(x), away(2, 3)),
    sample((x) => o.max(x, 1), away(2, 5, 3)),
    sample((x) => o.max(x, 0, { keepdim: true }), away(5, 2)),
    sample((x) => o.max(x, 0), away()),
  ],
  min: [
    sample((x) => o.min(x), away(2, 3)),
    sample((x) => o.min(x, -1, { keepdim: true }), away(2, 5)),
    sample((x) => o.min(x, -2, { keepdim: false }), away(2, 5, 3)),
  ],
  var: [
    sample((x) => o.var(x, 1), away(2, 5)),
    sample((x) => o.var(x, null, { correction: 0 }), away(2, 3)),
    sample((x) => o.var(x, [0, 2], { correction: 2, keepdim: true }), away(2, 3, 5)),
  ],
  std: [sample((x) => o.std(x, 0), away(5, 2)), sample((x) => o.std(x, 1, { keepdim: true }), away(2, 5))],
  logsumexp: [
    sample((x) => o.logsumexp(x, 1), away(2, 5)),
    sample((x) => o.logsumexp(x), away(2, 3)),
    sample((x) => o.logsumexp(o.mul(x, 1000), 0), away(3, 2)),
    sample((x) => o.logsumexp(x, [0, -1], { keepdim: true }), away(2, 3, 5)),
  ],
  norm: [
    ...[1, 2, 3, 1.5, Infinity, -Infinity, 0].map((p) => sample((x) => o.norm(x, { p, dim: 1 }), away(2, 5))),
    sample((x) => o.norm(x, { keepdim: true }), away(2, 3)),
    ...[1, 3, Infinity, -Infinity, 0].map((p) =>
      sample((x) => o.norm(x, { p, dim: [0, -1], keepdim: true }), away(2, 3, 5)),
    ),
  ],
  argmax: [
    discrete((x) => o.argmax(x, 1), away(2, 3)),
    discrete((x) => o.argmax(x, -1, { keepdim: true }), away()),
    discrete((x) => o.argmax(x, null, { keepdim: true }), away(2, 3)),
    discrete((x) => o.argmax(x, -2, { keepdim: true }), away(2, 3, 5)),
  ],
  argmin: [discrete((x) => o.argmin(x), away(2, 3)), discrete((x) => o.argmin(x, 0, { keepdim: false }), away(5, 3))],
  any: [
    discrete((x) => o.any(x, 1), away(2, 3)),
    discrete((x) => o.any(o.gt(x, 0.5), [0, -1], { keepdim: true }), away(2, 3, 1)),
    discrete(() => o.any(ids(0, 0, 0))),
  ],
  all: [
    discrete((x) => o.all(x, 0), away(2, 3)),
    discrete((x) => o.all(o.gt(x, -0.5), [0, -1], { keepdim: true }), away(2, 3, 1)),
    discrete(() => o.all(ids(1, 0, 2))),
  ],
  cumsum: [
    sample((x) => o.cumsum(x, -1), away(2, 3, 5)),
    sample((x) => o.cumsum(x, 0), away(3, 2)),
    sample((x) => o.cumsum(x, 0), away()),
    discrete(() => o.cumsum(condition, 0)),
    discrete(() => o.cumsum(ids(3, -1, 5), -1)),
  ],
  sort: [
    sample((x) => o.sort(x), away()),
    sample((x) => o.sort(x), away(2, 5)),
    sample((x) => o.sort(x, 0, { descending: true }), away(5, 2)),
  ],
  topk: [
    sample((x) => o.topk(x, 1), away()),
    sample((x) => o.topk(x, 2), away(3, 5)),
    sample((x) => o.topk(x, 3, { dim: 0 }), away(5, 2)),
  ],

  reshape: [sample((x) => o.reshape(o.transpose(x, 0, 1), [5, -1]), away(2, 3, 5))],
  transpose: [sample((x) => o.transpose(x, 0, -1), away(2, 3, 5))],
  permute: [sample((x) => o.permute(x, [1, -1, 0]), away(2, 3, 5))],
  expand: [sample((x) => o.expand(x, [3, -1, 5]), away(2, 1))],
  squeeze: [
    sample((x) => o.squeeze(x), away(2, 1, 3, 1)),
    sample((x) => o.squeeze(x, 1), away(2, 1, 3)),
    sample((x) => o.squeeze(x, [0, -1, 1]), away(1, 2, 3, 1)),
  ],
  unsqueeze: [sample((x) => o.unsqueeze(x, -1), away(2, 3)), sample((x) => o.unsqueeze(x, 1), away(2, 3))],
  flatten: [
    sample((x) => o.flatten(x, 1, 2), away(2, 3, 5, 7)),
    sample((x) => o.flatten(x), away()),
    sample((x) => o.flatten(x, -2), away(2, 3, 5)),
    sample((x) => o.flatten(x, 0, 0), away(2, 3)),
  ],
  split: [
    sample((x) => o.split(x, [1, 2], 1), away(2, 3)),
    sample((x) => o.split(x, 2), away(5, 3)),
    sample((x) => o.split(x, 3, -1), away(2, 6)),
  ],
  chunk: [
    sample((x) => o.chunk(x, 3, 1), away(2, 7)),
    sample((x) => o.chunk(x, 2), away(5, 2)),
    sample((x) => o.chunk(x, 4, -1), away(2, 5)),
  ],
  index: [
    sample((x) => o.index(x, [1, "newaxis", [null, null, -2]]), away(2, 5)),
    sample((x) => o.index(x, ["ellipsis", [1, 5, 3]]), away(2, 3, 5)),
    sample((x) => o.index(x, [[1], "ellipsis", -1, "newaxis"]), away(2, 3, 5, 7)),
    sample((x) => o.index(x, ["newaxis", [null, 2]]), away(3, 5)),
  ],
  slice: [
    sample((x) => o.slice(x, 1, -2, null), away(2, 5)),
    sample((x) => o.slice(x, 0, 5, 0, -2), away(7, 2)),
    sample((x) => o.slice(x, -1), away(2, 3)),
    sample((x) => o.slice(x, 0, 1, -1, 2), away(7, 2)),
    sample((x) => o.slice(x, 0, -9, 9, 3), away(7, 2)),
    sample((x) => o.slice(x, 0, 9, -9, -3), away(7, 2)),
    sample((x) => o.slice(x, 0, null, 2, -1), away(7, 2)),
    sample((x) => o.slice(x, 0, -2, -7, -1), away(7, 2)),
  ],
  select: [sample((x) => o.select(x, 1, -1), away(2, 3, 5)), sample((x) => o.select(x, -3, 1), away(2, 1, 5))],
  flip: [sample((x) => o.flip(x, [0, 2]), away(2, 3, 5)), sample((x) => o.flip(x, -1), away(2, 3))],
  roll: [
    sample((x) => o.roll(x, [1, -2], [0, 1]), away(2, 5)),
    sample((x) => o.roll(x, 4), away(2, 3)),
    sample((x) => o.roll(x, 3, -1), away(2, 5)),
    sample((x) => o.roll(x, [-7], [0]), away(5, 2)),
    sample((x) => o.roll(x, [2], []), away(2, 3)),
  ],
  repeat: [sample((x) => o.repeat(x, [2, 1, 3]), away(2, 3)), sample((x) => o.repeat(x, [1, 2]), away(2, 3))],
  pad: [
    sample((x) => o.pad(x, [1, -1, 2, 0], { value: 3 }), away(2, 3)),
    sample((x) => o.pad(x, [-1, -1]), away(2, 5)),
    sample((x) => o.pad(x, [0, 2, 1, 0, -1, 3]), away(2, 3, 5)),
    sample((x) => o.pad(x, [2, -3]), away(2, 5)),
  ],
  cat: [
    sample((a, b) => cat([a, b, a], 1), away(2, 3), away(2, 5)),
    sample((a, b) => cat([a, ids(), b]), away(2, 3), away(1, 3)),
    sample((a, b) => cat([ids(), a, b], 1), away(3, 2), away(3, 1)),
    sample((a) => cat([a, ids(2, 3)], -1), away(3)),
    discrete(() => cat([condition, ids(2, 3)])),
  ],
  stack: [
    sample((a, b) => stack([a, b], 1), away(2, 3), away(2, 3)),
    sample((a, b) => stack([a, b]), away(3), away(3)),
    sample((a, b) => stack([a, b], -1), away(2, 3), away(2, 3)),
  ],
  tril: [
    sample((x) => o.tril(x, -1), away(3, 5)),
    sample((x) => o.tril(x), away(2, 5, 3)),
    sample((x) => o.tril(x, 1), away(5, 3)),
  ],
  triu: [
    sample((x) => o.triu(x, 1), away(3, 5)),
    sample((x) => o.triu(x), away(2, 5, 3)),
    sample((x) => o.triu(x, -2), away(5, 3)),
  ],

  indexSelect: [
    sample((x) => o.indexSelect(x, 1, ids(2, 0, 2)), away(2, 3, 5)),
    sample((x) => o.indexSelect(x, -1, ids(4, 1)), away(2, 5)),
  ],
  gather: [
    sample((x) => o.gather(x, 0, tensor(Int32Array.of(1, 0, 0, 1), { shape: [4, 1] })), away(2, 3)),
    sample((x) => o.gather(x, 1, square), away(2, 5)),
    sample((x) => o.gather(x, 0, square), away(3, 5)),
  ],
  scatterAdd: [
    sample((x, source) => o.scatterAdd(x, 1, square, source), away(2, 5), away(2, 3)),
    sample((x, source) => o.scatterAdd(x, -2, square, source), away(3, 5), away(3, 4)),
  ],
  indexCopy: [
    sample((x, source) => o.indexCopy(x, 1, ids(2, 0), source), away(5, 3), away(5, 2)),
    sample((x, source) => o.indexCopy(x, -2, ids(1), source), away(3, 5), away(1, 5)),
    sample((x, source) => o.indexCopy(x, 1, ids(2, 0, 2), source), away(2, 3, 5), away(2, 3, 5)),
  ],
  embedding: [
    sample((w) => o.embedding(w, square), away(3, 5)),
    // The row of the padding gets no gradient, so differences may not vary it: it is not used here.
    sample((w) => o.embedding(w, ids(2, 0, 2), { paddingIdx: 1 }), away(3, 5)),
    sample((w) => o.embedding(w, ids(1, 0, 1), { paddingIdx: -1 }), away(3, 5)),
  ],
  matmul: [
    sample(o.matmul, away(5), away(5)),
    sample(o.matmul, away(5), away(5, 3)),
    sample(o.matmul, away(2, 3, 5), away(5)),
    sample(o.matmul, away(2, 3, 5), away(5, 7)),
    sample(o.matmul, away(2, 1, 3, 5), away(7, 5, 2)),
    sample(o.matmul, away(5), away(2, 5, 3)),
  ],
  bmm: [sample(o.bmm, away(2, 3, 5), away(2, 5, 7))],
  einsum: [
    sample((a, b) => einsum("bij,bjk->bik", a, b), away(2, 3, 5), away(2, 5, 7)),
    sample((a, b, c) => einsum("ij, kaj, bb -> ai", a, b, c), away(2, 3), away(5, 1, 3), away(3, 3)),
    sample((x) => einsum("aii->ia", x), away(2, 3, 3)),
    sample((a, b) => einsum("kj, iK", a, b), away(2, 3), away(5, 1)),
    sample((x) => einsum("ii", x), away(3, 3)),
    sample((a, b) => einsum("b...i,ij->j...b", a, b), away(2, 3, 1, 5), away(5, 7)),
    sample((a, b) => einsum("...ij,...j", a, b), away(2, 1, 3, 5), away(7, 5)),
    sample((a, b, c) => einsum("ij,jk,kl->il", a, b, c), away(2, 3), away(3, 7), away(7, 1)),
    sample((a, b) => einsum("i,j->", a, b), away(2), away(3)),
    sample((x) => einsum("ij...->ji...", x), away(2, 3)),
    sample((a, b) => einsum("...,...i->i...", a, b), away(3, 2), away(2, 5)),
    sample((x) => einsum("ba", x), away(2, 3)),
    sample((a, b) => einsum("abc,abd->acd", a, b), away(2, 3, 2), away(2, 3, 5)),
  ],
  conv1d: [
    sample((x, weight) => o.conv1d(x, weight), away(2, 3, 7), away(5, 3, 2)),
    sample((x, weight) => o.conv1d(x, weight, { padding: "valid", dilation: [2] }), away(3, 7), away(2, 3, 3)),
    sample(
      (x, weight, bias) => o.conv1d(x, weight, { bias, stride: 2, padding: 1, dilation: 2, groups: 2 }),
      ...[away(4, 11), away(6, 2, 3), away(6)],
    ),
  ],
  conv2d: [
    sample(
      (x, weight, bias) => o.conv2d(x, weight, { bias, padding: "same" }),
      away(3, 5, 4),
      away(2, 3, 2, 3),
      away(2),
    ),
    sample(
      (x, weight) => o.conv2d(x, weight, { stride: [2, 1], padding: [0, 2], dilation: [1, 3], groups: 2 }),
      ...[away(2, 4, 5, 4), away(2, 2, 3, 2)],
    ),
  ],
  ...networkSamples,
};
