import { describe, expect, test } from "@jest/globals";
import { constant, linearWarmup, linearWarmupDecay, noam, stepDecay, warmupCosine } from "@typegrad/trainer";

const at = (schedule: (step: number) => number, ...steps: number[]): number[] => steps.map(schedule);

describe("schedules", () => {
  test("have the values of their definitions", () => {
    expect(at(constant({ lr: 0.5 }), 1, 1000)).toEqual([0.5, 0.5]);
    expect(at(linearWarmup({ lr: 1, warmup: 4 }), 1, 4, 5)).toEqual([0.25, 1, 1]);
    expect(at(linearWarmupDecay({ lr: 1, warmup: 4, total: 12 }), 1, 4, 8, 12, 99)).toEqual([0.25, 1, 0.5, 0, 0]);
    expect(at(linearWarmupDecay({ lr: 1, warmup: 0, total: 4 }), 1, 4)).toEqual([0.75, 0]);
    expect(at(linearWarmupDecay({ lr: 1, warmup: 4, total: 4 }), 2, 4, 5)).toEqual([0.5, 1, 0]);
    expect(at(stepDecay({ lr: 1, stepSize: 2, gamma: 0.5 }), 1, 2, 3, 5)).toEqual([1, 1, 0.5, 0.25]);
    expect(at(noam({ dModel: 4, warmup: 4, factor: 2 }), 1, 4, 16)).toEqual([0.125, 0.5, 0.25]);
    const cosine = warmupCosine({ lr: 3, warmup: 2, total: 6, minLr: 1 });
    expect(at(cosine, 1, 2)).toEqual([1.5, 3]);
    expect(cosine(4)).toBeCloseTo(2, 14);
    expect(at(cosine, 6, 7)).toEqual([1, 1]);
  });

  test("fall from the end of the warm-up on", () => {
    for (const schedule of [noam({ dModel: 8, warmup: 5 }), warmupCosine({ lr: 1, warmup: 5, total: 30 })]) {
      const rates = at(schedule, ...Array.from({ length: 30 }, (_, i) => i + 1));
      expect(rates.indexOf(Math.max(...rates))).toBe(4);
    }
  });

  const errors: [string, () => unknown, string][] = [
    ["step 0", () => constant({ lr: 1 })(0), "constant: there is no such step"],
    ["an unknown option", () => noam({ dModel: 8, warmup: 5, lr: 1 } as never), 'noam: unknown option "lr"'],
    ["a missing one", () => noam({ dModel: 8 } as never), "noam: warmup is out of range\ngot: undefined"],
    ["a negative rate", () => constant({ lr: -1 }), "constant: lr is out of range"],
    ["half a step", () => stepDecay({ lr: 1, stepSize: 1.5 }), "stepDecay: stepSize is out of range"],
    ["no width", () => noam({ dModel: 0, warmup: 5 }), "noam: dModel is out of range"],
    ["a long warm-up", () => warmupCosine({ lr: 1, warmup: 9, total: 8 }), "the warm-up is longer than the whole"],
  ];
  test.each(errors)("refuse %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
