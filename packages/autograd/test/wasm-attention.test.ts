import { describe, expect, test } from "@jest/globals";
import { partsOf } from "../src/fused/attention.js";
import { arange, Generator, rand, randn, type Tensor, zeros } from "../src/index.js";
import { elementaryRows } from "../src/scalar/elementary.js";
import { evaluator } from "../src/scalar/evaluate.js";
import { eager } from "../src/targets/eager.js";
import { reference } from "../src/targets/reference/index.js";
import type { AttentionOperands, AttentionSettings, Target } from "../src/targets/target.js";
import { allClose } from "../src/testing/index.js";

const { fround } = Math;
const normal = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });
const plain = { mask: null, bias: null };
const settings: AttentionSettings = { scale: 0.4, causal: false };

/** [B, H, T, K] as a view of [B, T, H · K], which is how layers split their heads. */
const heads = (shape: readonly [number, number, number, number], seed: number): Tensor => {
  const [b, h, t, k] = shape;
  return normal([b, t, h * k], seed)
    .reshape([b, t, h, k])
    .transpose(1, 2);
};
const mask = (shape: readonly number[], seed: number): Tensor =>
  rand(shape, { generator: new Generator(seed) }).gt(0.4);

const operands = (t: number, s: number, k: number, e: number): AttentionOperands => ({
  query: heads([2, 3, t, k], 2),
  key: heads([2, 3, s, k], 3),
  value: heads([2, 3, s, e], 5),
  ...plain,
});

/** What a target computes: the output, and the gradients one behind the other. */
function run(target: Target, own: AttentionOperands, how: AttentionSettings): Tensor[] {
  const { query, key, value } = own;
  const output = zeros([...query.shape.slice(0, 3), value.shape[3]!]);
  const logSumExp = zeros(query.shape.slice(0, 3), { dtype: "float64" });
  target.attention(own, how, output, logSumExp);
  const gradients = zeros([query.size + key.size + value.size]);
  const gradient = heads(output.shape as [number, number, number, number], 7);
  target.attentionGrad(own, how, gradient, logSumExp, partsOf(gradients, own));
  return [output, gradients];
}

const cases: readonly (readonly [string, AttentionOperands, AttentionSettings])[] = [
  ["plain", operands(5, 7, 11, 13), settings],
  ["one key", operands(13, 1, 11, 7), settings],
  ["one query", operands(1, 131, 5, 7), settings],
  ["long rows", operands(17, 300, 5, 3), settings],
  ["causal", operands(13, 13, 5, 7), { scale: 1, causal: true }],
  ["causal with more queries than keys", operands(11, 5, 5, 7), { scale: 1, causal: true }],
  ["a mask for all heads", { ...operands(5, 7, 11, 13), mask: mask([2, 1, 1, 7], 1).expand([2, 3, 5, 7]) }, settings],
  ["a mask of its own", { ...operands(5, 7, 11, 13), mask: mask([2, 3, 5, 7], 1) }, { scale: 1, causal: true }],
  ["a turned mask", { ...operands(5, 7, 11, 13), mask: mask([2, 3, 7, 5], 1).transpose(2, 3) }, settings],
  ["a bias", { ...operands(5, 7, 11, 13), bias: normal([5, 7], 1).expand([2, 3, 5, 7]) }, settings],
  ["a large bias", { ...operands(5, 7, 11, 13), bias: normal([2, 3, 5, 7], 1).mul(100) }, settings],
  ["nothing to attend to", { ...operands(5, 7, 11, 13), mask: zeros([2, 3, 5, 7], { dtype: "bool" }) }, settings],
];

describe("attention of float32 in WebAssembly is that of the reference", () => {
  test.each(cases)("%s", (_, own, how) => {
    const [wanted, found] = [run(reference, own, how), run(eager, own, how)];
    found.forEach((x, i) => {
      expect(allClose(x, wanted[i]!, { rtol: 1e-4, atol: 2e-6 })).toBe(true);
      expect(x.data.every(Number.isFinite)).toBe(true);
    });
    // Rounded at each step and not once: it did not run in TypeScript. (Of one key there is nothing to round.)
    if (own.mask === null && own.key.shape[2]! > 1) expect(found[0]!.data).not.toEqual(wanted[0]!.data);
  });

  test("a query that may attend to nothing gets zeros and passes none", () => {
    const own = operands(5, 7, 11, 13);
    const second = arange(5).eq(1).unsqueeze(1); // [T, 1]
    const closed = mask([2, 3, 5, 7], 1).logicalAnd(second.logicalNot());
    const [output, gradients] = run(eager, { ...own, mask: closed }, settings);
    expect(Array.from(output!.select(0, 0).select(0, 0).select(0, 1).data)).toEqual(new Array(13).fill(0));
    expect(Array.from(gradients!.slice(0, 11, 22).data)).toEqual(new Array(11).fill(0));
  });
});

test("each step is rounded to float32, in the order that the lengths give", () => {
  const [t, s, k, e] = [3, 11, 7, 13];
  const [query, key, value] = [normal([1, 1, t, k], 2), normal([1, 1, s, k], 3), normal([1, 1, s, e], 5)];
  const output = zeros([1, 1, t, e]);
  eager.attention({ query, key, value, ...plain }, settings, output, zeros([1, 1, t], { dtype: "float64" }));
  const exp = evaluator(elementaryRows.exp.float32, "float32") as (x: number) => number;
  const chain = (terms: readonly number[]) => terms.reduce((sum, term) => fround(sum + term), 0);
  const wanted: number[] = [];
  for (let i = 0; i < t; i++) {
    const scores = Array.from({ length: s }, (_, j) => {
      const terms = Array.from({ length: k }, (_, d) => fround(query.data[i * k + d]! * key.data[j * k + d]!));
      return fround(chain(terms) * fround(settings.scale));
    });
    const largest = Math.max(...scores);
    const powers = scores.map((score) => exp(fround(score - largest)));
    // Each of four lanes is a chain; neighbouring lanes first.
    const lanes = [0, 1, 2, 3].map((lane) => chain(powers.filter((_, j) => j % 4 === lane)));
    const total = fround(fround(lanes[0]! + lanes[1]!) + fround(lanes[2]! + lanes[3]!));
    for (let c = 0; c < e; c++) {
      const sum = chain(powers.map((power, j) => fround(power * value.data[j * e + c]!)));
      wanted.push(fround(sum / total));
    }
  }
  expect(Array.from(output.data)).toEqual(wanted);
});
