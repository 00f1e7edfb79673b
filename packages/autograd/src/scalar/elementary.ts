import { cos1, erf1, exp1, expm11, log1, log1p1, pow1, sin1, tanh1 } from "./elementary/first.js";
import type { Operand, Scalar } from "./expression.js";
import { call, input } from "./expression.js";

/** One elementary function: its parameters' names, and its definition for each precision. */
export interface ElementaryRow {
  readonly parameters: readonly string[];
  readonly float64: Scalar;
  readonly float32: Scalar;
}

const x = input(0);
const y = input(1);

/** The definition of every elementary function, of + − × ÷ √, comparisons and exact operations on bits alone. */
export const elementaryRows = {
  exp: { parameters: ["x"], float64: exp1(x), float32: exp1(x) },
  expm1: { parameters: ["x"], float64: expm11(x), float32: expm11(x) },
  log: { parameters: ["x"], float64: log1(x), float32: log1(x) },
  log1p: { parameters: ["x"], float64: log1p1(x), float32: log1p1(x) },
  pow: { parameters: ["x", "y"], float64: pow1(x, y), float32: pow1(x, y) },
  tanh: { parameters: ["x"], float64: tanh1(x), float32: tanh1(x) },
  erf: { parameters: ["x"], float64: erf1(x), float32: erf1(x) },
  sin: { parameters: ["x"], float64: sin1(x), float32: sin1(x) },
  cos: { parameters: ["x"], float64: cos1(x), float32: cos1(x) },
} satisfies Record<string, ElementaryRow>;

export type ElementaryName = keyof typeof elementaryRows;

/** e^x */
export function exp(x: Operand): Scalar {
  return call("exp", x);
}

/** e^x − 1, exact to the last digits near 0 */
export function expm1(x: Operand): Scalar {
  return call("expm1", x);
}

/** The natural logarithm. */
export function log(x: Operand): Scalar {
  return call("log", x);
}

/** log(1 + x), exact to the last digits near 0 */
export function log1p(x: Operand): Scalar {
  return call("log1p", x);
}

/** x^y with the special cases of C99: pow(x, 0) = pow(1, y) = 1; a negative x takes an integer y. */
export function pow(x: Operand, y: Operand): Scalar {
  return call("pow", x, y);
}

/** The hyperbolic tangent. */
export function tanh(x: Operand): Scalar {
  return call("tanh", x);
}

/** 2/√π ∫₀ˣ e^(−t²) dt */
export function erf(x: Operand): Scalar {
  return call("erf", x);
}

/** The sine of x radians. */
export function sin(x: Operand): Scalar {
  return call("sin", x);
}

/** The cosine of x radians. */
export function cos(x: Operand): Scalar {
  return call("cos", x);
}
