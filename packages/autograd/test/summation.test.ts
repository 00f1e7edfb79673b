import { describe, expect, test } from "@jest/globals";
import { full, Generator, ones, randn, type Tensor, tensor } from "../src/index.js";

/** Chunks of 64, then halves: the left one as large as a power of two allows. */
function treeSum(values: readonly number[]): number {
  if (values.length <= 64) return values.reduce((sum, value) => sum + value, 0);
  let half = 64;
  while (half * 2 < values.length) half *= 2;
  return treeSum(values.slice(0, half)) + treeSum(values.slice(half));
}

const normal = (shape: number[], seed: number): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) });

describe("a sum goes in chunks of 64 and a binary tree", () => {
  test.each([0, 1, 63, 64, 65, 127, 128, 129, 191, 193, 449, 4096, 4099, 12289])("over %i elements", (size) => {
    const x = normal([size], size);
    expect(x.sum().item()).toBe(treeSum(Array.from(x.data)));
  });

  test("and along any dims, in row-major order of what is reduced, however the operand lies in memory", () => {
    const x = normal([3, 131, 5, 2], 1);
    const operands = [x, x.permute([3, 1, 0, 2]), x.flip([1, 2]), x.slice(1, 1, null, 2)];
    for (const operand of operands) {
      for (const dims of [[1], [0, 1], [1, 2], [0, 2], [1, 3], [0, 1, 2, 3], [3]]) {
        const rest = [0, 1, 2, 3].filter((d) => !dims.includes(d));
        const rows = operand.permute([...rest, ...dims]).clone();
        const width = dims.reduce((product, d) => product * operand.shape[d]!, 1);
        const { data } = rows;
        const wanted = Array.from({ length: data.length / width }, (_, i) =>
          treeSum(Array.from(data.slice(i * width, (i + 1) * width))),
        );
        expect(Array.from(operand.sum(dims).data)).toEqual(wanted);
      }
    }
  });

  test("down more columns than are taken at once", () => {
    const x = normal([197, 257], 2);
    const wanted = Array.from(x.transpose(0, 1).clone().sum(1).data);
    expect(Array.from(x.sum(0).data)).toEqual(wanted);
  });

  test("so that it stays exact where a running sum does not", () => {
    const x = full([8_200_000], 0.1);
    expect(Math.abs(x.sum().item() / (8_200_000 * Math.fround(0.1)) - 1)).toBeLessThan(1e-6);
    expect(Math.abs(x.mean().item() / Math.fround(0.1) - 1)).toBeLessThan(1e-6);
  });

  test("float32 is added in float64 and rounded once", () => {
    const x = randn([1009], { generator: new Generator(3) });
    expect(x.sum().item()).toBe(Math.fround(treeSum(Array.from(x.data))));
  });

  test("infinities and NaN pass through; integers and bools are counted", () => {
    expect(tensor([1, Number.POSITIVE_INFINITY]).sum().item()).toBe(Number.POSITIVE_INFINITY);
    expect(tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]).sum().item()).toBeNaN();
    expect(ones([131], { dtype: "bool" }).sum().item()).toBe(131);
    expect(
      full([67], 2 ** 24 + 1, { dtype: "int32" })
        .sum()
        .item(),
    ).toBe(67 * (2 ** 24 + 1));
  });
});
