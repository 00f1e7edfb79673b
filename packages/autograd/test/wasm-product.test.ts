import { describe, expect, test } from "@jest/globals";
import { Generator, randn, type Tensor, zeros } from "../src/index.js";
import { lowerings } from "../src/targets/wasm/lower/index.js";
import { chainedProduct } from "./reference/chained-product.js";
import { runStep, splits } from "./support/run-step.js";

const { fround } = Math;
const lowering = lowerings.matmul!;
const normal = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });

/** The same elements, in memory in another order. */
const layouts: Record<string, (x: Tensor) => Tensor> = {
  plain: (x) => x,
  turned: (x) => x.transpose(-1, -2).clone().transpose(-1, -2),
  spread: (x) =>
    x
      .unsqueeze(-1)
      .repeat([...x.shape.map(() => 1), 2])
      .select(-1, 1),
  reversed: (x) => x.flip([-1, -2]).clone().flip([-1, -2]),
  inside: (x) => x.pad([1, 2, 3, 1]).slice(-2, 3, -1).slice(-1, 1, -2),
};

/** A place for [.., M, N] in the middle of something larger. */
const hole = (shape: readonly number[]): Tensor =>
  zeros([...shape.slice(0, -1), shape.at(-1)! + 5]).slice(-1, 2, shape.at(-1)! + 2);

/** [.., M, N] of leading dims that broadcast, as the kernels promise its bits. */
function wanted(a: Tensor, b: Tensor, lead: readonly number[]): number[] {
  const flat = (x: Tensor) => x.expand([...lead, ...x.shape.slice(-2)]).reshape([-1, ...x.shape.slice(-2)]);
  const [left, right] = [flat(a), flat(b)];
  return Array.from({ length: left.shape[0]! }, (_, i) =>
    chainedProduct(left.select(0, i), right.select(0, i), fround),
  ).flat();
}

/** Holds the result of the lowering to its bits, for each way to divide its tasks. */
function expectBits(inputs: readonly Tensor[], output: Tensor, product: readonly number[], settings = {}): void {
  expect(output.size).toBe(product.length);
  for (const split of Object.values(splits)) {
    output.storage.array.fill(Number.NaN);
    expect(runStep(lowering, { kernel: "matmul", inputs, outputs: [output], settings }, split)).not.toBeNull();
    const elements = output.clone().data;
    expect(product.findIndex((x, i) => !Object.is(x, elements[i]))).toBe(-1);
  }
}

describe("a product in WebAssembly's memory", () => {
  test.each([
    [1, 1, 1],
    [3, 5, 9],
    [9, 0, 5],
    [8, 257, 3],
    [1, 513, 17],
    [257, 3, 8],
    [67, 9, 523],
    [37, 300, 1],
  ])("[%i, %i] · [.., %i], however the operands lie", (m, k, n) => {
    const [a, b] = [normal([m, k], 2), normal([k, n], 3)];
    const product = chainedProduct(a, b, fround);
    for (const view of Object.values(layouts)) {
      if (k === 0 && view !== layouts.plain) continue;
      expectBits([view(a), b], zeros([m, n]), product);
      expectBits([a, view(b)], hole([m, n]), product);
    }
  });

  test.each([
    ["one b for all", [3, 5, 7, 11], [11, 13]],
    ["one a for all", [5, 7], [3, 7, 11]],
    ["each its own", [2, 3, 5, 17], [2, 3, 17, 7]],
    ["broadcast both ways", [2, 1, 5, 17], [3, 17, 7]],
    ["vectors", [13, 1, 17], [17, 5]],
    ["vectors, each its own", [13, 1, 17], [13, 17, 5]],
    ["one", [1, 1, 3, 5], [1, 5, 9]],
    ["many", [97, 3, 5], [97, 5, 9]],
    ["five dims of a batch", [2, 1, 3, 1, 2, 3, 5], [1, 2, 1, 3, 1, 5, 4]],
  ])("in batches: %s", (_, left, right) => {
    const [a, b] = [normal(left, 5), normal(right, 7)];
    const lead = a.matmul(b).shape.slice(0, -2);
    const shape = [...lead, left.at(-2)!, right.at(-1)!];
    expectBits([a, b], zeros(shape), wanted(a, b, lead));
    expectBits([layouts.turned!(a), layouts.turned!(b)], hole(shape), wanted(a, b, lead));
  });

  test("into heads [B, H, T, K] that lie as [B, T, H · K]", () => {
    const [a, b] = [normal([2, 1, 5, 17], 2), normal([3, 17, 8], 3)];
    const output = zeros([2, 5, 24]).reshape([2, 5, 3, 8]).transpose(1, 2);
    expectBits([a, b], output, wanted(a, b, [2, 3]));
  });

  test("into columns whose elements are neighbours", () => {
    const [a, b, addend] = [normal([3, 5, 17], 2), normal([17, 9], 3), normal([9, 5], 5).transpose(0, 1)];
    const output = zeros([3, 9, 5]).transpose(1, 2);
    expectBits([a, b], output, wanted(a, b, [3]));
    const added = wanted(a, b, [3]).map((x, i) => fround(x + addend.clone().data[i % 45]!));
    expectBits([a, b, addend.expand([3, 5, 9])], output, added, { hasAddend: true });
  });

  test.each([
    [5, 13, 9],
    [4, 600, 8],
    [67, 257, 265],
  ])("[%i, %i] · [.., %i], then bias, then addend, each rounded", (m, k, n) => {
    const [a, b, bias, addend] = [
      normal([m, k], 2),
      normal([k, n], 3),
      normal([n], 5),
      layouts.inside!(normal([m, n], 7)),
    ];
    const product = chainedProduct(a, b, fround);
    const moved = product.map((x, i) => fround(x + bias.data[i % n]!));
    const other = addend.clone().data;
    const added = (x: number, i: number): number => fround(x + other[i]!);
    const [hasBias, hasAddend] = [true, true];
    expectBits([a, b, bias], zeros([m, n]), moved, { hasBias });
    expectBits([a, b, addend], zeros([m, n]), product.map(added), { hasAddend });
    expectBits([a, b, bias, addend], hole([m, n]), moved.map(added), { hasBias, hasAddend });
  });

  test("an addend with a batch of its own", () => {
    const [a, b, addend] = [normal([3, 5, 7], 2), normal([7, 9], 3), normal([5, 9], 5)];
    const product = wanted(a, b, [3]).map((x, i) => fround(x + addend.data[i % 45]!));
    expectBits([a, b, addend.expand([3, 5, 9])], zeros([3, 5, 9]), product, { hasAddend: true });
  });

  test("is left to the reference where it is empty, of another dtype, or its columns are no neighbours", () => {
    const [a, b] = [normal([5, 7], 2), normal([7, 9], 3)];
    const lower = (inputs: readonly Tensor[], output: Tensor, settings = {}) =>
      runStep(lowering, { inputs, outputs: [output], settings });
    expect(lower([a, b], zeros([5, 9]))).not.toBeNull();
    expect(lower([normal([0, 7], 2), b], zeros([0, 9]))).toBeNull();
    expect(lower([a, normal([7, 0], 2)], zeros([5, 0]))).toBeNull();
    expect(lower([a.to("float64"), b.to("float64")], zeros([5, 9], { dtype: "float64" }))).toBeNull();
    expect(lower([a, b], zeros([9, 5, 2]).select(2, 0).transpose(0, 1))).toBeNull();
    expect(lower([a, b, zeros([9])], zeros([9, 5]).transpose(0, 1), { hasBias: true })).toBeNull();
    expect(lower([a, b, zeros([18]).slice(0, 0, 18, 2)], zeros([5, 9]), { hasBias: true })).toBeNull();
    expect(lower([a, b, zeros([9, 5]).transpose(0, 1)], zeros([5, 9]), { hasAddend: true })).toBeNull();
  });
});

test.each([
  [2048, 128, 512, 32],
  [512, 512, 512, 32],
  [128, 2048, 512, 8],
  [64, 4096, 64, 4],
  [512, 64, 64, 8],
])("[%i, %i] · [.., %i] has %i tasks at least, each of some size", (m, k, n, least) => {
  const step = runStep(lowering, { inputs: [zeros([m, k]), zeros([k, n])], outputs: [zeros([m, n])] })!;
  expect(step.flops).toBe(2 * m * k * n);
  expect(step.bytes).toBe(4 * (m * k + k * n + m * n));
  expect(step.tasks).toBeGreaterThanOrEqual(least);
  expect(step.flops / 2 / step.tasks).toBeGreaterThanOrEqual(2 ** 18);
});
