import { describe, expect, test } from "@jest/globals";
import { Generator, matmul, ones, randn, type Tensor, tensor } from "../src/index.js";
import { chainedProduct } from "./reference/chained-product.js";

const normal = (shape: number[], seed = 1): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) });

const naive = (a: Tensor, b: Tensor): number[] => chainedProduct(a, b, (value) => value);

describe("a product of matrices", () => {
  test.each([
    [1, 1, 1],
    [2, 3, 5],
    [5, 7, 3],
    [3, 257, 7],
    [11, 521, 2],
    [67, 31, 71],
    [1, 769, 13],
    [13, 769, 1],
    [3, 0, 5],
    [0, 3, 5],
    [5, 3, 0],
  ])("[%i, %i] · [.., %i] has the bits of the naive one, however the operands lie in memory", (m, k, n) => {
    const [a, b] = [normal([m, k], 2), normal([k, n], 3)];
    const wanted = naive(a, b);
    const turned = (x: Tensor) => x.transpose(0, 1).clone().transpose(0, 1);
    const spread = (x: Tensor) => x.repeat([2, 3]).slice(0, 0, x.shape[0]!).slice(1, 0, x.shape[1]!);
    for (const left of [a, turned(a), spread(a)]) {
      for (const right of [b, turned(b), spread(b)]) {
        const product = matmul(left, right);
        expect(product.shape).toEqual([m, n]);
        expect(Array.from(product.data)).toEqual(wanted);
      }
    }
  });

  test("float32 is multiplied in float64 and rounded once", () => {
    const [a, b] = [3, 5].map((seed) => randn([7, 7], { generator: new Generator(seed) })) as [Tensor, Tensor];
    expect(Array.from(a.matmul(b).data)).toEqual(naive(a, b).map(Math.fround));
  });

  test("integers stay integers", () => {
    const a = tensor(Int32Array.of(1, 2, 3, 4, 5, 6), { shape: [2, 3] });
    const product = a.matmul(a.transpose(0, 1));
    expect([product.dtype, product.toArray()]).toEqual([
      "int32",
      [
        [14, 32],
        [32, 77],
      ],
    ]);
  });

  test("reversed and broadcast operands", () => {
    const [a, b] = [normal([5, 3], 2), normal([3, 7], 3)];
    expect(Array.from(a.flip([0, 1]).matmul(b.flip(0)).data)).toEqual(naive(a.flip([0, 1]).clone(), b.flip(0).clone()));
    const row = normal([1, 3], 4);
    expect(Array.from(row.expand([5, 3]).matmul(b).data)).toEqual(naive(row.expand([5, 3]).clone(), b));
  });
});

describe("batches", () => {
  test.each([
    [
      [2, 3, 5],
      [2, 5, 7],
      [2, 3, 7],
    ],
    [
      [2, 3, 5],
      [5, 7],
      [2, 3, 7],
    ],
    [
      [3, 5],
      [2, 5, 7],
      [2, 3, 7],
    ],
    [
      [11, 1, 3, 5],
      [2, 5, 7],
      [11, 2, 3, 7],
    ],
    [
      [2, 1, 3, 5],
      [1, 11, 5, 7],
      [2, 11, 3, 7],
    ],
    [
      [0, 3, 5],
      [5, 7],
      [0, 3, 7],
    ],
  ])("%j · %j", (left, right, shape) => {
    const [a, b] = [normal(left, 2), normal(right, 3)];
    const product = a.matmul(b);
    expect(product.shape).toEqual(shape);
    const batch = shape.slice(0, -2);
    const size = batch.reduce((x, y) => x * y, 1);
    const [x, y] = [a.expand([...batch, 3, 5]).reshape([size, 3, 5]), b.expand([...batch, 5, 7]).reshape([size, 5, 7])];
    const wanted = Array.from({ length: size }, (_, i) => naive(x.select(0, i), y.select(0, i))).flat();
    expect(Array.from(product.data)).toEqual(wanted);
  });

  test("of transposed views", () => {
    const x = normal([2, 3, 5]);
    const product = x.transpose(1, 2).matmul(x);
    for (const i of [0, 1]) {
      const one = x.select(0, i);
      expect(Array.from(product.select(0, i).clone().data)).toEqual(naive(one.transpose(0, 1), one));
    }
  });
});

describe("vectors", () => {
  test.each([
    [[5], [5], []],
    [[5], [5, 3], [3]],
    [[3, 5], [5], [3]],
    [[2, 3, 5], [5], [2, 3]],
    [[5], [2, 5, 3], [2, 3]],
    [[0], [0], []],
  ])("%j · %j → %j", (left, right, shape) => {
    expect(ones(left).matmul(ones(right)).shape).toEqual(shape);
    expect(
      ones(left)
        .matmul(ones(right))
        .data.every((value: number) => value === (left.at(-1) ?? 0)),
    ).toBe(true);
  });
});
