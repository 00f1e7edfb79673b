import { describe, expect, test } from "@jest/globals";
import type { ElementaryName } from "../../src/scalar/elementary.js";
import { elementaryRows } from "../../src/scalar/elementary.js";
import { evaluator } from "../../src/scalar/evaluate.js";
import * as generated from "../../src/targets/reference/elementary.generated.js";

const printed: Record<ElementaryName, (x: number, y: number) => number> = { ...generated };
const infinity = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

/** Arguments, then the result: C99, annex F. */
const unary: Record<Exclude<ElementaryName, "pow">, readonly (readonly [number, number])[]> = {
  exp: [
    [0, 1],
    [-0, 1],
    [infinity, infinity],
    [-infinity, 0],
    [nan, nan],
    [1000, infinity],
    [-1000, 0],
  ],
  expm1: [
    [0, 0],
    [-0, -0],
    [infinity, infinity],
    [-infinity, -1],
    [nan, nan],
    [1000, infinity],
    [-1000, -1],
  ],
  log: [
    [1, 0],
    [0, -infinity],
    [-0, -infinity],
    [-1, nan],
    [-infinity, nan],
    [infinity, infinity],
    [nan, nan],
  ],
  log1p: [
    [0, 0],
    [-0, -0],
    [-1, -infinity],
    [-2, nan],
    [-infinity, nan],
    [infinity, infinity],
    [nan, nan],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [infinity, 1],
    [-infinity, -1],
    [100, 1],
    [-100, -1],
    [nan, nan],
  ],
  erf: [
    [0, 0],
    [-0, -0],
    [infinity, 1],
    [-infinity, -1],
    [7, 1],
    [-7, -1],
    [nan, nan],
  ],
  sin: [
    [0, 0],
    [-0, -0],
    [infinity, nan],
    [-infinity, nan],
    [nan, nan],
  ],
  cos: [
    [0, 1],
    [-0, 1],
    [infinity, nan],
    [-infinity, nan],
    [nan, nan],
    [2 ** -40, 1],
  ],
};

const pow: readonly (readonly [number, number, number])[] = [
  // Anything to the power 0 is 1, and 1 to any power: even where the other is NaN.
  ...[0, -0, 1, -1, 2, infinity, -infinity, nan].flatMap(
    (x) =>
      [
        [x, 0, 1],
        [x, -0, 1],
      ] as [number, number, number][],
  ),
  ...[0, 1, -2.5, infinity, -infinity, nan].map((y) => [1, y, 1] as const),
  [nan, 1, nan],
  [2, nan, nan],
  [nan, nan, nan],
  [0, nan, nan],
  [-1, nan, nan],
  [nan, infinity, nan],
  // Zeros: the sign survives where the exponent is an odd integer.
  [0, 1, 0],
  [-0, 1, -0],
  [-0, 3, -0],
  [-0, 2, 0],
  [-0, 0.5, 0],
  [0, 2.5, 0],
  [-0, infinity, 0],
  [0, infinity, 0],
  [0, -1, infinity],
  [-0, -1, -infinity],
  [-0, -3, -infinity],
  [-0, -2, infinity],
  [-0, -0.5, infinity],
  [0, -infinity, infinity],
  [-0, -infinity, infinity],
  // Infinite exponents.
  [-1, infinity, 1],
  [-1, -infinity, 1],
  [2, infinity, infinity],
  [2, -infinity, 0],
  [0.5, infinity, 0],
  [0.5, -infinity, infinity],
  [-2, infinity, infinity],
  [-0.5, infinity, 0],
  [-0.5, -infinity, infinity],
  [infinity, infinity, infinity],
  [infinity, -infinity, 0],
  [-infinity, infinity, infinity],
  [-infinity, -infinity, 0],
  // Infinite bases.
  [infinity, 2, infinity],
  [infinity, 0.5, infinity],
  [infinity, -1, 0],
  [-infinity, 1, -infinity],
  [-infinity, 3, -infinity],
  [-infinity, 2, infinity],
  [-infinity, 0.5, infinity],
  [-infinity, -1, -0],
  [-infinity, -2, 0],
  [-infinity, -0.5, 0],
  // Negative bases take integer exponents; exact results are exact.
  [-2, 3, -8],
  [-2, 2, 4],
  [-2, -1, -0.5],
  [-2, 0.5, nan],
  [-8, 1 / 3, nan],
  [-1, 1e9, 1],
  [2, 10, 1024],
  [10, 5, 100000],
  [3, 4, 81],
  [0.25, 0.5, 0.5],
  [4, -0.5, 0.5],
  [7, 1, 7],
  [2, -3, 0.125],
  // Far beyond the range.
  [2, 1e30, infinity],
  [2, -1e30, 0],
  [0.5, 1e30, 0],
  [-3, 1e30, infinity],
  [1.0000001192092896, 1e30, infinity],
];

describe.each(["printed float64", "evaluated float64", "evaluated float32"])("special values, %s", (kind) => {
  const isFloat32 = kind === "evaluated float32";
  const functionOf = (name: ElementaryName): ((...args: number[]) => number) => {
    if (kind === "printed float64") return printed[name] as (...args: number[]) => number;
    const row = elementaryRows[name];
    return evaluator(isFloat32 ? row.float32 : row.float64, isFloat32 ? "float32" : "float64") as never;
  };

  test.each(Object.entries(unary))("%s", (name, rows) => {
    const compute = functionOf(name as ElementaryName);
    expect(rows.map(([x]) => [x, compute(x)])).toEqual(rows);
  });

  test("pow", () => {
    const compute = functionOf("pow");
    const rounded = pow.map(([x, y, z]) => (isFloat32 ? [x, Math.fround(y), z] : [x, y, z]));
    expect(rounded.map(([x, y]) => [x, y, compute(x as number, y as number)])).toEqual(rounded);
  });

  test("sin and cos of any finite number are in [−1, 1]", () => {
    for (const name of ["sin", "cos"] as const) {
      const compute = functionOf(name);
      const largest = isFloat32 ? 2 ** 127 : Number.MAX_VALUE;
      for (let x = 1; x < largest; x *= 1.37) {
        const value = compute(isFloat32 ? Math.fround(x) : x);
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }
    }
  });
});

test("pow of −1: the parity of large exponents", () => {
  expect(generated.pow(-1, 1e9 + 1)).toBe(-1);
  expect(generated.pow(-1, 2 ** 53 - 1)).toBe(-1);
  expect(generated.pow(-1, 2 ** 53)).toBe(1);
  expect(generated.pow(-1, 1e300)).toBe(1);
});

test("the ends of the range of exp", () => {
  expect(generated.exp(709.782712893384)).toBeCloseTo(1.797693134862273e308, -294);
  expect(generated.exp(709.7827128933841)).toBe(infinity);
  expect(generated.exp(-745.1332191019411)).toBe(Number.MIN_VALUE);
  expect(generated.exp(-745.1332191019412)).toBe(0);
});
