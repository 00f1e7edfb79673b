import { expect, test } from "@jest/globals";
import { linearAxis, logAxis, percentAxis, xAxis } from "../src/axis.js";

test("a linear axis starts at zero where the values come near it", () => {
  expect(linearAxis([0.2, 7]).domain[0]).toBe(0);
  expect(linearAxis([6, 7]).domain[0]).toBeGreaterThan(5);
  expect(linearAxis([-7, -0.2]).domain[1]).toBe(0);
});

test("a single value gets a stretch of axis around it", () => {
  expect(xAxis([5], 9).domain).toEqual([2.5, 7.5]);
  expect(linearAxis([0, 0]).domain).toEqual([-1, 1]);
  const { domain } = logAxis([3, 3]);
  expect(domain[0]).toBeLessThan(3);
  expect(domain[1]).toBeGreaterThan(3);
});

test("without values there still is an axis", () => {
  expect(xAxis([], 9).domain).toEqual([0, 1]);
  expect(linearAxis([]).domain[0]).toBe(0);
  expect(logAxis([]).domain[0]).toBeGreaterThan(0);
});

test("shares run from 0 to 1, or further", () => {
  expect(percentAxis([0.3, 0.4]).domain).toEqual([0, 1]);
  expect(percentAxis([0.3, 1.5]).domain).toEqual([0, 1.5]);
});

test.each([
  { values: [0.4, 8], expected: [0.5, 1, 2, 5] },
  { values: [2.31, 2.35], expected: [2.31, 2.33, 2.35] },
  { values: [1e-4, 3e3], expected: [0.001, 0.1, 10, 1000] },
])("a logarithmic axis over $values has numbers that a reader knows", ({ values, expected }) => {
  expect(logAxis(values).ticks).toEqual(expected);
});

test("a logarithmic axis over many decades has few numbers, all on the axis", () => {
  const { domain, ticks } = logAxis([1e-9, 1e9]);
  expect((ticks as number[]).length).toBeLessThanOrEqual(8);
  expect((ticks as number[]).every((tick) => tick >= domain[0] && tick <= domain[1])).toBe(true);
});
