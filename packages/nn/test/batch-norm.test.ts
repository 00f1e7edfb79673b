import { describe, expect, test } from "@jest/globals";
import { Generator, randn, type Tensor, tensor } from "@typegrad/autograd";
import { allClose } from "@typegrad/autograd/testing";
import { BatchNorm1d } from "../src/index.js";

const [B, C, L] = [5, 3, 7];
const batch = (seed: number, shape = [B, C, L]): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) }).mul(seed + 1);
const close = { rtol: 1e-12, atol: 1e-14 };

/** Mean and unbiased variance of each channel, by plain loops. */
function statistics(x: Tensor): { mean: number[]; variance: number[]; count: number } {
  const channels = Array.from({ length: C }, (_, c) => Array.from(x.select(1, c).data));
  const mean = channels.map((values) => values.reduce((a, b) => a + b) / values.length);
  const count = channels[0]!.length;
  const variance = channels.map(
    (values, c) => values.reduce((sum, value) => sum + (value - mean[c]!) * (value - mean[c]!), 0) / (count - 1),
  );
  return { mean, variance, count };
}

const normalized = (x: Tensor, mean: number[], variance: number[], eps: number): Tensor => {
  const column = (values: number[]): Tensor =>
    tensor(Float64Array.from(values), { shape: [1, C, ...Array<number>(x.ndim - 2).fill(1)] });
  return x.sub(column(mean)).div(column(variance.map((v) => Math.sqrt(v + eps))));
};

describe.each([
  ["[B, C, L]", [B, C, L]],
  ["[B, C]", [B, C]],
])("BatchNorm1d of %s", (_, shape) => {
  test("normalises by the batch in training and moves the running statistics, by these in evaluation", () => {
    const norm = new BatchNorm1d(C, { momentum: 0.3, eps: 0.01 }).to("float64");
    const [running, spread] = [
      [0, 0, 0],
      [1, 1, 1],
    ];
    for (const seed of [1, 2]) {
      const x = batch(seed, shape);
      const { mean, variance, count } = statistics(x);
      const biased = variance.map((v) => (v * (count - 1)) / count);
      expect(allClose(norm.forward(x), normalized(x, mean, biased, 0.01), close)).toBe(true);
      for (let c = 0; c < C; c++) {
        running[c] = 0.7 * running[c]! + 0.3 * mean[c]!;
        spread[c] = 0.7 * spread[c]! + 0.3 * variance[c]!;
      }
    }
    expect(allClose(norm.runningMean!, tensor(Float64Array.from(running)), close)).toBe(true);
    expect(allClose(norm.runningVar!, tensor(Float64Array.from(spread)), close)).toBe(true);
    expect([norm.numBatchesTracked!.item(), norm.numBatchesTracked!.dtype]).toEqual([2, "int32"]);
    const x = batch(3, shape);
    expect(allClose(norm.eval().forward(x), normalized(x, running, spread, 0.01), close)).toBe(true);
    expect(norm.numBatchesTracked!.item()).toBe(2);
  });
});

describe("BatchNorm1d", () => {
  test("without a momentum averages over all batches", () => {
    const norm = new BatchNorm1d(C, { momentum: null }).to("float64");
    const all = [1, 2, 3].map((seed) => {
      norm.forward(batch(seed));
      return statistics(batch(seed)).mean;
    });
    const wanted = [0, 1, 2].map((c) => (all[0]![c]! + all[1]![c]! + all[2]![c]!) / 3);
    expect(allClose(norm.runningMean!, tensor(Float64Array.from(wanted)), close)).toBe(true);
  });

  test("has PyTorch's keys; without tracking it takes the batch's statistics in evaluation too", () => {
    const keys = (norm: BatchNorm1d) => Object.keys(norm.stateDict());
    const statistic = ["running_mean", "running_var", "num_batches_tracked"];
    expect(keys(new BatchNorm1d(C))).toEqual(["weight", "bias", ...statistic]);
    expect(keys(new BatchNorm1d(C, { affine: false }))).toEqual(statistic);
    const untracked = new BatchNorm1d(C, { trackRunningStats: false });
    expect(keys(untracked)).toEqual(["weight", "bias"]);
    const x = batch(1);
    expect(untracked.eval().forward(x).toArray()).toEqual(new BatchNorm1d(C).forward(x).toArray());
  });

  test("counts no batch that failed", () => {
    const norm = new BatchNorm1d(C);
    expect(() => norm.forward(batch(1, [1, C]))).toThrow(/more than one value/);
    expect([norm.numBatchesTracked!.item(), norm.runningMean!.toArray()]).toEqual([0, [0, 0, 0]]);
  });

  test("scales and shifts each channel", () => {
    const norm = new BatchNorm1d(C).to("float64");
    const plain = norm.forward(batch(1));
    norm.loadStateDict({ weight: tensor([2, 3, 5]), bias: tensor([7, 11, 13]) }, { strict: false });
    const wanted = plain.mul(tensor([[2], [3], [5]])).add(tensor([[7], [11], [13]]));
    expect(allClose(norm.forward(batch(1)), wanted, close)).toBe(true);
  });
});
