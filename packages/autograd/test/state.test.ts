import { expect, test } from "@jest/globals";
import { batchNorm, full, type Tensor } from "../src/index.js";
import { plainOf } from "./reference/compare.js";
import { at, positions } from "./reference/plain.js";
import { average, spread } from "./reference/reductions.js";
import { away } from "./samples/sample.js";

/** The elements of a channel. */
function channel(x: Tensor, c: number): number[] {
  const plain = plainOf(x);
  return positions(plain.shape).flatMap((position) => (position[1] === c ? [at(plain, position)] : []));
}

test.each([
  [[5, 3], undefined, 0.1],
  [[2, 3, 7], 0.3, 0.3],
] as const)(
  "batchNorm of %j in training moves the running statistics, and outside leaves them",
  (shape, momentum, share) => {
    const x = away(...shape);
    const [runningMean, runningVar] = [full([3], 2, { dtype: "float64" }), full([3], 5, { dtype: "float64" })];
    const options = { runningMean, runningVar, ...(momentum === undefined ? {} : { momentum }) };
    batchNorm(x, { ...options, training: true });
    for (let c = 0; c < 3; c++) {
      const values = channel(x, c);
      expect(runningMean.data[c]).toBeCloseTo(2 * (1 - share) + average(values) * share, 12);
      // The unbiased variance, as PyTorch has it.
      expect(runningVar.data[c]).toBeCloseTo(5 * (1 - share) + spread(values, 1) * share, 12);
    }
    const before = [runningMean, runningVar].map(({ data }) => [...data]);
    batchNorm(x, options);
    expect([runningMean, runningVar].map(({ data }) => [...data])).toEqual(before);
    // Either may be missing.
    batchNorm(x, { training: true, runningVar });
    expect(before[1]).not.toEqual([...runningVar.data]);
  },
);
