import { describe, expect, test } from "@jest/globals";
import { type ElementaryName, elementaryRows, exp, tanh } from "../../src/scalar/elementary.js";
import { evaluator } from "../../src/scalar/evaluate.js";
import { branch, constant, exponent, input, pow2, type Scalar, scale, select } from "../../src/scalar/expression.js";
import { stepsOf } from "../../src/scalar/order.js";
import { printBody, printFunction } from "../../src/scalar/print-typescript.js";
import * as generated from "../../src/targets/reference/elementary.generated.js";
import { logarithmic, uniform } from "./points.js";

const x = input(0);
const y = input(1);

const at = (root: Scalar, ...values: number[]) => evaluator(root, "float64")(...values);

describe("expressions", () => {
  test("compute what their methods say", () => {
    expect(at(x.plus(y).times(x.minus(y)).over(2), 5, 3)).toBe(8);
    expect(at(x.negate().abs().sqrt(), 9)).toBe(3);
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2 ** 53].map((value) => at(x.nearest(), value))).toEqual([
      0,
      2,
      2,
      -0,
      -2,
      2 ** 53,
    ]);
    expect([1.5, -1.5, -0].map((value) => at(x.floor(), value))).toEqual([1, -2, -0]);
    expect([at(x.min(y), 0, -0), at(x.max(y), -0, 0), at(x.max(y), 1, Number.NaN)]).toEqual([-0, 0, Number.NaN]);
    expect([at(x.copysign(y), 2, -0), at(x.copysign(y), -2, 3)]).toEqual([-2, 2]);
    expect(at(x.lt(y).and(x.ne(0)).or(y.eq(7).not()), 1, 2)).toBe(true);
    expect([at(select(x.gt(0), x, 0), -1), at(branch(x.ge(0), x.sqrt(), 0), 4)]).toEqual([0, 2]);
  });

  test("reach the exponents of numbers exactly", () => {
    expect([at(pow2(x), -1022), at(pow2(x), 1023)]).toEqual([2 ** -1022, 2 ** 1023]);
    expect([at(scale(3, x), -1075), at(scale(1, x), 1024), at(scale(0.5, x), 1024)]).toEqual([
      (3 * 2 ** -1074) / 2,
      Number.POSITIVE_INFINITY,
      2 ** 1023,
    ]);
    expect([1, 1.99, 2, -0.75, 2 ** -1022, 1e308].map((value) => at(exponent(x), value))).toEqual([
      0, 0, 1, -1, -1022, 1023,
    ]);
  });

  test("round every node in float32", () => {
    const thirds = evaluator(x.over(3).times(3), "float32");
    expect(thirds(1)).toBe(Math.fround(Math.fround(1 / 3) * 3));
    expect(evaluator(constant(0.1), "float32")()).toBe(Math.fround(0.1));
  });

  test("take numbers and booleans only where they belong", () => {
    expect(() => x.lt(y).plus(1)).toThrow("a number is needed");
    expect(() => x.and(y.lt(0))).toThrow("a boolean is needed");
    expect(() => select(x.lt(0), x, y.lt(0))).toThrow("one arm is a number");
  });

  test("equal subexpressions are one step, and −0 is not 0", () => {
    const square = () => x.plus(1).times(x.plus(1));
    expect(stepsOf(square().plus(square())).map(({ node }) => node.op)).toEqual([
      "input",
      "constant",
      "plus",
      "times",
      "plus",
    ]);
    expect(stepsOf(x.plus(0).times(x.plus(-0)))).toHaveLength(6);
  });
});

describe("printed TypeScript", () => {
  test("binds what is used twice, once", () => {
    const sum = x.plus(y);
    expect(printFunction("f", ["x", "y"], sum.times(sum))).toBe(
      ["export function f(x: number, y: number): number {", "  const t2 = x + y;", "  return t2 * t2;", "}"].join("\n"),
    );
  });

  test("computes in an arm what only that arm needs", () => {
    const root = x.sqrt().plus(1);
    const outside = x.plus(2);
    const { statements, result } = printBody(branch(x.gt(0), root.times(root).minus(outside), outside), ["x"], "float");
    expect(statements).toEqual([
      "const t8 = x + 2;",
      "let t10: number;",
      "if (x > 0) {",
      "  const t5 = sqrt(x) + 1;",
      "  t10 = (t5 * t5) - t8;",
      "} else {",
      "  t10 = t8;",
      "}",
    ]);
    expect(result).toBe("t10");
  });

  test("picks without a jump, and keeps ?: for branches", () => {
    const picked = printBody(select(x.lt(0), 0, x), ["x"], "float");
    expect(picked.statements).toEqual(["picks[0] = x;", "picks[1] = 0;", "const t3 = picks[0 + +(x < 0)] as number;"]);
    expect(printBody(branch(x.lt(0), 0, x), ["x"], "float")).toEqual({ statements: [], result: "(x < 0) ? 0 : x" });
  });

  test("wraps int32 after every operation", () => {
    expect(printBody(x.plus(y).times(x.negate()), ["x", "y"], "int32").result).toBe("imul((x + y) | 0, (0 - x) | 0)");
  });
});

describe("the elementary functions as printed equal the evaluated rows bit for bit", () => {
  const printed: Record<ElementaryName, (x: number, y: number) => number> = { ...generated };

  test.each(Object.keys(elementaryRows) as ElementaryName[])("%s", (name) => {
    const row = evaluator(elementaryRows[name].float64, "float64");
    const points = [uniform(-3, 3), uniform(-750, 750), logarithmic(-1074, 1023), logarithmic(-30, 30)];
    for (let counter = 0; counter < 1500; counter++) {
      const value = points[counter % 4]!(counter);
      const other = uniform(-5, 5)(counter + 7);
      const base = name === "pow" && counter % 3 > 0 ? Math.abs(value) : value;
      expect([base, printed[name](base, other)]).toEqual([base, row(base, other)]);
    }
  });

  test("a call in an expression evaluates the row of the precision at hand", () => {
    const logistic = constant(1).over(exp(x.negate()).plus(1));
    expect(evaluator(logistic, "float64")(0.25)).toBe(1 / (1 + generated.exp(-0.25)));
    expect(evaluator(tanh(x), "float32")(0.25)).toBe(Math.fround(Math.tanh(0.25)));
  });
});
