import type { Operand, Scalar } from "../expression.js";
import { branch, scale } from "../expression.js";
import { flushed32 } from "./flush.js";
import { splitPower } from "./log.js";
import { polynomial } from "./polynomial.js";

/**
 * pow(x, y) = 2^(y log2 |x|), with the sign and the special cases of C99.
 *
 * An error in log2 is multiplied by up to |y log2 x| ≈ 1075, so log2 is computed to about 65 bits (float32: 36), each
 * number as a sum of a high half, whose products with other high halves are exact, and a rest (Dekker 1971). With
 * |x| = 2^k m and s = (m − 1) ÷ (m + 1), t = s²,
 *   log2 m = c s (3 + t + t² V(t)),  c = 2 ÷ (3 log 2),
 * and only t² V(t) is small enough for one precision. V by Remez exchange, as G in 2^r = 1 + r G(r) for |r| ≤ ½.
 * Below 1.7 ulp in float64, 1.6 in float32; float64 underflows gradually.
 */
export interface PowConstants {
  /** 2^⌈digits/2⌉ + 1: a × splitter − (a × splitter − a) is the high half of a (Veltkamp). */
  readonly splitter: number;
  readonly cHigh: number;
  readonly cLow: number;
  readonly v: readonly number[];
  readonly g: readonly number[];
  /** Smaller |x| are scaled up by scaleFactor = 2^scaleBy, so that what follows is normal. */
  readonly small: number;
  readonly scaleBy: number;
  readonly scaleFactor: number;
  /** Beyond ± this every y gives 0, 1 or ∞, which this does as well without overflow in the splitting. */
  readonly largestY: number;
  /** Beyond ± this the result is 0 or ∞. */
  readonly largestPower: number;
}

export const pow64: PowConstants = {
  splitter: 134217729,
  cHigh: 0.9617967009544373,
  cLow: -7.028461650952758e-9,
  v: [
    0.6000000000000338, 0.4285714285514948, 0.333333337798511, 0.2727267655447705, 0.23080135786836273,
    0.19885232228317568, 0.19794435135126606,
  ],
  g: [
    Math.LN2,
    0.24022650695910175,
    0.05550410866482458,
    0.009618129107576283,
    0.0013333558145558887,
    0.00015403530479367726,
    1.5252734757589163e-5,
    1.3215424394558753e-6,
    1.0177644173301564e-7,
    7.075603595410767e-9,
    4.5212159372201946e-10,
  ],
  small: 1e-300,
  scaleBy: 54,
  scaleFactor: 18014398509481984,
  largestY: 1e20,
  largestPower: 1080,
};

export const pow32: PowConstants = {
  splitter: 4097,
  cHigh: 0.9619140625,
  cLow: -0.00011736857413779944,
  v: [0.6000022888183594, 0.42820635437965393, 0.35129448771476746],
  g: [
    0.6931471824645996, 0.24022607505321503, 0.055503714829683304, 0.009623503312468529, 0.0013384814374148846,
    0.00013942309306003153,
  ],
  small: 1e-36,
  scaleBy: 30,
  scaleFactor: 1073741824,
  largestY: 1e12,
  largestPower: 160,
};

export function powRow(x: Scalar, y: Scalar, constants: PowConstants): Scalar {
  const infinity = Number.POSITIVE_INFINITY;
  const magnitude = x.abs();
  const isFinite = magnitude.lt(infinity).and(y.abs().lt(infinity));
  const power = powerOfPositive(magnitude, y, constants);
  const isOne = y.eq(0).or(x.eq(1));
  const rest = branch(isOne, 1, branch(isFinite.and(x.lt(0)), powerOfNegative(power, y), limitOfPower(x, y)));
  const value = branch(isFinite.and(x.gt(0)), power, rest);
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
  const logarithm = log2(x, constants);
  const limitedY = y.max(-constants.largestY).min(constants.largestY);
  const yHigh = highHalf(limitedY, constants);
  const z = yHigh.times(logarithm.high);
  const zRest = limitedY.times(logarithm.rest).plus(limitedY.minus(yHigh).times(logarithm.high));
  const sum = z.plus(zRest);
  const n = sum.plus(0.5).floor();
  const r = z.minus(n).plus(zRest);
  const value = scale(r.times(polynomial(r, constants.g)).plus(1), n);
  const beyond = branch(sum.gt(0), Number.POSITIVE_INFINITY, 0);
  return branch(sum.abs().lt(constants.largestPower), value, beyond);
}

function log2(x: Scalar, constants: PowConstants): Split {
  const { small, scaleBy, scaleFactor, cHigh, cLow, v } = constants;
  const isSmall = x.lt(small);
  const normal = branch(isSmall, x.times(scaleFactor), x);
  const { k: scaledK, m } = splitPower(normal);
  const k = branch(isSmall, scaledK.minus(scaleBy), scaledK);

  // s = f ÷ (2 + f), the rest from what f lacks to s.high (2 + f).
  const f = m.minus(1);
  const divisor = f.plus(2);
  const divisorHigh = highHalf(divisor, constants);
  const divisorRest = f.minus(divisorHigh.minus(2));
  const s = f.over(divisor);
  const sHigh = highHalf(s, constants);
  const sRest = f.minus(sHigh.times(divisorHigh)).minus(sHigh.times(divisorRest)).over(divisor);

  // u = 3 + t + t² V(t), t = s²; sHigh² is exact.
  const tHigh = sHigh.times(sHigh);
  const tRest = sRest.times(sHigh.plus(s));
  const t = tHigh.plus(tRest);
  const uSmall = tRest.plus(t.times(t).times(polynomial(t, v)));
  const u = splitSum(3, tHigh, uSmall, constants);

  // c s u
  const product = u.high.times(sHigh);
  const productRest = sHigh.times(u.rest).plus(sRest.times(u.high.plus(u.rest)));
  const p = splitSum(0, product, productRest, constants);
  const low = p.rest.times(cHigh).plus(p.high.plus(p.rest).times(cLow));
  return splitSum(k, p.high.times(cHigh), low, constants);
}

/** a + b + c for |a| > |b| > |c| or a = 0, where a has few digits. */
function splitSum(a: Operand, b: Scalar, c: Scalar, constants: PowConstants): Split {
  if (a === 0) {
    const high = highHalf(b.plus(c), constants);
    return { high, rest: b.minus(high).plus(c) };
  }
  const high = highHalf(b.plus(c).plus(a), constants);
  return { high, rest: b.minus(high.minus(a)).plus(c) };
}

function highHalf(a: Scalar, { splitter }: PowConstants): Scalar {
  const moved = a.times(splitter);
  return moved.minus(moved.minus(a));
}
