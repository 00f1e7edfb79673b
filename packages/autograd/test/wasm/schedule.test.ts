import { expect, test } from "@jest/globals";
import type { Stage } from "../../src/targets/backend.js";
import { groupSize, longTasksFirst, sharedStages } from "../../src/targets/wasm/schedule.js";
import { count, step } from "../support/wasm-functions.js";

const stage = (...steps: readonly (readonly [tasks: number, microseconds: number])[]): Stage => ({
  steps: steps.map(([tasks, microseconds]) => step(count, [], tasks, { microseconds })),
});

test("a stage is shared when it has the work for it, and the program is worth waking threads", () => {
  const long = stage([100, 1]);
  const stages = [long, stage([4, 1]), stage([4, 1], [1, 1]), stage([1, 1000]), { host: () => {} }, stage()];
  expect(sharedStages(stages)).toEqual([true, false, true, false, false, false]);
  expect(sharedStages([stage([50, 1])])).toEqual([false]);
  expect(sharedStages([stage([50, 1]), stage([25, 1])])).toEqual([true, true]);
});

test("tasks are taken in groups that take a while, and several for each thread", () => {
  const size = (tasks: number, microseconds: number, threads: number): number =>
    groupSize(step(count, [], tasks, { microseconds }), threads);
  expect(size(100, 50, 2)).toBe(7);
  expect(size(100, 50, 4)).toBe(4);
  expect(size(10, 50, 2)).toBe(1);
  expect(size(1000, 0.006, 2)).toBe(250);
  expect(size(1000, 0.0001, 2)).toBe(1000);
});

test("long tasks come first", () => {
  const steps = [1, 30, 0.5, 7].map((microseconds) => ({
    step: step(count, [], 100 / microseconds, { microseconds }),
  }));
  expect(longTasksFirst(steps)).toEqual([1, 3, 0, 2].map((i) => steps[i]));
});
