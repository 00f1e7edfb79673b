import { describe, expect, test } from "@jest/globals";
import {
  attend,
  crossEntropyRows,
  geluErf,
  geluTanh,
  logSoftmaxLast,
  normalizeRows,
  siluFused,
  softmaxLast,
  softplusFused,
} from "../src/fused/index.js";
import * as tg from "../src/index.js";
import type { Primitive } from "../src/primitive.js";
import { allClose } from "../src/testing/all-close.js";
import { gradcheck, gradgradcheck } from "../src/testing/index.js";

type Tensor = tg.Tensor;
const generator = new tg.Generator(3);
/** Random float64 numbers with |x| in [0.2, 1.2): away from the kinks at 0. */
const away = (...shape: number[]): Tensor => {
  const x = tg.rand(shape, { dtype: "float64", generator }).add(0.2);
  const flip = tg.bernoulli(0.5, shape, { generator });
  const result = flip.where(x.neg(), x);
  result.requiresGrad = true;
  return result;
};
const positive = (...shape: number[]): Tensor => {
  const x = tg.rand(shape, { dtype: "float64", generator }).add(0.3);
  x.requiresGrad = true;
  return x;
};
const ids = (...values: number[]): Tensor => tg.tensor(Int32Array.from(values));

/** What is checked: a function and its inputs. */
const samples: Record<string, readonly [(...inputs: Tensor[]) => Tensor | readonly Tensor[], readonly Tensor[]]> = {
  add: [(a, b) => tg.add(a!, b!), [away(2, 3), away(3)]],
  sub: [(a, b) => tg.sub(a!, b!), [away(2, 1), away(5)]],
  mul: [(a, b) => tg.mul(a!, b!), [away(2, 3), away(2, 1)]],
  div: [(a, b) => tg.div(a!, b!), [away(2, 3), away(3)]],
  pow: [(a, b) => tg.pow(a!, b!), [positive(2, 3), away(3)]],
  "pow 3": [(a) => a!.pow(3), [away(5)]],
  maximum: [(a, b) => tg.maximum(a!, b!), [away(2, 3), away(3)]],
  minimum: [(a, b) => tg.minimum(a!, b!), [away(2, 3), away(3)]],
  neg: [(x) => x!.neg(), [away(3)]],
  exp: [(x) => x!.exp(), [away(3)]],
  log: [(x) => x!.log(), [positive(3)]],
  log1p: [(x) => x!.log1p(), [positive(3)]],
  expm1: [(x) => x!.expm1(), [away(3)]],
  sqrt: [(x) => x!.sqrt(), [positive(3)]],
  rsqrt: [(x) => x!.rsqrt(), [positive(3)]],
  abs: [(x) => x!.abs(), [away(5)]],
  sign: [(x) => x!.sign(), [away(5)]],
  tanh: [(x) => x!.tanh(), [away(5)]],
  sigmoid: [(x) => x!.sigmoid(), [away(5)]],
  relu: [(x) => x!.relu(), [away(7)]],
  gelu: [(x) => x!.gelu(), [away(5)]],
  "gelu tanh": [(x) => x!.gelu({ approximate: "tanh" }), [away(5)]],
  silu: [(x) => x!.silu(), [away(5)]],
  softplus: [(x) => x!.softplus({ beta: 2, threshold: 1 }), [away(5)]],
  sin: [(x) => x!.sin(), [away(5)]],
  cos: [(x) => x!.cos(), [away(5)]],
  erf: [(x) => x!.erf(), [away(5)]],
  clamp: [(x) => x!.clamp({ min: -0.15, max: 0.17 }), [away(7)]],
  where: [(a, b) => tg.where(tg.tensor([true, false, true]), a!, b!), [away(2, 3), away(3)]],
  maskedFill: [(x) => x!.maskedFill(tg.tensor([true, false, true]), 7), [away(2, 3)]],
  "sum over middle and last": [(x) => x!.sum([1, 2]), [away(2, 3, 5)]],
  "sum over first and last": [(x) => x!.sum([0, 2], { keepdim: true }), [away(2, 3, 5)]],
  mean: [(x) => x!.mean(1), [away(2, 3)]],
  prod: [(x) => x!.prod(1), [away(2, 5)]],
  amax: [(x) => x!.amax(1), [away(2, 5)]],
  amin: [(x) => x!.amin(0), [away(3, 5)]],
  var: [(x) => x!.var(1), [away(2, 5)]],
  std: [(x) => x!.std(1, { correction: 0 }), [away(2, 5)]],
  logsumexp: [(x) => x!.logsumexp(1), [away(2, 5)]],
  norm: [(x) => x!.norm({ dim: 1 }), [away(2, 5)]],
  "norm p 3": [(x) => x!.norm({ p: 3 }), [away(2, 3)]],
  cumsum: [(x) => x!.cumsum(0), [away(3, 2)]],
  "max along": [(x) => x!.max(1).values, [away(2, 5)]],
  sort: [(x) => x!.sort(-1).values, [away(2, 5)]],
  topk: [(x) => x!.topk(2).values, [away(2, 5)]],
  reshape: [(x) => x!.transpose(0, 1).reshape([-1]), [away(2, 3)]],
  permute: [(x) => x!.permute([2, 0, 1]), [away(2, 3, 5)]],
  expand: [(x) => x!.expand([3, 2, 5]), [away(2, 1)]],
  squeeze: [(x) => x!.unsqueeze(1).squeeze(), [away(2, 3)]],
  flatten: [(x) => x!.flatten(1), [away(2, 3, 5)]],
  cat: [(a, b) => tg.cat([a!, b!], 1), [away(2, 3), away(2, 5)]],
  stack: [(a, b) => tg.stack([a!, b!], 1), [away(2, 3), away(2, 3)]],
  split: [(x) => x!.split([1, 2], 1), [away(2, 3)]],
  index: [(x) => x!.index([1, "newaxis", [null, null, -2]]), [away(2, 5)]],
  indexSelect: [(x) => x!.indexSelect(1, ids(2, 0, 2)), [away(2, 3)]],
  gather: [(x) => x!.gather(1, ids(2, 0, 1, 1).reshape([2, 2])), [away(2, 3)]],
  scatterAdd: [(x, s) => x!.scatterAdd(1, ids(2, 0, 2, 1).reshape([2, 2]), s!), [away(2, 3), away(2, 2)]],
  indexCopy: [(x, s) => x!.indexCopy(0, ids(2, 0), s!), [away(3, 5), away(2, 5)]],
  flip: [(x) => x!.flip([0, 1]), [away(2, 3)]],
  roll: [(x) => x!.roll([1, -2], [0, 1]), [away(2, 5)]],
  repeat: [(x) => x!.repeat([2, 1, 3]), [away(2, 3)]],
  pad: [(x) => x!.pad([1, -1, 2, 0], { value: 3 }), [away(2, 3)]],
  tril: [(x) => x!.tril(-1), [away(3, 5)]],
  triu: [(x) => x!.triu(1), [away(3, 5)]],
  matmul: [(a, b) => a!.matmul(b!), [away(2, 1, 3, 5), away(7, 5, 2)]],
  "matmul folded": [(a, b) => a!.matmul(b!), [away(2, 3, 5), away(5, 2)]],
  "matmul vectors": [(a, b) => a!.matmul(b!), [away(5), away(5)]],
  "matmul vector": [(a, b) => a!.matmul(b!), [away(2, 3, 5), away(5)]],
  bmm: [(a, b) => a!.bmm(b!), [away(2, 3, 5), away(2, 5, 2)]],
  softmax: [(x) => x!.softmax(0), [away(3, 5)]],
  logSoftmax: [(x) => x!.logSoftmax(-1), [away(3, 5)]],
  layerNorm: [(x, w, b) => x!.layerNorm([5], { weight: w!, bias: b! }), [away(2, 3, 5), away(5), away(5)]],
  "layerNorm plain": [(x) => x!.layerNorm([3, 5]), [away(2, 3, 5)]],
  rmsNorm: [(x, w) => x!.rmsNorm({ weight: w! }), [away(2, 5), away(5)]],
  embedding: [(w) => w!.embedding(ids(2, 0, 2)), [away(3, 5)]],
  dropout: [(x) => x!.dropout({ p: 0.4, generator: new tg.Generator(1) }), [away(3, 5)]],
  "attention with a mask": [
    (q, k, v) => tg.scaledDotProductAttention(q!, k!, v!, { mask: ids(1, 0, 1, 1, 1).ne(0), causal: true }),
    [away(2, 1, 3, 5), away(2, 1, 5, 5), away(2, 1, 5, 2)],
  ],
  "attention with a bias": [
    (q, k, v, b) => tg.scaledDotProductAttention(q!, k!, v!, { bias: b!, scale: 0.7 }),
    [away(3, 2), away(5, 2), away(5, 3), away(3, 5)],
  ],
  "attention weights": [
    (q, k, v) => tg.scaledDotProductAttention(q!, k!, v!, { needWeights: true }),
    [away(3, 2), away(5, 2), away(5, 3)],
  ],
  crossEntropy: [(x) => tg.crossEntropy(x!, ids(4, 0, -100), { labelSmoothing: 0.1 }), [away(3, 5)]],
  "crossEntropy weighted": [
    (x) => tg.crossEntropy(x!, ids(1, 0, 1, 0).reshape([2, 2]), { weight: tg.tensor(Float64Array.of(1, 2, 3)) }),
    [away(2, 3, 2)],
  ],
  "crossEntropy of probabilities": [
    (x, p) => tg.crossEntropy(x!, p!, { reduction: "sum" }),
    [away(2, 3), positive(2, 3)],
  ],
  nllLoss: [(x) => tg.nllLoss(x!, ids(1, 0)), [away(2, 3)]],
  mseLoss: [(a, b) => tg.mseLoss(a!, b!), [away(2, 3), away(2, 3)]],
  smoothL1Loss: [(a, b) => tg.smoothL1Loss(a!, b!, { beta: 0.6 }), [away(2, 5), away(2, 5)]],
  binaryCrossEntropy: [(x, y) => tg.binaryCrossEntropyWithLogits(x!, y!), [away(2, 3), positive(2, 3)]],
  klDiv: [(a, b) => tg.klDiv(a!, b!), [away(2, 3), positive(2, 3)]],
};

describe.each(Object.entries(samples))("%s", (_, [fn, inputs]) => {
  test("has the gradient of central differences", () => {
    expect(gradcheck(fn, inputs)).toBe(true);
  });
  test("has the second derivative of central differences", () => {
    expect(gradgradcheck(fn, inputs)).toBe(true);
  });
});

describe("a fused operation equals its composite", () => {
  const x = away(3, 5);
  const constants = [tg.tensor(Float64Array.of(2)), tg.tensor(Float64Array.of(1))];
  const cases = [
    ["gelu", geluErf.primitive, [x]],
    ["geluTanh", geluTanh.primitive, [x]],
    ["silu", siluFused.primitive, [x]],
    ["softplus", softplusFused.primitive, [x, ...constants]],
    ["softmax", softmaxLast.primitive, [x]],
    ["logSoftmax", logSoftmaxLast.primitive, [x]],
  ] as const;
  const fusedOf = { gelu: geluErf, geluTanh, silu: siluFused, softplus: softplusFused } as const;
  test.each(cases)("%s", (name, primitive, inputs) => {
    const fused =
      name in fusedOf
        ? fusedOf[name as keyof typeof fusedOf](...inputs)
        : (name === "softmax" ? softmaxLast : logSoftmaxLast)(x, null);
    const composite = primitive.composite!(inputs, null as never);
    expect(allClose(fused, composite, { rtol: 1e-12, atol: 1e-13 })).toBe(true);
    const [a] = tg.grad(fused.mul(x.detach()).sum(), [x]);
    const [b] = tg.grad(composite.mul(x.detach()).sum(), [x]);
    expect(allClose(a!, b!, { rtol: 1e-10, atol: 1e-12 })).toBe(true);
  });
});

describe("a fused operation of several operands equals its composite", () => {
  const attention = { scale: 0.6, causal: true, hasMask: true, hasBias: false };
  const mask = ids(1, 0, 1, 1, 1).ne(0).expand([2, 3, 5, 5]);
  const cases = [
    ["layerNorm", normalizeRows, [away(3, 5), away(5), away(5)], { eps: 1e-5, rms: false }],
    ["rmsNorm", normalizeRows, [away(3, 5), away(5)], { eps: 1e-5, rms: true }],
    ["crossEntropy", crossEntropyRows, [away(3, 5), ids(4, -1, 0)], { ignoreIndex: -1, labelSmoothing: 0.1 }],
    ["attention", attend, [away(2, 3, 5, 7), away(2, 3, 5, 7), away(2, 3, 5, 2), mask], attention],
  ] as const;
  test.each(cases)("%s", (_, fused, inputs, args) => {
    const { primitive } = fused as unknown as { primitive: Primitive<unknown> };
    const run = fused as unknown as (inputs: readonly Tensor[], args: unknown) => Tensor;
    const [a, b] = [run(inputs, args), primitive.composite!(inputs, args)];
    expect(allClose(a, b, { rtol: 1e-10, atol: 1e-12 })).toBe(true);
    const wanted = inputs.filter((input) => input.requiresGrad);
    const cotangent = tg.randn(a.shape, { dtype: "float64", generator });
    const byKernel = tg.grad(a, wanted, { gradOutput: cotangent });
    const byComposite = tg.grad(b, wanted, { gradOutput: cotangent });
    byKernel.forEach((g, i) => {
      expect(allClose(g, byComposite[i]!, { rtol: 1e-9, atol: 1e-11 })).toBe(true);
    });
  });
});

describe("gradcheck itself", () => {
  test("finds a wrong gradient and says where", () => {
    const x = away(3);
    expect(() => gradcheck((a) => a!.detach().mul(a!), [x])).toThrow(/input 0 of shape \[3\], element 0/);
  });
  test("refuses float32", () => {
    expect(() => gradcheck((a) => a!.mul(2), [tg.tensor([1], { requiresGrad: true })])).toThrow(/float32/);
  });
  test("finds a function that is not deterministic", () => {
    const source = new tg.Generator(1);
    const noisy = (a: Tensor): Tensor => a.mul(tg.rand([3], { dtype: "float64", generator: source }));
    expect(() => gradcheck(noisy, [away(3)])).toThrow(/another result/);
  });
});
