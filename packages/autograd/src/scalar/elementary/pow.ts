import type { Scalar } from "../expression.js";
import { branch, constant, scale } from "../expression.js";
import { flushed32 } from "./flush.js";
import { splitPower } from "./log.js";
import { polynomial } from "./polynomial.js";

/**
 * pow(x, y) = e^(y log |x|), with the sign and the special cases of C99.
 *
 * An error in the logarithm is multiplied by up to |y log x| ≈ 745, so it is computed to about 65 bits (float32: 36),
 * each number as a sum of a high half, whose products with other high halves are exact, and a rest (Dekker 1971). With
 * |x| = 2^k m and s = (m − 1) ÷ (m + 1), t = s²,
 *   log m = ⅔ s (3 + t + t² V(t)),
 * in which only t² V(t) is small enough for one precision. V by Remez exchange, error relative to the logarithm 2^-66.3
 * and 2^-36.8. Then e^r = 1 + r + r² q(r) as in `exp.ts`, with what r and the sum lose carried along; q by Remez exchange,
 * 2^-62.6 and 2^-28.2. Below 1 ulp (float32: 0.8); float64 underflows gradually (one more rounding).
 */
export interface PowConstants {
  /** 2^⌈digits/2⌉ + 1: a × splitter − (a × splitter − a) is the high half of a (Veltkamp). */
  readonly splitter: number;
  readonly twoThirdsHigh: number;
  readonly twoThirdsLow: number;
  readonly ln2High: number;
  readonly ln2Low: number;
  readonly v: readonly number[];
  readonly q: readonly number[];
  /** Smaller |x| are scaled up by scaleFactor = 2^scaleBy, so that what follows is normal. */
  readonly small: number;
  readonly scaleBy: number;
  readonly scaleFactor: number;
  /** Beyond ± this every y gives 0, 1 or ∞, which this does as well without overflow in the splitting. */
  readonly largestY: number;
  /** Where |y log x| is beyond this the result is 0 or ∞. */
  readonly largestPower: number;
}

export const pow64: PowConstants = {
  splitter: 134217729,
  twoThirdsHigh: 0.6666666716337204,
  twoThirdsLow: -4.967053731282552e-9,
  ln2High: 0.6931471805601177,
  ln2Low: -1.7239444525614835e-13,
  v: [
    0.6000000000000338, 0.4285714285514948, 0.333333337798511, 0.2727267655447705, 0.23080135786836273,
    0.19885232228317568, 0.19794435135126606,
  ],
  q: [
    0.5, 0.16666666666666688, 0.04166666666666682, 0.008333333333314, 0.0013888888888787872, 0.00019841269902909917,
    2.48015875255357e-5, 2.755722920391661e-6, 2.755710605918862e-7, 2.5113769817774164e-8, 2.096410267454182e-9,
  ],
  small: 1e-300,
  scaleBy: 54,
  scaleFactor: 18014398509481984,
  largestY: 1e20,
  largestPower: 750,
};

export const pow32: PowConstants = {
  splitter: 4097,
  twoThirdsHigh: 0.666748046875,
  twoThirdsLow: -8.138021075865254e-5,
  ln2High: 0.69317626953125,
  ln2Low: -2.9088971132296138e-5,
  v: [0.6000022888183594, 0.42820635437965393, 0.35129448771476746],
  q: [0.4999999403953552, 0.16666515171527863, 0.041668083518743515, 0.008369351737201214, 0.0013840490719303489],
  small: 1e-36,
  scaleBy: 30,
  scaleFactor: 1073741824,
  largestY: 1e12,
  largestPower: 104,
};

export function powRow(x: Scalar, y: Scalar, constants: PowConstants): Scalar {
  const infinity = Number.POSITIVE_INFINITY;
  const magnitude = x.abs();
  const areFinite = magnitude.lt(infinity).and(y.abs().lt(infinity));
  const power = powerOfPositive(magnitude, y, constants);
  const isOne = y.eq(0).or(x.eq(1));
  const rest = branch(isOne, 1, branch(areFinite.and(x.lt(0)), powerOfNegative(power, y), limitOfPower(x, y)));
  const value = branch(areFinite.and(x.gt(0)), power, rest);
  return constants === pow32 ? flushed32(value) : value;
}

function isOdd(y: Scalar): Scalar {
  const half = y.times(0.5);
  return y.floor().eq(y).and(half.floor().ne(half));
}

function powerOfNegative(power: Scalar, y: Scalar): Scalar {
  return branch(y.floor().eq(y), branch(isOdd(y), power.negate(), power), Number.NaN);
}

/** Where x is 0 or ±∞, or y is ±∞, or one of them is NaN. */
function limitOfPower(x: Scalar, y: Scalar): Scalar {
  const magnitude = x.abs();
  const isAbove = magnitude.gt(1);
  const isUp = y.gt(0);
  const grows = isAbove.and(isUp).or(isAbove.or(isUp).not());
  const limit = branch(magnitude.eq(1), 1, branch(grows, Number.POSITIVE_INFINITY, 0));
  const isNumber = x.eq(x).and(y.eq(y));
  return branch(isNumber, branch(isOdd(y), limit.copysign(x), limit), Number.NaN);
}

/** A number as high + rest, where products of two high parts are exact. */
interface Split {
  readonly high: Scalar;
  readonly rest: Scalar;
}

function powerOfPositive(x: Scalar, y: Scalar, constants: PowConstants): Scalar {
  const { ln2High, ln2Low, q, largestY, largestPower } = constants;
  const logarithm = logOf(x, constants);
  const limitedY = y.max(-largestY).min(largestY);
  const yHigh = highHalf(limitedY, constants);
  const z = yHigh.times(logarithm.high);
  const zRest = limitedY.times(logarithm.rest).plus(limitedY.minus(yHigh).times(logarithm.high));

  // z + zRest = n log 2 + r + rRest; the first difference is exact.
  const n = z.plus(zRest).times(Math.LOG2E).plus(0.5).floor();
  const near = z.minus(n.times(ln2High));
  const far = zRest.minus(n.times(ln2Low));
  const r = near.plus(far);
  const rRest = near.minus(r).plus(far);

  // e^r = 1 + r + r² q(r), of which 1 + r is kept in two parts.
  const high = r.plus(1);
  const rest = r.minus(high.minus(1)).plus(r.times(r).times(polynomial(r, q)).plus(rRest.times(high)));
  const beyond = branch(z.gt(0), Number.POSITIVE_INFINITY, 0);
  return branch(z.abs().lt(largestPower), scale(high.plus(rest), n), beyond);
}

function logOf(x: Scalar, constants: PowConstants): Split {
  const { small, scaleBy, scaleFactor, twoThirdsHigh, twoThirdsLow, ln2High, ln2Low, v } = constants;
  const isSmall = x.lt(small);
  const normal = branch(isSmall, x.times(scaleFactor), x);
  const { k: scaledK, m } = splitPower(normal);
  const k = branch(isSmall, scaledK.minus(scaleBy), scaledK);

  // s = f ÷ (2 + f), the rest from what f lacks to s.high (2 + f).
  const f = m.minus(1);
  const divisor = f.plus(2);
  const divisorHigh = highHalf(divisor, constants);
  const divisorRest = f.minus(divisorHigh.minus(2));
  const inverse = constant(1).over(divisor);
  const s = f.times(inverse);
  const sHigh = highHalf(s, constants);
  const sRest = f.minus(sHigh.times(divisorHigh)).minus(sHigh.times(divisorRest)).times(inverse);

  // u = 3 + t + t² V(t), t = s²; sHigh² is exact.
  const tHigh = sHigh.times(sHigh);
  const tRest = sRest.times(sHigh.plus(s));
  const t = tHigh.plus(tRest);
  const u = splitSum(constant(3), tHigh, tRest.plus(t.times(t).times(polynomial(t, v))), constants);

  // p = s u
  const product = u.high.times(sHigh);
  const productRest = sHigh.times(u.rest).plus(sRest.times(u.high.plus(u.rest)));
  const pHigh = highHalf(product.plus(productRest), constants);
  const pRest = product.minus(pHigh).plus(productRest);

  // k log 2 + ⅔ p
  const low = pRest.times(twoThirdsHigh).plus(pHigh.plus(pRest).times(twoThirdsLow));
  return splitSum(k.times(ln2High), pHigh.times(twoThirdsHigh), low.plus(k.times(ln2Low)), constants);
}

/** a + b + c for |a| > |b| > |c| or a = 0. */
function splitSum(a: Scalar, b: Scalar, c: Scalar, constants: PowConstants): Split {
  const sum = a.plus(b);
  const rest = a.minus(sum).plus(b).plus(c);
  const high = highHalf(sum.plus(rest), constants);
  return { high, rest: sum.minus(high).plus(rest) };
}

function highHalf(a: Scalar, { splitter }: PowConstants): Scalar {
  const moved = a.times(splitter);
  return moved.minus(moved.minus(a));
}
