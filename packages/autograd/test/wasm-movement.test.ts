import { describe, expect, test } from "@jest/globals";
import { Generator, ones, randint, randn, type Tensor, tensor, zeros } from "../src/index.js";
import type { Strided } from "../src/storage.js";
import { reference } from "../src/targets/reference/index.js";
import { lowerings } from "../src/targets/wasm/lower/index.js";
import { bothResults, expectLike, type KernelCase, sameBits } from "./support/kernel-case.js";
import { runStep, splits } from "./support/run-step.js";

const normal = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });
const indices = (count: number, shape: readonly number[]): Tensor =>
  randint(0, count, shape, { generator: new Generator(3) });

/** What is moved, drawn or added one after the other is the same to the bit. */
function expectSame(one: KernelCase): number {
  const { found, wanted, tasks } = bothResults(one);
  found.forEach((x, i) => {
    expectLike(x, wanted[i]!, 0);
  });
  return tasks;
}

/** Of `x` into a result of the same shape, which lies in memory as `lie` makes a view of one that is contiguous. */
function checkCopy(x: Tensor, shape: readonly number[] = x.shape, lie: (y: Tensor) => Tensor = (y) => y): void {
  const results = [...Object.values(splits), null].map((split) => {
    const whole = ones(shape, { dtype: x.dtype as "float32" });
    const output: Strided = lie(whole);
    if (split === null) reference.copy(x, output);
    else expect(runStep(lowerings.copy!, { inputs: [x], outputs: [output] }, split)).not.toBeNull();
    return whole;
  });
  for (const result of results.slice(0, -1)) expect(sameBits(result, results.at(-1)!)).toBe(true);
}

describe("copies, whatever the strides", () => {
  test.each([[[1, 1]], [[3, 5]], [[63, 65]], [[64, 64]], [[1000, 3]], [[3, 1000]], [[130, 258]]])(
    "a matrix %j with its dims swapped, whole and parts of it",
    (shape) => {
      const x = normal(shape, 1);
      checkCopy(x.transpose(0, 1));
      checkCopy(x.transpose(0, 1), shape, (y) => y.transpose(0, 1));
      checkCopy(x, [shape[1]!, shape[0]!], (y) => y.transpose(0, 1));
      checkCopy(x, [2, shape[0]!, shape[1]! + 3], (y) => y.select(0, 1).slice(1, 2, shape[1]! + 2));
    },
  );

  test.each([[[0, 2, 1, 3]], [[0, 1, 3, 2]], [[3, 2, 1, 0]], [[1, 0, 2, 3]], [[2, 3, 0, 1]], [[3, 0, 1, 2]]])(
    "four dims in the order %j",
    (order) => {
      const x = normal([7, 9, 12, 20], 1);
      checkCopy(x.permute(order));
      checkCopy(x.slice(3, 1, 18).permute(order));
      checkCopy(x.slice(1, null, null, 2).permute(order));
    },
  );

  test("reversed, stretched, stepped over; integers; a single element", () => {
    const x = normal([31, 41], 1);
    checkCopy(x.flip(0));
    checkCopy(x.slice(1, null, null, -1));
    checkCopy(normal([31, 1], 1).expand([31, 41]));
    checkCopy(normal([1, 41], 1).expand([31, 41]));
    checkCopy(x, [62, 123], (y) => y.slice(0, null, null, 2).slice(1, 1, null, 3));
    checkCopy(indices(1000, [31, 41]).transpose(0, 1));
    checkCopy(normal([], 1));
  });

  test("what converts, and other widths, are the reference's", () => {
    const x = normal([4], 1);
    expect(runStep(lowerings.copy!, { inputs: [x], outputs: [zeros([4], { dtype: "int32" })] })).toBeNull();
    const double = zeros([4], { dtype: "float64" });
    expect(runStep(lowerings.copy!, { inputs: [double], outputs: [zeros([4], { dtype: "float64" })] })).toBeNull();
  });
});

describe("filling", () => {
  test.each([1, 3, 64, 65, 16384, 50_001])("%i elements", (count) => {
    for (const value of [0, -0, 0.1, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const outputs = [{ shape: [count] }];
      const run: KernelCase["run"] = (target, _, [output]) => target.fill(value, output!);
      expectSame({ kernel: "fill", inputs: [], outputs, settings: { value }, run });
    }
    const whole = zeros([count], { dtype: "int32" });
    runStep(lowerings.fill!, { inputs: [], outputs: [whole], settings: { value: -7 } });
    expect(whole.data.every((x: number) => x === -7)).toBe(true);
  });

  test("with gaps it is the reference's", () => {
    const outputs = [zeros([5, 4]).slice(1, 0, 2)];
    expect(runStep(lowerings.fill!, { inputs: [], outputs, settings: { value: 1 } })).toBeNull();
  });
});

describe("slices by index", () => {
  const indexed = [
    [[50, 1], 0, 7],
    [[50, 3], 0, 700],
    [[50, 64], 0, 1000],
    [[7, 65], 0, 1000],
    [[50, 1000], 0, 63],
    [[3, 11, 40], 1, 29],
    [[3, 11, 40], 2, 400],
    [[300, 7, 3], 1, 20],
  ] as const;

  test.each(indexed)("of %j along dim %i, %i of them", (shape, dim, count) => {
    const part = shape.map((extent, d) => (d === dim ? count : extent));
    const index = indices(shape[dim]!, [count]);
    const settings = { dim };
    expectSame({
      kernel: "indexSelect",
      inputs: [normal(shape, 1), index],
      outputs: [{ shape: part }],
      settings,
      run: (target, [x, places], [output]) => target.indexSelect(x!, dim, places!, output!, ""),
    });
    for (const kernel of ["indexAdd", "indexCopy"] as const) {
      expectSame({
        kernel,
        inputs: [normal(part, 1), index],
        outputs: [normal(shape, 2)],
        settings,
        run: (target, [source, places], [output]) => target[kernel](source!, dim, places!, output!),
      });
    }
  });

  test("rows to where there are gaps between them, by indices that have gaps too", () => {
    const x = normal([50, 64], 1);
    const index = indices(50, [300, 2]).select(1, 1);
    const whole = zeros([300, 100]);
    const step = runStep(lowerings.indexSelect!, {
      inputs: [x, index],
      outputs: [whole.slice(1, 10, 74)],
      settings: { dim: 0 },
    });
    expect(step!.tasks).toBeGreaterThan(1);
    expect(whole.slice(1, 10, 74).toArray()).toEqual(x.indexSelect(0, index).toArray());
    expect(whole.data.filter((y: number) => y !== 0)).toHaveLength(300 * 64);
  });

  test.each([
    [[1, 5], 3],
    [[5, 1], 1],
    [[700, 65], 65],
    [[3, 40, 100], 7],
  ] as const)("single elements of %j along the last dim, %i a row", (shape, count) => {
    const part = [...shape.slice(0, -1), count];
    const dim = shape.length - 1;
    const index = indices(shape[dim]!, part);
    expectSame({
      kernel: "gather",
      inputs: [normal(shape, 1), index],
      outputs: [{ shape: part }],
      settings: { dim },
      run: (target, [x, places], [output]) => target.gather(x!, dim, places!, output!, ""),
    });
    expectSame({
      kernel: "scatterAdd",
      inputs: [normal(part, 1), index],
      outputs: [normal(shape, 2)],
      settings: { dim },
      run: (target, [source, places], [output]) => target.scatterAdd(source!, dim, places!, output!),
    });
  });

  test("along another dim, or of fewer rows than there are, is the reference's", () => {
    const call = { outputs: [zeros([2, 5])], settings: { dim: 0 } };
    expect(runStep(lowerings.gather!, { ...call, inputs: [normal([3, 5], 1), indices(3, [2, 5])] })).toBeNull();
    const fewer = { outputs: [zeros([2, 5])], settings: { dim: 1 } };
    expect(runStep(lowerings.gather!, { ...fewer, inputs: [normal([3, 5], 1), indices(5, [2, 5])] })).toBeNull();
  });
});

describe("uniform numbers are the reference's to the bit", () => {
  test.each([1, 3, 5, 16, 17, 63, 64, 65, 1000, 4096, 20_011])("%i of them", (count) => {
    for (const state of [
      [1, 2, 3, 4],
      [-1, -2, -3, -4],
      [0, 0, 0, 0],
      [0x12345678, -0x7fffffff, 0x7fffffff, 1],
    ]) {
      expectSame({
        kernel: "uniform",
        inputs: [tensor(new Int32Array(state))],
        outputs: [{ shape: [count] }],
        run: (target, [generator], [output]) => target.uniform(generator!, output!),
      });
    }
  });
});
