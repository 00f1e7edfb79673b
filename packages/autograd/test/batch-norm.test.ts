import { describe, expect, test } from "@jest/globals";
import { arange, batchNorm, Generator, grad, noGrad, ones, rand, randn, type Tensor, tensor } from "../src/index.js";

const generator = new Generator(13);
const normal = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", generator });

const near = (values: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(Math.abs(values[i]! - value)).toBeLessThan(1e-12);
};

/** The values of each channel of [N, C, L], and their places. */
function channels({ shape, data }: Tensor): { values: number[]; places: number[] }[] {
  const [N, C, L] = shape as [number, number, number];
  return Array.from({ length: C }, (_, c) => {
    const places = Array.from({ length: N * L }, (_, i) => (Math.floor(i / L) * C + c) * L + (i % L));
    return { places, values: places.map((place) => data[place]!) };
  });
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test("batchNorm takes a momentum that is a tensor, of no dims, as it takes the number", () => {
  const moved = (momentum: number | Tensor) => {
    const [runningMean, runningVar] = [ones([3]), ones([3])];
    batchNorm(arange(12, { dtype: "float32" }).reshape([4, 3]), { training: true, momentum, runningMean, runningVar });
    return [runningMean.toArray(), runningVar.toArray()];
  };
  expect(moved(tensor(0.25, { dtype: "float64" }))).toEqual(moved(0.25));
  expect(() => moved(tensor([0.25]))).toThrow(`"momentum" must be a number or a 0-d tensor`);
});

describe("batchNorm", () => {
  const x = normal(2, 3, 5).mul(3).add(1);
  const weight = normal(3);
  const bias = normal(3);
  const running = () => ({ runningMean: normal(3), runningVar: rand([3], { dtype: "float64", generator }).add(0.5) });

  test("in training normalises with the batch's statistics and moves the running ones, the variance unbiased", () => {
    const { runningMean, runningVar } = running();
    const [before, spread] = [Array.from(runningMean.data), Array.from(runningVar.data)];
    const options = { weight, bias, runningMean, runningVar, training: true, momentum: 0.3, eps: 0.01 };
    const y = batchNorm(x, options);
    channels(x).forEach(({ values, places }, c) => {
      const mean = average(values);
      const variance = average(values.map((value) => (value - mean) ** 2));
      near(
        places.map((place) => y.data[place]!),
        values.map((value) => ((value - mean) / Math.sqrt(variance + 0.01)) * weight.data[c]! + bias.data[c]!),
      );
      near([runningMean.data[c]!], [0.7 * before[c]! + 0.3 * mean]);
      near([runningVar.data[c]!], [0.7 * spread[c]! + (0.3 * variance * 10) / 9]);
    });
  });

  test("otherwise normalises with the running statistics and leaves them alone", () => {
    const { runningMean, runningVar } = running();
    const before = [runningMean.toArray(), runningVar.toArray()];
    const y = batchNorm(x, { runningMean, runningVar });
    channels(x).forEach(({ values, places }, c) => {
      const [mean, variance] = [runningMean.data[c]!, runningVar.data[c]!];
      near(
        places.map((place) => y.data[place]!),
        values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5)),
      );
    });
    expect([runningMean.toArray(), runningVar.toArray()]).toEqual(before);
  });

  test("in training passes no gradient along the mean or along the normalised values", () => {
    const leaf = tensor(x.data, { shape: x.shape, requiresGrad: true });
    const y = batchNorm(leaf, { training: true });
    const [gradient] = grad(y, [leaf], { gradOutput: normal(2, 3, 5) });
    const standard = channels(y);
    channels(gradient!).forEach(({ values }, c) => {
      const along = average(values.map((value, i) => value * standard[c]!.values[i]!));
      // eps keeps a little of what lies along the values themselves.
      expect([Math.abs(average(values)) < 1e-12, Math.abs(along) < 1e-5]).toEqual([true, true]);
    });
  });

  test("the running statistics may be of another dtype, and are not part of the graph", () => {
    const runningMean = tensor([0, 0, 0]);
    const y = batchNorm(tensor(x.data, { shape: x.shape, requiresGrad: true }), { training: true, runningMean });
    expect([y.dtype, runningMean.dtype, runningMean.requiresGrad]).toEqual(["float64", "float32", false]);
    expect(runningMean.data[0]).not.toBe(0);
    const [still] = [noGrad(() => batchNorm(x, { training: true, momentum: 0, runningMean }))];
    expect(still.requiresGrad).toBe(false);
    y.sum().backward();
  });
});
