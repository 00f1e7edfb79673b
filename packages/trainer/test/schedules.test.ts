import { describe, expect, test } from "@jest/globals";
import {
  constant,
  cosineAnnealing,
  exponentialDecay,
  linear,
  linearWarmup,
  linearWarmupDecay,
  multiStepDecay,
  noam,
  sequential,
  stepDecay,
  warmupCosine,
} from "@typegrad/trainer";

const at = (schedule: (step: number) => number, ...steps: number[]): number[] => steps.map(schedule);

describe("schedules", () => {
  test("have the values of their definitions", () => {
    expect(at(constant({ lr: 0.5 }), 1, 1000)).toEqual([0.5, 0.5]);
    expect(at(linearWarmup({ lr: 1, warmup: 4 }), 1, 4, 5)).toEqual([0.25, 1, 1]);
    expect(at(linearWarmupDecay({ lr: 1, warmup: 4, total: 12 }), 1, 4, 8, 12, 99)).toEqual([0.25, 1, 0.5, 0, 0]);
    expect(at(linearWarmupDecay({ lr: 1, warmup: 1, total: 5 }), 1, 2, 5)).toEqual([1, 0.75, 0]);
    expect(at(linearWarmupDecay({ lr: 1, warmup: 4, total: 4 }), 2, 4, 5)).toEqual([0.5, 1, 0]);
    expect(at(stepDecay({ lr: 1, stepSize: 2, gamma: 0.5 }), 1, 2, 3, 5)).toEqual([1, 1, 0.5, 0.25]);
    expect(at(multiStepDecay({ lr: 1, milestones: [4, 2, 4], gamma: 0.5 }), 2, 3, 4, 5)).toEqual([1, 0.5, 0.5, 0.125]);
    expect(at(exponentialDecay({ lr: 1, gamma: 0.5 }), 1, 2, 5)).toEqual([1, 0.5, 0.0625]);
    expect(at(cosineAnnealing({ lr: 3, tMax: 4, etaMin: 1 }), 1, 5, 9, 13)).toEqual([3, 1, 3, 1]);
    expect(at(linear({ lr: 2, startFactor: 0.5, endFactor: 1.5, totalIters: 4 }), 1, 3, 5, 9)).toEqual([1, 2, 3, 3]);
    expect(at(linear({ lr: 3 }), 1, 6)).toEqual([1, 3]);
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

  /** The rates of 200 steps, each from the one before, as PyTorch's schedulers go along. */
  function recursion(lr: number, next: (rate: number, t: number) => number): number[] {
    const rates = [lr];
    for (let t = 1; t < 200; t++) rates.push(next(rates[t - 1]!, t));
    return rates;
  }

  const recursions: [string, (step: number) => number, number[]][] = [
    ["stepDecay", stepDecay({ lr: 0.3, stepSize: 7 }), recursion(0.3, (rate, t) => (t % 7 === 0 ? rate * 0.1 : rate))],
    [
      "multiStepDecay",
      multiStepDecay({ lr: 0.3, milestones: [11, 60, 61], gamma: 0.3 }),
      recursion(0.3, (rate, t) => ([11, 60, 61].includes(t) ? rate * 0.3 : rate)),
    ],
    ["exponentialDecay", exponentialDecay({ lr: 0.3, gamma: 0.97 }), recursion(0.3, (rate) => rate * 0.97)],
    [
      "cosineAnnealing",
      cosineAnnealing({ lr: 0.3, tMax: 30, etaMin: 0.01 }),
      recursion(0.3, (rate, t) => {
        const cosine = (i: number): number => 1 + Math.cos((Math.PI * i) / 30);
        if ((t - 1) % 60 === 30) return rate + (0.29 * (1 - Math.cos(Math.PI / 30))) / 2;
        return (cosine(t) / cosine(t - 1)) * (rate - 0.01) + 0.01;
      }),
    ],
    [
      "linear",
      linear({ lr: 0.3, startFactor: 0.2, endFactor: 0.7, totalIters: 90 }),
      recursion(0.3 * 0.2, (rate, t) => (t > 90 ? rate : rate * (1 + 0.5 / (90 * 0.2 + (t - 1) * 0.5)))),
    ],
  ];
  test.each(recursions)("%s goes where the recursion goes", (_, schedule, rates) => {
    for (const [t, rate] of rates.entries()) expect(Math.abs(schedule(t + 1) - rate)).toBeLessThan(1e-10 + 1e-9 * rate);
  });

  test("follow one another, each counting for itself", () => {
    const rate = sequential([linearWarmup({ lr: 1, warmup: 2 }), constant({ lr: 3 }), linear({ lr: 3 })], {
      milestones: [2, 3],
    });
    expect(at(rate, 1, 2, 3, 4, 9)).toEqual([0.5, 1, 3, 1, 3]);
    expect(at(sequential([constant({ lr: 3 })], { milestones: [] }), 1, 9)).toEqual([3, 3]);
  });

  const errors: [string, () => unknown, string][] = [
    ["step 0", () => constant({ lr: 1 })(0), "constant: there is no such step"],
    ["an unknown option", () => noam({ dModel: 8, warmup: 5, lr: 1 } as never), 'noam: unknown option "lr"'],
    ["a missing one", () => noam({ dModel: 8 } as never), "noam: warmup is out of range\ngot: undefined"],
    ["a negative rate", () => constant({ lr: -1 }), "constant: lr is out of range"],
    ["half a step", () => stepDecay({ lr: 1, stepSize: 1.5 }), "stepDecay: stepSize is out of range"],
    ["no width", () => noam({ dModel: 0, warmup: 5 }), "noam: dModel is out of range"],
    ["no warm-up in noam", () => noam({ dModel: 8, warmup: 0 }), "noam: warmup is out of range\ngot: 0"],
    ["none in linearWarmup", () => linearWarmup({ lr: 1, warmup: 0 }), "linearWarmup: warmup is out of range"],
    ["none before a line", () => linearWarmupDecay({ lr: 1, warmup: 0, total: 4 }), "Decay: warmup is out of range"],
    [
      "none before a cosine",
      () => warmupCosine({ lr: 1, warmup: 0, total: 4 }),
      "warmupCosine: warmup is out of range",
    ],
    ["a negative minimum", () => cosineAnnealing({ lr: 1, tMax: 4, etaMin: -1 }), "cosineAnnealing: etaMin is out of"],
    ["half a period", () => cosineAnnealing({ lr: 1, tMax: 0.5 }), "cosineAnnealing: tMax is out of range"],
    ["a negative factor", () => linear({ lr: 1, startFactor: -1 }), "linear: startFactor is out of range"],
    ["no steps", () => linear({ lr: 1, totalIters: 0 }), "linear: totalIters is out of range"],
    ["no gamma", () => exponentialDecay({ lr: 1 } as never), "exponentialDecay: gamma is out of range"],
    ["a negative gamma", () => multiStepDecay({ lr: 1, milestones: [], gamma: -1 }), "multiStepDecay: gamma is out of"],
    ["no milestones", () => multiStepDecay({ lr: 1 } as never), "multiStepDecay: milestones is out of range"],
    ["half a milestone", () => multiStepDecay({ lr: 1, milestones: [1.5] }), "multiStepDecay: milestones is out of"],
    ["no options", () => multiStepDecay(undefined as never), "multiStepDecay: the options must be an object"],
    ["no schedules", () => sequential([], { milestones: [] }), "sequential: a list of schedules is needed"],
    ["rates for schedules", () => sequential([0.5 as never], { milestones: [] }), "got: [number]"],
    [
      "milestones that do not rise",
      () => sequential([constant({ lr: 1 }), constant({ lr: 1 }), constant({ lr: 1 })], { milestones: [4, 4] }),
      "sequential: the milestones do not fit\ngot: milestones 4,4 for 3 schedules",
    ],
    [
      "a milestone too many",
      () => sequential([constant({ lr: 1 })], { milestones: [4] }),
      "sequential: the milestones do not fit",
    ],
    ["a long warm-up", () => warmupCosine({ lr: 1, warmup: 9, total: 8 }), "the warm-up is longer than the whole"],
  ];
  test.each(errors)("refuse %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
