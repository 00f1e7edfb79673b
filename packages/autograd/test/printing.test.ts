import { expect, test } from "@jest/globals";
import { arange, full, ones, tensor, zeros } from "../src/index.js";

const rows = [
  ["a single number", tensor(2.5), "tensor(2.5000, shape=[], dtype=float32)"],
  ["integers", tensor(Int32Array.of(1, -20)), "tensor([  1, -20], shape=[2], dtype=int32)"],
  ["conditions", tensor([true, false]), "tensor([ true, false], shape=[2], dtype=bool)"],
  ["nothing", zeros([0, 3]), "tensor([], shape=[0, 3], dtype=float32)"],
  [
    "numbers of any size",
    tensor(Float64Array.of(1e-7, 12345.678, 3e9, 0)),
    "tensor([ 1.0000e-7, 12345.6780,  3.0000e+9,     0.0000], shape=[4], dtype=float64)",
  ],
  [
    "what is not finite",
    tensor([Number.NaN, Number.POSITIVE_INFINITY, 1]),
    "tensor([     NaN, Infinity,   1.0000], shape=[3], dtype=float32)",
  ],
  [
    "a leaf",
    ones([2, 1], { requiresGrad: true }),
    "tensor([[1.0000],\n        [1.0000]], shape=[2, 1], dtype=float32, requiresGrad=true)",
  ],
  [
    "three dims",
    arange(6).reshape([2, 1, 3]),
    "tensor([[[0, 1, 2]],\n\n        [[3, 4, 5]]], shape=[2, 1, 3], dtype=int32)",
  ],
] as const;

test.each(rows)("%s", (_, x, text) => {
  expect(x.toString().replaceAll(/\n+ */g, "\n")).toBe(text.replaceAll(/\n+ */g, "\n"));
  expect(`${x}`).toBe(x.toString());
});

test("a view prints what it shows", () => {
  expect(arange(6).reshape([2, 3]).transpose(0, 1).toString()).toBe(
    "tensor([[0, 3],\n        [1, 4],\n        [2, 5]], shape=[3, 2], dtype=int32)",
  );
});

test("what is long is shortened in the middle", () => {
  const text = full([1009, 7], 3, { dtype: "int32" }).toString();
  expect(text.split("\n")).toHaveLength(7);
  expect(text).toMatch(/^tensor\(\[\[3, 3, 3, \.\.\., 3, 3, 3\],\n/);
  expect(text).toMatch(/\.\.\.,\n/);
});
