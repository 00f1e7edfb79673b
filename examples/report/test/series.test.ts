import { describe, expect, test } from "@jest/globals";
import { curveFacts, isolatedIndices, smoothed, thin } from "../src/series.js";
import { numbers } from "./sample.js";

const length = 200_000;

function longRun(): { x: Float64Array; y: Float64Array } {
  const next = numbers(11);
  const blank = new Float64Array(length);
  return { x: blank.map((_, index) => index * 3), y: blank.map(next) };
}

describe("thin", () => {
  test("keeps a short curve as it is", () => {
    expect(thin({ x: [1, 2, 3], y: [5, Number.NaN, 7] })).toEqual({ x: [1, 2, 3], y: [5, Number.NaN, 7] });
  });

  test("keeps a spike up and a spike down among very many points, in at most 2,000", () => {
    const { x, y } = longRun();
    y[154_321] = 17;
    y[23_457] = -19;
    const drawn = thin({ x, y });
    expect(drawn.x.length).toBeLessThanOrEqual(2000);
    expect(drawn.x[drawn.y.indexOf(17)]).toBe(154_321 * 3);
    expect(drawn.x[drawn.y.indexOf(-19)]).toBe(23_457 * 3);
  });

  test("keeps the first and the last point, and the order", () => {
    const { x, y } = longRun();
    const drawn = thin({ x, y }, 101);
    expect(drawn.x.length).toBeLessThanOrEqual(101);
    expect([drawn.x[0], drawn.x.at(-1)]).toEqual([0, (length - 1) * 3]);
    expect(drawn.x).toEqual([...drawn.x].sort((a, b) => a - b));
  });

  test("keeps the extremes of every bucket", () => {
    const { x, y } = longRun();
    const drawn = thin({ x, y });
    expect(Math.max(...drawn.y)).toBe(y.reduce((a, b) => Math.max(a, b)));
    expect(Math.min(...drawn.y)).toBe(y.reduce((a, b) => Math.min(a, b)));
  });

  test("keeps a gap, and draws nothing in the middle of a long one", () => {
    const { x, y } = longRun();
    y.fill(Number.NaN, 80_000, 100_000);
    y[140_001] = Number.POSITIVE_INFINITY;
    const drawn = thin({ x, y });
    const inside = drawn.y.filter((_, index) => drawn.x[index]! >= 240_000 && drawn.x[index]! < 300_000);
    expect(inside.length).toBeGreaterThan(0);
    expect(inside.every(Number.isNaN)).toBe(true);
    expect(drawn.y[drawn.x.indexOf(140_001 * 3)]).toBeNaN();
  });
});

describe("smoothed", () => {
  test("starts at the first value and leaves a constant alone", () => {
    for (const value of smoothed([3, 3, 3, 3, 3], 50)) expect(value).toBeCloseTo(3, 12);
    expect(smoothed([8, 1, 1], 3)[0]).toBeCloseTo(8, 12);
  });

  test("leaves a gap where there is one, and goes on as if it had not been", () => {
    const [a, b, c] = smoothed([1, Number.NaN, 2], 3);
    const [d, e] = smoothed([1, 2], 3);
    expect([a, b, c]).toEqual([d, Number.NaN, e]);
  });

  test("is the weighted mean that its formula says", () => {
    // α = 1/2: weights 1/8, 1/4, 1/2, together 7/8
    expect(smoothed([2, 5, 11], 3)[2]).toBeCloseTo((2 / 8 + 5 / 4 + 11 / 2) / (7 / 8), 12);
  });
});

describe("facts of a curve", () => {
  test("are its first, lowest, highest and last finite points", () => {
    const facts = curveFacts({ x: [1, 2, 3, 4, 5], y: [Number.NaN, 4, 9, 2, Number.POSITIVE_INFINITY] });
    expect(facts).toEqual({
      first: { x: 2, y: 4 },
      lowest: { x: 4, y: 2 },
      highest: { x: 3, y: 9 },
      last: { x: 4, y: 2 },
    });
    expect(curveFacts({ x: [1], y: [Number.NaN] })).toBeNull();
  });

  test("know the points that a line would not show", () => {
    expect(isolatedIndices([1, Number.NaN, 2, 3, Number.NaN, 4])).toEqual([0, 5]);
    expect(isolatedIndices([7])).toEqual([0]);
  });
});
