import { describe, expect, test } from "@jest/globals";
import { add, cat, type DType, div, maximum, pow, promote, type Tensor, tensor, where, zeros } from "../src/index.js";

const dtypes = ["bool", "int32", "float32", "float64"] as const;
const line = (dtype: DType): Tensor => zeros([3], { dtype });
const point = (dtype: DType): Tensor => zeros([], { dtype });

/** PyTorch's `result_type`, with int32 in the place of int64; rows left, columns right, in the order of `dtypes`. */
const [b, i, f, d] = dtypes;
const bothWithDims = [
  [b, i, f, d],
  [i, i, f, d],
  [f, f, f, d],
  [d, d, d, d],
];
const rightWithoutDims = [
  [b, i, f, d],
  [i, i, f, d],
  [f, f, f, f],
  [d, d, d, d],
];
const numbers = [2, 2.5, true] as const;
const rightNumber = [
  [i, f, b],
  [i, f, i],
  [f, f, f],
  [d, d, d],
];

describe.each(dtypes.map((dtype, row) => [dtype, row] as const))("%s with", (left, row) => {
  test.each(dtypes.map((dtype, column) => [dtype, column] as const))("%s", (right, column) => {
    expect(promote([line(left), line(right)])).toBe(bothWithDims[row]![column]);
    expect(promote([line(right), line(left)])).toBe(bothWithDims[row]![column]);
    expect(promote([point(left), point(right)])).toBe(bothWithDims[row]![column]);
    expect(promote([line(left), point(right)])).toBe(rightWithoutDims[row]![column]);
    expect(promote([point(right), line(left)])).toBe(rightWithoutDims[row]![column]);
  });

  test.each(numbers.map((value, column) => [value, column] as const))("the plain value %s", (value, column) => {
    expect(promote([line(left), value])).toBe(rightNumber[row]![column]);
    expect(promote([point(left), value])).toBe(rightNumber[row]![column]);
    expect(maximum(line(left), value).dtype).toBe(rightNumber[row]![column]);
    expect(where(true, value, line(left)).dtype).toBe(rightNumber[row]![column]);
  });

  test.each(dtypes.map((dtype, column) => [dtype, column] as const))("%s in operations", (right, column) => {
    const common = bothWithDims[row]![column]!;
    if (common !== "bool") expect(add(line(left), line(right)).dtype).toBe(common);
    expect(cat([line(left), line(right)]).dtype).toBe(common);
    expect(div(line(left), line(right)).dtype).toBe(common === "float64" ? "float64" : "float32");
    expect(line(left).le(line(right)).dtype).toBe("bool");
  });
});

describe("dtypes of results", () => {
  test.each(dtypes)("of %s", (dtype) => {
    const x = line(dtype);
    const float = dtype === "float64" ? "float64" : "float32";
    const number = dtype === "bool" ? "int32" : dtype;
    expect([x.exp(), x.sigmoid(), x.gelu(), x.softmax(), x.softplus()].map((y) => y.dtype)).toEqual(
      new Array(5).fill(float),
    );
    expect([x.sum(), x.prod(), x.cumsum(0)].map((y) => y.dtype)).toEqual(new Array(3).fill(number));
    expect([x.amax(), x.max(), x.flip(0), x.sort().values, x.tril.call(x.expand([2, 3]))].map((y) => y.dtype)).toEqual(
      new Array(5).fill(dtype),
    );
    expect([x.argmax(), x.sort().indices, x.max(0).indices].map((y) => y.dtype)).toEqual(new Array(3).fill("int32"));
    expect([x.any(), x.all(), x.logicalNot(), x.gt(0)].map((y) => y.dtype)).toEqual(new Array(4).fill("bool"));
  });

  test("conversions truncate, wrap and test for 0 as PyTorch's do", () => {
    const x = tensor(Float64Array.of(1.9, -1.9, 0, 0.1));
    expect(x.to("int32").toArray()).toEqual([1, -1, 0, 0]);
    expect(x.to("bool").toArray()).toEqual([true, true, false, true]);
    expect(x.to("float32").data[3]).toBe(Math.fround(0.1));
    expect(tensor([true, false]).to("float64").toArray()).toEqual([1, 0]);
  });

  test("integers stay exact and wrap at 32 bits", () => {
    const large = tensor(Int32Array.of(2147483647, -2147483648, 46341));
    expect(large.add(1).toArray()).toEqual([-2147483648, -2147483647, 46342]);
    expect(large.mul(large).toArray()).toEqual([1, 0, (46341 * 46341) | 0]);
    expect(pow(tensor(Int32Array.of(-3, 2)), 3).toArray()).toEqual([-27, 8]);
    expect(div(tensor(Int32Array.of(7)), 2).item()).toBe(3.5);
  });
});
