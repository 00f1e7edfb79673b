import type { Scalar } from "../expression.js";
import { branch, constant, pow2 } from "../expression.js";
import { SMALLEST_NORMAL } from "../smallest-normal.js";
import { exp32, exp64, reduceExp } from "./exp.js";
import { polynomial } from "./polynomial.js";

/**
 * tanh(x) = E ÷ (E + 2), E = e^(2x) − 1, in float64 for either sign and without a branch: below 2.7 ulp. Arguments
 * beyond ±30 give ±1 as these do.
 */
export function tanhRow64(x: Scalar): Scalar {
  const { n, power } = reduceExp(x.plus(x).max(-60).min(60), exp64);
  const minusOne = constant(1).minus(pow2(n.negate())).plus(power).times(pow2(n));
  return branch(x.eq(0), x, minusOne.over(minusOne.plus(2)));
}

/** (tanh(x) − x) ÷ x³ as a polynomial of x² for |x| ≤ 0.625, by Remez exchange: 2^-27.7 relative to tanh. */
const small32 = [
  -0.3333328068256378, 0.13331405818462372, -0.05373651534318924, 0.02062816731631756, -0.0056922961957752705,
];

/**
 * In float32 that quotient would exceed 2 ulp. Below 0.625 x + x³ T(x²), above 1 − 2 ÷ (e^(2|x|) + 1), where the error
 * of the fraction counts half: below 1.4 ulp.
 */
export function tanhRow32(x: Scalar): Scalar {
  const magnitude = x.abs();
  const z = x.times(x);
  const small = x.plus(x.times(z.times(polynomial(z, small32))));
  const { n, power } = reduceExp(magnitude.plus(magnitude).min(30), exp32);
  const large = constant(1).minus(constant(2).over(power.plus(1).times(pow2(n)).plus(1)));
  // What is below 2^-126 is x itself, and the sum of a zero x and its cube would lose its sign.
  const nearZero = branch(magnitude.lt(SMALLEST_NORMAL.float32), x.times(0), small);
  return branch(magnitude.lt(0.625), nearZero, large.copysign(x));
}
