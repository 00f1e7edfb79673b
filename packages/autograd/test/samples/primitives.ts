import { Generator, tensor } from "../../src/index.js";
import * as primitives from "../../src/primitives/index.js";
import { observed } from "./observe.js";
import { away, discrete, ids, type PrimitivesOf, positive, type Sample, sample } from "./sample.js";

const p = observed(primitives);
const condition = tensor([true, false, true]);
const state = new Generator(7).next();
const indices = tensor(Int32Array.of(2, 0, 1, 1, 0, 2), { shape: [2, 3] });

/** A primitive without a row here does not compile. */
export const primitiveSamples: Record<PrimitivesOf<typeof primitives>, readonly Sample[]> = {
  add: [sample(p.add, away(2, 3), away(3)), sample((a) => p.add(a, 2), away(5))],
  sub: [sample(p.sub, away(2, 1), away(5)), sample((a) => p.sub(1, a), away(3))],
  mul: [sample(p.mul, away(2, 3), away(2, 1)), sample((a) => p.mul(a, a), away(3))],
  div: [sample(p.div, away(2, 3), away(3)), sample((a) => p.div(2, a), away(5))],
  power: [sample(p.power, positive(2, 3), away(3)), sample((a) => p.power(a, 4), away(5))],
  maximum: [sample(p.maximum, away(2, 3), away(3))],
  minimum: [sample(p.minimum, away(2, 3), away(3))],
  neg: [sample(p.neg, away(3))],
  exp: [sample(p.exp, away(2, 3))],
  log: [sample(p.log, positive(2, 3))],
  log1p: [sample(p.log1p, positive(5))],
  expm1: [sample(p.expm1, away(5))],
  sqrt: [sample(p.sqrt, positive(5))],
  rsqrt: [sample(p.rsqrt, positive(5))],
  abs: [sample(p.abs, away(7))],
  sign: [sample(p.sign, away(7))],
  tanh: [sample(p.tanh, away(5))],
  sigmoid: [sample(p.sigmoid, away(5))],
  relu: [sample(p.relu, away(7))],
  sin: [sample(p.sin, away(5))],
  cos: [sample(p.cos, away(5))],
  erf: [sample(p.erf, away(5))],
  clip: [
    sample((x, low, high) => p.clip(x, low, high), away(17), away(17), away(17)),
    sample((x, low, high) => p.clip(x, low, high), away(2, 3), away(3), away(2, 1)),
    sample((x) => p.clip(x, -0.15, 0.7), away(11)),
  ],
  where: [sample((a, b) => p.where(condition, a, b), away(2, 3), away(3))],
  eq: [discrete(p.eq, away(2, 3), away(3))],
  ne: [discrete(p.ne, away(2, 3), away(3))],
  lt: [discrete(p.lt, away(2, 3), away(3))],
  le: [discrete(p.le, away(2, 3), away(3))],
  gt: [discrete(p.gt, away(2, 3), away(3))],
  ge: [discrete(p.ge, away(2, 3), away(3))],
  both: [discrete((x) => p.both(p.gt(x, 0), condition), away(3))],
  either: [discrete((x) => p.either(p.gt(x, 0), condition), away(3))],
  sumOver: [
    sample((x) => p.sumOver(x, { dims: [1, 2] }), away(2, 3, 5)),
    sample((x) => p.sumOver(x, { dims: [0, 2] }), away(2, 3, 5)),
    sample((x) => p.sumOver(x, { dims: [0] }), away(3, 2)),
    discrete(() => p.sumOver(condition, { dims: [0] })),
  ],
  maxOver: [sample((x) => p.maxOver(x, { dims: [1] }), away(2, 5, 3))],
  minOver: [sample((x) => p.minOver(x, { dims: [0, 2] }), away(2, 5, 3))],
  argmaxAlong: [discrete((x) => p.argmaxAlong(x, { dim: 1 }), away(2, 5))],
  argminAlong: [discrete((x) => p.argminAlong(x, { dim: 1 }), away(2, 5))],
  cumsumAlong: [sample((x) => p.cumsumAlong(x, { dim: 1 }), away(2, 5, 3))],
  argsortAlong: [discrete((x) => p.argsortAlong(x, { dim: 1, descending: true }), away(2, 5))],
  cast: [
    sample((x) => p.cast(x, { dtype: "float64" }), away(3)),
    discrete((x) => p.cast(x, { dtype: "int32" }), away(3)),
  ],
  copy: [sample((x) => p.copy(x.transpose(0, 1), null), away(2, 3))],
  reshapeTo: [
    sample((x) => p.reshapeTo(x, { shape: [6, 5] }), away(2, 3, 5)),
    sample((x) => p.reshapeTo(x.transpose(0, 1), { shape: [6] }), away(2, 3)),
  ],
  permuteDims: [sample((x) => p.permuteDims(x, { dims: [2, 0, 1] }), away(2, 3, 5))],
  expandTo: [sample((x) => p.expandTo(x, { shape: [3, 2, 5] }), away(2, 1))],
  sliceGrid: [sample((x) => p.sliceGrid(x, { starts: [1, 4], steps: [1, -2], shape: [2, 3] }), away(3, 5))],
  placeOnGrid: [
    sample((x) => p.placeOnGrid(x, { starts: [1, 4], steps: [1, -2], shape: [5, 7], value: 2 }), away(2, 3)),
  ],
  concatenate: [sample((a, b, c) => p.concatenate([a, b, c], { dim: 1 }), away(2, 3), away(2, 5), away(2, 1))],
  product: [
    sample((a, b) => p.product([a, b], null), away(2, 1, 3, 5), away(7, 5, 2)),
    sample((a) => p.product([a, p.swapLast(a)], null), away(2, 3)),
  ],
  gatherAlong: [sample((x) => p.gatherAlong([x, indices], { dim: 1, what: "index" }), away(2, 3))],
  scatterSum: [sample((x) => p.scatterSum([x, indices], { dim: 1, shape: [2, 5] }), away(2, 3))],
  selectSlices: [sample((x) => p.selectSlices([x, ids(2, 0, 2)], { dim: 1, what: "index" }), away(2, 3, 5))],
  sumSlices: [sample((x) => p.sumSlices([x, ids(2, 0, 2)], { dim: 1, extent: 5 }), away(2, 3, 7))],
  replaceSlices: [sample((x, y) => p.replaceSlices([x, ids(2, 0), y], { dim: 0 }), away(3, 5), away(2, 5))],
  windowsAlong: [
    sample((x) => p.windowsAlong(x, { dim: 1, size: 3, step: 2, dilation: 1 }), away(2, 8, 3)),
    sample((x) => p.windowsAlong(x.transpose(0, 1), { dim: 0, size: 2, step: 3, dilation: 3 }), away(2, 11)),
  ],
  overlapAdd: [
    sample((x) => p.overlapAdd(x, { dim: 1, size: 3, step: 2, dilation: 1, extent: 8 }), away(2, 3, 3, 5)),
    sample((x) => p.overlapAdd(x, { dim: 0, size: 2, step: 1, dilation: 5, extent: 8 }), away(2, 3)),
  ],
  uniformDraw: [discrete(() => p.uniformDraw(state, { shape: [5], dtype: "float64" }))],
  normalDraw: [discrete(() => p.normalDraw(state, { shape: [5], dtype: "float64" }))],
  integerDraw: [discrete(() => p.integerDraw(state, { shape: [5], dtype: "int32", low: 2, count: 7 }))],
  nextState: [discrete(() => p.nextState(state, null))],
};
