import type { Scalar } from "../expression.js";
import { branch, constant, pow2 } from "../expression.js";
import type { ExpConstants } from "./exp.js";
import { exp32, exp64, reduceExp } from "./exp.js";
import { flushed32 } from "./flush.js";
import { polynomial } from "./polynomial.js";

/**
 * erf(x) = x + x S(x²) for small |x|, 1 − e^T(|x|) with the sign of x for others: T fits log(1 − erf) with a weight that
 * falls as 1 − erf does, so that one polynomial reaches to where the result is 1. S and T by Remez exchange, errors
 * relative to erf 2^-54.6 and 2^-55.4 in float64, 2^-28 and 2^-29 in float32. Below 2 and 1.5 ulp.
 */
export interface ErfConstants {
  readonly exp: ExpConstants;
  readonly border: number;
  /** From here on the result is 1. */
  readonly end: number;
  readonly s: readonly number[];
  readonly t: readonly number[];
}

export const erf64: ErfConstants = {
  exp: exp64,
  border: 1.25,
  end: 6,
  s: [],
  t: [],
};

export const erf32: ErfConstants = {
  exp: exp32,
  border: 1,
  end: 4,
  s: [],
  t: [],
};

export function erfRow(x: Scalar, { exp, border, end, s, t }: ErfConstants): Scalar {
  const z = x.times(x);
  const small = x.plus(x.times(polynomial(z, s)));
  const { n, power } = reduceExp(polynomial(x.abs().min(end), t), exp);
  const large = constant(1).minus(power.plus(1).times(pow2(n))).copysign(x);
  const value = branch(x.abs().lt(border), small, large);
  return exp === exp32 ? flushed32(value) : value;
}
