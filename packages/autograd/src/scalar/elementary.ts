import { erf32, erf64, erfRow } from "./elementary/erf.js";
import { exp32, exp64, expm1Row, expRow32, expRow64 } from "./elementary/exp.js";
import { log1pRow, log32, log64, logRow } from "./elementary/log.js";
import { pow32, pow64, powRow } from "./elementary/pow.js";
import { tanhRow32, tanhRow64 } from "./elementary/tanh.js";
import { cosRow32, cosRow64, sinRow32, sinRow64 } from "./elementary/trigonometric.js";
import type { Operand, Scalar } from "./expression.js";
import { call, input } from "./expression.js";

/** One elementary function: its parameters' names, and its definition for each precision. */
export interface ElementaryRow {
  readonly parameters: readonly string[];
  /** Whether results other than 0 can be below 2^-126, where float32 has 0 instead. */
  readonly underflows: boolean;
  readonly float64: Scalar;
  readonly float32: Scalar;
}

const x = input(0);
const y = input(1);

/** The definition of every elementary function, of + − × ÷ √, comparisons and exact operations on bits alone. */
export const elementaryRows = {
  exp: { parameters: ["x"], underflows: true, float64: expRow64(x), float32: expRow32(x) },
  expm1: { parameters: ["x"], underflows: true, float64: expm1Row(x, exp64), float32: expm1Row(x, exp32) },
  log: { parameters: ["x"], underflows: false, float64: logRow(x, log64), float32: logRow(x, log32) },
  log1p: { parameters: ["x"], underflows: true, float64: log1pRow(x, log64), float32: log1pRow(x, log32) },
  pow: { parameters: ["x", "y"], underflows: true, float64: powRow(x, y, pow64), float32: powRow(x, y, pow32) },
  tanh: { parameters: ["x"], underflows: true, float64: tanhRow64(x), float32: tanhRow32(x) },
  erf: { parameters: ["x"], underflows: true, float64: erfRow(x, erf64), float32: erfRow(x, erf32) },
  sin: { parameters: ["x"], underflows: true, float64: sinRow64(x), float32: sinRow32(x) },
  cos: { parameters: ["x"], underflows: false, float64: cosRow64(x), float32: cosRow32(x) },
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
