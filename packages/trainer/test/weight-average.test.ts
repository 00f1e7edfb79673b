import { describe, expect, test } from "@jest/globals";
import { noGrad, OptionError, tensor, ValueError } from "@typegrad/autograd";
import { Trainer, WeightAverage } from "@typegrad/trainer";
import { altered, regression } from "./regression.js";

/** The averages of a single weight that takes these values. */
function averagesOf(values: readonly number[], eta: number): number[] {
  const weight = tensor([0], { dtype: "float64", requiresGrad: true });
  const average = new WeightAverage([weight], { eta });
  return values.map((value) => {
    noGrad(() => weight.assign(tensor([value], { dtype: "float64" })));
    average.update();
    return average.during(() => weight.item());
  });
}

describe("WeightAverage", () => {
  test("with eta 0 is the mean of all steps", () => {
    expect(averagesOf([3, 5, 13, 7], 0)).toEqual([3, 4, 7, 7]);
  });

  test("gives late steps more weight: polynomial-decay averaging", () => {
    // Shares 1, 3/4, 3/5, 1/2 for η = 2.
    const wanted = [8];
    wanted.push(8 + (3 / 4) * (4 - 8));
    wanted.push(wanted[1]! + (3 / 5) * (0 - wanted[1]!));
    wanted.push(wanted[2]! + (1 / 2) * (16 - wanted[2]!));
    expect(averagesOf([8, 4, 0, 16], 2)).toEqual(wanted.map((value) => expect.closeTo(value, 12)));
  });

  test("is in place during a call alone, even one that throws, and for good after apply", () => {
    const weight = tensor([2, 6], { requiresGrad: true });
    const average = new WeightAverage([weight], { eta: 0 });
    average.update();
    noGrad(() => weight.assign(tensor([4, 0])));
    average.update();
    expect(average.during(() => weight.toArray())).toEqual([3, 3]);
    expect(weight.toArray()).toEqual([4, 0]);
    expect(() =>
      average.during(() => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(weight.toArray()).toEqual([4, 0]);
    average.apply();
    expect(weight.toArray()).toEqual([3, 3]);
    expect(weight.requiresGrad).toBe(true);
  });

  test("finds the line that weights at a high rate circle around", async () => {
    const options = regression();
    const average = new WeightAverage(options.model.parameters());
    // Targets that are off by 1 up and down in turn: the weights never come to rest.
    const train = altered(options.train, ({ x, y }, step) => ({ x, y: y.add(2 * (step % 2) - 1) }));
    const trainer = new Trainer({ ...options, train, steps: 301, callbacks: [{ onStep: () => average.update() }] });
    await trainer.fit();
    const own = await trainer.evaluate();
    average.apply();
    expect(await trainer.evaluate()).toBeLessThan(own / 20);
  });

  test("refuses what makes no sense", () => {
    const weight = tensor([1], { requiresGrad: true });
    expect(() => new WeightAverage([])).toThrow(OptionError);
    expect(() => new WeightAverage([weight], { eta: -1 })).toThrow(ValueError);
    expect(() => new WeightAverage([weight], { decay: 0.9 } as object)).toThrow(OptionError);
  });
});
