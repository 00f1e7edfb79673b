import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { arange, full, noGrad, ones, type Tensor, tensor, wrap, zeros } from "../src/index.js";

const lines = (...all: readonly string[]): string => all.join("\n");
const float64 = (...values: readonly number[]): Tensor => tensor(Float64Array.from(values));
const counted = arange(24, { dtype: "float32" });

const rows: readonly (readonly [name: string, x: Tensor, text: string])[] = [
  ["a single number", tensor(2.5), "tensor(2.5000, shape=[], dtype=float32)"],
  ["a single condition", tensor(true), "tensor(true, shape=[], dtype=bool)"],
  ["integers", tensor(Int32Array.of(1, -20)), "tensor([  1, -20], shape=[2], dtype=int32)"],
  ["conditions", tensor([true, false]), "tensor([ true, false], shape=[2], dtype=bool)"],
  ["nothing", zeros([0, 3]), "tensor([], shape=[0, 3], dtype=float32)"],
  ["nothing in the last dim", zeros([3, 0], { dtype: "int32" }), "tensor([], shape=[3, 0], dtype=int32)"],
  ["integral floats", tensor([1, -20, 0]), "tensor([  1., -20.,   0.], shape=[3], dtype=float32)"],
  ["a negative zero", tensor([-0, 1]), "tensor([-0.,  1.], shape=[2], dtype=float32)"],
  ["only zeros", zeros([2]), "tensor([0., 0.], shape=[2], dtype=float32)"],
  ["fractions", tensor([0.5, -1.25]), "tensor([ 0.5000, -1.2500], shape=[2], dtype=float32)"],
  [
    "what is not finite, beside integers",
    tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]),
    "tensor([ nan,  inf, -inf,   1.], shape=[4], dtype=float32)",
  ],
  [
    "what is not finite, beside fractions",
    tensor([Number.NaN, Number.NEGATIVE_INFINITY, 0.5]),
    "tensor([   nan,   -inf, 0.5000], shape=[3], dtype=float32)",
  ],
  ["only what is not a number", tensor([Number.NaN]), "tensor([nan], shape=[1], dtype=float32)"],
  ["a ratio of 1000", float64(0.5, 500), "tensor([  0.5000, 500.0000], shape=[2], dtype=float64)"],
  ["a ratio above 1000", float64(0.5, 501), "tensor([5.0000e-01, 5.0100e+02], shape=[2], dtype=float64)"],
  [
    "integral floats of a ratio above 1000",
    float64(1, -1001),
    "tensor([ 1.0000e+00, -1.0010e+03], shape=[2], dtype=float64)",
  ],
  ["a size of 1e8", float64(1e8), "tensor([100000000.], shape=[1], dtype=float64)"],
  ["a size above 1e8", float64(2e8), "tensor([2.0000e+08], shape=[1], dtype=float64)"],
  ["a size of 1e-4", float64(1e-4, 0), "tensor([0.0001, 0.0000], shape=[2], dtype=float64)"],
  ["a size below 1e-4", float64(9e-5, 0), "tensor([9.0000e-05, 0.0000e+00], shape=[2], dtype=float64)"],
  [
    "scientific notation with what is not finite and a long exponent",
    float64(Number.NaN, -1e-300, 2),
    "tensor([         nan, -1.0000e-300,   2.0000e+00], shape=[3], dtype=float64)",
  ],
  [
    "a leaf",
    ones([2, 1], { requiresGrad: true }),
    lines("tensor([[1.],", "        [1.]], shape=[2, 1], dtype=float32, requiresGrad=true)"),
  ],
  [
    "what an operation made",
    ones([2], { requiresGrad: true }).mul(3),
    "tensor([3., 3.], shape=[2], dtype=float32, gradFn=<MulBackward>)",
  ],
  [
    "what an operation made unrecorded",
    noGrad(() => ones([2], { requiresGrad: true }).mul(3)),
    "tensor([3., 3.], shape=[2], dtype=float32)",
  ],
  [
    "columns of one width over all matrices, which stand apart by an empty line",
    tensor([0.5, -10.25, 2, 3]).reshape([2, 1, 2]),
    lines("tensor([[[  0.5000, -10.2500]],", "", "        [[  2.0000,   3.0000]]], shape=[2, 1, 2], dtype=float32)"),
  ],
  [
    "four dims",
    arange(2).reshape([2, 1, 1, 1]),
    lines("tensor([[[[0]]],", "", "", "        [[[1]]]], shape=[2, 1, 1, 1], dtype=int32)"),
  ],
  [
    "a view, as it shows itself",
    arange(6).reshape([2, 3]).transpose(0, 1),
    lines("tensor([[0, 3],", "        [1, 4],", "        [2, 5]], shape=[3, 2], dtype=int32)"),
  ],
  ["a view from behind", arange(4).flip(0).slice(0, 1, 4), "tensor([2, 1, 0], shape=[3], dtype=int32)"],
  [
    "a row of more than 80 characters",
    counted,
    lines(
      "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,",
      "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23.], shape=[24],",
      "       dtype=float32)",
    ),
  ],
  [
    "such a row in a matrix",
    counted.reshape([1, 24]),
    lines(
      "tensor([[ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,",
      "         14., 15., 16., 17., 18., 19., 20., 21., 22., 23.]], shape=[1, 24],",
      "       dtype=float32)",
    ),
  ],
  [
    "more than 1,000 elements, shortened",
    arange(1001),
    "tensor([   0,    1,    2,  ...,  998,  999, 1000], shape=[1001], dtype=int32)",
  ],
  [
    "long and short dims, of which the long ones are shortened",
    arange(2 * 9 * 101).reshape([2, 9, 101]),
    lines(
      "tensor([[[   0,    1,    2,  ...,   98,   99,  100],",
      "         [ 101,  102,  103,  ...,  199,  200,  201],",
      "         [ 202,  203,  204,  ...,  300,  301,  302],",
      "         ...,",
      "         [ 606,  607,  608,  ...,  704,  705,  706],",
      "         [ 707,  708,  709,  ...,  805,  806,  807],",
      "         [ 808,  809,  810,  ...,  906,  907,  908]],",
      "",
      "        [[ 909,  910,  911,  ..., 1007, 1008, 1009],",
      "         [1010, 1011, 1012,  ..., 1108, 1109, 1110],",
      "         [1111, 1112, 1113,  ..., 1209, 1210, 1211],",
      "         ...,",
      "         [1515, 1516, 1517,  ..., 1613, 1614, 1615],",
      "         [1616, 1617, 1618,  ..., 1714, 1715, 1716],",
      "         [1717, 1718, 1719,  ..., 1815, 1816, 1817]]], shape=[2, 9, 101],",
      "       dtype=int32)",
    ),
  ],
];

describe("printed like PyTorch's, with shape and dtype:", () => {
  test.each(rows)("%s", (_, x, text) => {
    expect(x.toString()).toBe(text);
  });
});

test("exactly 1,000 elements are not shortened", () => {
  expect(full([1000], 1, { dtype: "int32" }).toString()).not.toContain("...");
  expect(full([1001], 1, { dtype: "int32" }).toString()).toContain("...");
});

test("a template and Node's console show the same text", () => {
  const x = tensor([[1, 2]], { requiresGrad: true });
  expect(`${x}`).toBe(x.toString());
  expect(inspect(x)).toBe(x.toString());
  expect(inspect({ x })).toBe(`{\n  x: ${x}\n}`);
});

test("of what is left out nothing is read and nothing decides the format", () => {
  let reads = 0;
  const array = new Proxy(new Float32Array(1009 * 1013).fill(1e9), {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key, target);
    },
  });
  for (const edge of [0, 1, 2, 1006, 1007, 1008])
    for (const i of [0, 1, 2, 1010, 1011, 1012]) array[edge * 1013 + i] = 3;
  const x = wrap(array, "float32", [1009, 1013]);
  for (const view of [x, x.transpose(0, 1)]) {
    reads = 0;
    expect(view.toString()).toMatch(/^tensor\(\[\[3\., 3\., 3\., {2}\.\.\., 3\., 3\., 3\.\],\n/);
    expect(reads).toBe(36);
  }
});
