import { describe, expect, test } from "@jest/globals";
import { expBelow88 } from "../../src/scalar/elementary/exp.js";
import type { ElementaryName } from "../../src/scalar/elementary.js";
import { elementaryRows } from "../../src/scalar/elementary.js";
import type { Precision } from "../../src/scalar/evaluate.js";
import { evaluator } from "../../src/scalar/evaluate.js";
import { input } from "../../src/scalar/expression.js";
import * as generated from "../../src/targets/reference/elementary.generated.js";
import { beside, grid, logarithmic, type Points, uniform } from "./points.js";
import type { Real } from "./reference.js";
import * as exactly from "./reference.js";

const { errorInUlp, exponentOf, formats } = exactly;
const printed: Record<ElementaryName, (x: number, y: number) => number> = { ...generated };
const reference: Record<ElementaryName, (x: number, y: number) => Real> = { ...exactly };

type Unary = Exclude<ElementaryName, "pow">;

/** Least upper bounds that are promised, in ulp; `README.md` beside the rows has what was measured. */
const bounds: Record<ElementaryName, Record<Precision, number>> = {
  exp: { float64: 1.1, float32: 1.1 },
  expm1: { float64: 1.9, float32: 1.8 },
  log: { float64: 0.9, float32: 0.9 },
  log1p: { float64: 0.9, float32: 0.9 },
  pow: { float64: 1, float32: 0.8 },
  tanh: { float64: 2.7, float32: 1.4 },
  erf: { float64: 2.8, float32: 1.4 },
  sin: { float64: 1.6, float32: 1.6 },
  cos: { float64: 1.6, float32: 1.6 },
};

/** Where n changes in x = n log 2 + r, and every multiple of π/2 up to 2^17. */
const halves = grid(-120.5 * Math.LN2, Math.LN2, 242);
const turns = grid(Math.PI / 2, Math.PI / 2, 83443);
const roots = [Math.SQRT1_2, Math.SQRT2, 2 * Math.SQRT2, 2 ** 99 * Math.SQRT2];
const angles = [uniform(-4, 4), uniform(-131072, 131072), logarithmic(-60, 17), beside(turns, -53, -20)];

const wide: Record<Unary, readonly Points[]> = {
  exp: [
    uniform(-1, 1),
    uniform(-708, 709.78),
    logarithmic(-60, 9),
    beside(halves, -53, -10),
    beside([709.78, -708.39], -53, -12),
  ],
  expm1: [uniform(-1, 1), uniform(-40, 709.78), logarithmic(-1000, 9), beside(halves, -53, -10), uniform(-0.4, 0.4)],
  log: [uniform(0.5, 2), logarithmic(-1074, 1024, false), beside([1], -53, -1), beside(roots, -53, -8)],
  log1p: [
    uniform(-0.99, 2),
    logarithmic(-1000, 1023, false),
    logarithmic(-60, -1),
    beside([-1], -53, -2),
    beside([0.4142, -0.2929], -20, -5),
  ],
  tanh: [uniform(-1, 1), uniform(-20, 20), logarithmic(-1000, 4), beside(halves, -53, -10), uniform(-0.2, 0.2)],
  erf: [uniform(-1.25, 1.25), uniform(-6.1, 6.1), logarithmic(-1000, 2.6), beside([1.25], -53, -4), uniform(1.25, 2)],
  sin: angles,
  cos: angles,
};

const narrow: Record<Unary, readonly Points[]> = {
  exp: [
    uniform(-1, 1),
    uniform(-87.33, 88.72),
    logarithmic(-40, 6.4),
    beside(halves, -23, -10),
    beside([88.72, -87.33], -23, -12),
  ],
  expm1: [uniform(-1, 1), uniform(-20, 88.72), logarithmic(-120, 6.4), beside(halves, -23, -10), uniform(-0.4, 0.4)],
  log: [uniform(0.5, 2), logarithmic(-149, 128, false), beside([1], -24, -1), beside(roots, -23, -8)],
  log1p: [
    uniform(-0.99, 2),
    logarithmic(-125, 127, false),
    logarithmic(-30, -1),
    beside([-1], -24, -2),
    beside([0.4142, -0.2929], -20, -5),
  ],
  tanh: [uniform(-1, 1), uniform(-10, 10), logarithmic(-125, 3.2), beside(halves, -23, -10), beside([0.625], -23, -4)],
  erf: [uniform(-1, 1), uniform(-4.1, 4.1), logarithmic(-125, 2), beside([1], -23, -4), uniform(1, 1.6)],
  sin: [uniform(-4, 4), uniform(-131072, 131072), logarithmic(-60, 17), beside(turns, -24, -15)],
  cos: [uniform(-4, 4), uniform(-131072, 131072), logarithmic(-60, 17), beside(turns, -24, -15)],
};

const pointsPerFunction = 20_000;

/** The largest error, and where it is. Results below the smallest normal number are another test's. */
function largestError(
  precision: Precision,
  points: readonly Points[],
  measure: (x: number, counter: number) => readonly [number, Real] | null,
): { error: number; at: number } {
  const worst = { error: 0, at: 0 };
  const each = Math.ceil(pointsPerFunction / points.length);
  for (const [group, point] of points.entries()) {
    for (let counter = 0; counter < each; counter++) {
      const drawn = point(counter + group * each);
      const x = precision === "float32" ? Math.fround(drawn) : drawn;
      const measured = measure(x, counter);
      if (measured === null) continue;
      const [actual, expected] = measured;
      if (expected.m !== 0n && !isNormal(expected, precision)) continue;
      const error = errorInUlp(actual, expected, formats[precision]);
      if (!(error <= worst.error)) Object.assign(worst, { error, at: x });
    }
  }
  return worst;
}

function isNormal(value: Real, precision: Precision): boolean {
  const exponent = exponentOf(value);
  const { smallestExponent } = formats[precision];
  return exponent >= smallestExponent && exponent <= 1 - smallestExponent;
}

function implementation(name: ElementaryName, precision: Precision): (...args: number[]) => number {
  return precision === "float64"
    ? (printed[name] as (...args: number[]) => number)
    : (evaluator(elementaryRows[name].float32, "float32") as (...args: number[]) => number);
}

describe.each<Precision>(["float64", "float32"])("%s rows", (precision) => {
  const cases = Object.entries(precision === "float64" ? wide : narrow) as [Unary, readonly Points[]][];

  test.each(cases)("%s stays within its bound", (name, points) => {
    const compute = implementation(name, precision);
    const { error, at } = largestError(precision, points, (x) =>
      name === "log1p" && x <= -1 ? null : [compute(x), reference[name](x, 0)],
    );
    expect(error <= bounds[name][precision] ? null : { at, error }).toBeNull();
  });

  test("pow stays within its bound", () => {
    const compute = implementation("pow", precision);
    const limit = precision === "float64" ? 1022 : 126;
    const round = precision === "float64" ? (x: number) => x : Math.fround;
    // Results over the whole range, whatever x is: y = e ÷ log2 x.
    const exponents = uniform(-limit, limit);
    const bases: Points[] = [
      logarithmic(-limit, limit, false),
      uniform(0.5, 2),
      beside([1], precision === "float64" ? -52 : -23, -3),
      beside([Math.SQRT1_2, Math.SQRT2], precision === "float64" ? -52 : -23, -3),
      logarithmic(1 - limit, limit, false),
    ];
    const { error, at } = largestError(precision, bases, (x, counter) => {
      const y = round(counter % 2 === 0 ? exponents(counter) / Math.log2(x) : uniform(-3, 3)(counter));
      return x === 1 || !Number.isFinite(y) ? null : [compute(x, y), exactly.pow(x, y)];
    });
    expect(error <= bounds.pow[precision] ? null : { at, error }).toBeNull();
  });
});

describe("exp below 88, as loops along rows have it", () => {
  const compute = evaluator(expBelow88(input(0)), "float32") as (x: number) => number;

  test("stays within the bound of exp", () => {
    const points = [uniform(-1, 1), uniform(-87.33, 88), logarithmic(-40, 6.4), beside(halves, -23, -10)];
    const { error, at } = largestError("float32", points, (x) => (x < 88 ? [compute(x), exactly.exp(x)] : null));
    expect(error <= bounds.exp.float32 ? null : { at, error }).toBeNull();
  });

  test("is 0 from where e^x is below the smallest normal number on, and NaN of NaN", () => {
    const [last, next] = [Math.fround(-87.33654), Math.fround(-87.336548)];
    expect(compute(last)).toBeGreaterThanOrEqual(2 ** -126);
    for (const x of [next, -87.5, -88, -100, -3e38, Number.NEGATIVE_INFINITY]) expect(compute(x)).toBe(0);
    expect(compute(Number.NaN)).toBeNaN();
    expect(compute(0)).toBe(1);
  });
});

describe("sin and cos beside the multiples of π/2", () => {
  test.each(["sin", "cos"] as const)(
    "%s in float32 at the number nearest to every third multiple up to 2^17",
    (name) => {
      const compute = implementation(name, "float32");
      let worst = 0;
      for (let k = 0; k < turns.length; k += 3) {
        const x = Math.fround(turns[k] as number);
        worst = Math.max(worst, errorInUlp(compute(x), reference[name](x, 0), formats.float32));
      }
      expect(worst).toBeLessThan(bounds[name].float32);
    },
  );

  test.each(["sin", "cos"] as const)("%s in float64 stays precise up to 2^27", (name) => {
    const compute = implementation(name, "float64");
    const { error } = largestError("float64", [uniform(-(2 ** 27), 2 ** 27)], (x) => [
      compute(x),
      reference[name](x, 0),
    ]);
    expect(error).toBeLessThan(2.4);
  });
});

describe("below the smallest normal number", () => {
  test("exp and pow underflow gradually in float64, within one unit", () => {
    for (let counter = 0; counter < 2000; counter++) {
      const x = uniform(-745.13, -708.4)(counter);
      expect(errorInUlp(generated.exp(x), exactly.exp(x), formats.float64)).toBeLessThan(1.1);
      const y = x / Math.log(3);
      expect(errorInUlp(generated.pow(3, y), exactly.pow(3, y), formats.float64)).toBeLessThan(1.1);
    }
  });

  test("float32 rows give 0 of the result's sign", () => {
    const row = (name: ElementaryName) => implementation(name, "float32");
    for (const x of [-87.34, -90, -103, -104, -1e30]) expect(row("exp")(Math.fround(x))).toBe(0);
    for (const name of ["sin", "tanh", "expm1", "log1p"] as const) {
      expect(row(name)(Math.fround(1e-38))).toBe(0);
      expect(row(name)(Math.fround(-1e-38))).toBe(-0);
      expect(row(name)(2 ** -126)).toBe(2 ** -126);
    }
    expect(row("erf")(Math.fround(-1e-38))).toBe(-0);
    expect(row("pow")(2, -127)).toBe(0);
    expect(row("pow")(-2, -127)).toBe(-0);
    expect(row("pow")(2, -126)).toBe(2 ** -126);
  });
});
