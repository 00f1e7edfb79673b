import { TO_EXPONENT } from "../exponent-bits.js";
import type { Scalar } from "../expression.js";
import { branch, constant, pow2, scale } from "../expression.js";
import { flushed32 } from "./flush.js";
import { polynomial } from "./polynomial.js";

/**
 * exp, expm1 and what tanh and erf need of them.
 *
 * x = n log 2 + r with n the nearest integer, |r| ≤ log(2)/2, and e^x = 2^n e^r. log 2 is subtracted in two parts, the
 * first so short that n times it is exact; r is then right to half a unit. e^r − 1 = r + r² q(r), q by Remez exchange
 * on |r| ≤ 0.347, error relative to e^r − 1: 2^-54.7 in float64, 2^-26.1 in float32.
 *
 * exp is below 1.1 ulp; float64 underflows gradually (one more rounding), float32 gives 0 below 2^-126.
 * expm1 = 2^n (e^r − 1 + (1 − 2^-n)) cancels most for n = 1, below 1.8 ulp.
 */
export interface ExpConstants {
  readonly ln2High: number;
  readonly ln2Low: number;
  readonly q: readonly number[];
  /** In float32: q for exp, which has r up to log(2) where n would be 128, whose power is no number. */
  readonly wideQ?: readonly number[];
  /**
   * In float32: y + shift − shift is the integer nearest to y, and the last bits of y + shift are that of the exponent of
   * its power of two. So `pow2` of it is one operation.
   */
  readonly shift?: number;
  /**
   * Arguments beyond these give 0 and infinity as these do; n stays in the range of `scale`. In float32 the lowest is the
   * last whose result is not below 2^-126: what is smaller must not even come up on the way, it is slow to compute.
   */
  readonly lowest: number;
  readonly highest: number;
  /** Below this expm1 is −1. */
  readonly lowestMinusOne: number;
  /** From this n on the −1 of expm1 no longer matters; 2^-n is normal. */
  readonly largePower: number;
}

export const exp64: ExpConstants = {
  ln2High: 0.6931471805601177,
  ln2Low: -1.7239444525614835e-13,
  q: [
    0.5000000000000006, 0.16666666666666372, 0.041666666666568694, 0.008333333333575872, 0.0013888888934677592,
    0.00019841269224196107, 2.4801501395215957e-5, 2.7557922002633184e-6, 2.762753991007147e-7, 2.4871180224913743e-8,
  ],
  lowest: -746,
  highest: 710,
  lowestMinusOne: -60,
  largePower: 100,
};

export const exp32 = {
  ln2High: 0.69317626953125,
  ln2Low: -2.9088971132296138e-5,
  q: [0.4999999701976776, 0.16666539013385773, 0.041667744517326355, 0.008367059752345085, 0.0013839310267940164],
  wideQ: [
    0.5, 0.1666666716337204, 0.04166680574417114, 0.008330455049872398, 0.001388448290526867, 0.0002230954123660922,
  ],
  shift: TO_EXPONENT,
  lowest: -87.33654022216797,
  highest: 89,
  lowestMinusOne: -30,
  largePower: 60,
} satisfies ExpConstants;

/** n and e^r − 1 of an x that is not too large. */
export function reduceExp(x: Scalar, constants: ExpConstants): { n: Scalar; power: Scalar } {
  const { q, shift } = constants;
  const turns = x.times(Math.LOG2E);
  const n = shift === undefined ? turns.plus(0.5).floor() : turns.plus(shift).minus(shift);
  return { n, power: powerMinusOne(x, n, q, constants) };
}

/** e^r − 1 for r = x − n log 2, n the nearest whole number to x / log 2 or one as near. */
function powerMinusOne(x: Scalar, n: Scalar, q: readonly number[], { ln2High, ln2Low }: ExpConstants): Scalar {
  const r = x.minus(n.times(ln2High)).minus(n.times(ln2Low));
  return r.times(r).times(polynomial(r, q)).plus(r);
}

export function expRow64(x: Scalar): Scalar {
  const { n, power } = reduceExp(x.max(exp64.lowest).min(exp64.highest), exp64);
  return scale(power.plus(1), n);
}

/**
 * n is at most 127, whose power is a number: up to the largest result r is then at most log(2), beyond it the polynomial
 * grows without end.
 */
export function expRow32(x: Scalar): Scalar {
  const { shift, wideQ, lowest } = exp32;
  const bounded = x.max(lowest);
  const n = bounded
    .times(Math.LOG2E)
    .plus(shift)
    .min(shift + 127)
    .minus(shift);
  const value = powerMinusOne(bounded, n, wideQ, exp32).plus(1).times(pow2(n));
  return branch(x.lt(lowest), 0, value);
}

/**
 * e^x in float32 for x below 88, to 1.1 ulp: n then stays in the range of `pow2`, and fewer constants are needed, which
 * is what a loop over vectors waits for. Softmax needs no more, since its largest argument is 0.
 */
export function expBelow88(x: Scalar): Scalar {
  const clamped = x.max(exp32.lowest);
  const n = clamped.times(Math.LOG2E).nearest();
  const power = powerMinusOne(clamped, n, exp32.q, exp32);
  return branch(x.lt(exp32.lowest), 0, power.plus(1).times(pow2(n)));
}

export function expm1Row(x: Scalar, constants: ExpConstants): Scalar {
  const { n, power } = reduceExp(x.max(constants.lowestMinusOne).min(constants.highest), constants);
  const one = constant(1).minus(pow2(n.min(constants.largePower).negate()));
  // The sum 0 + x of a zero x would lose its sign.
  const value = branch(x.eq(0), x, scale(one.plus(power), n));
  return constants === exp32 ? flushed32(value) : value;
}
