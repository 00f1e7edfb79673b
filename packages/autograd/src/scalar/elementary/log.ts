import type { Scalar } from "../expression.js";
import { branch, constant, exponent, pow2 } from "../expression.js";
import { flushed32 } from "./flush.js";
import { polynomial } from "./polynomial.js";

/**
 * log and log1p.
 *
 * x = 2^k m with m in [√½, √2), f = m − 1 exactly, s = f ÷ (2 + f), |s| ≤ 0.172. Since log(1 + f) = 2 artanh(s) and
 * 2s = f − f²/2 + s f²/2,
 *   log(1 + f) = f − (f²/2 − s (f²/2 + z R(z))),  z = s²,  z R(z) = (2 artanh(s) − 2s) ÷ s,
 * in which the large terms are exact or nearly so. R by Remez exchange, error relative to the logarithm 2^-59 in
 * float64, 2^-30 in float32. k log 2 is added in two parts, k times the first exact. Below 0.9 ulp.
 *
 * log1p(x) takes u = 1 + x rounded, and adds what the rounding lost, divided by u, to the small terms. Below 0.9 ulp.
 */
export interface LogConstants {
  readonly ln2High: number;
  readonly ln2Low: number;
  readonly r: readonly number[];
  /** Smaller arguments are scaled up by scaleFactor = 2^scaleBy, so that what follows is normal. */
  readonly small: number;
  readonly scaleBy: number;
  readonly scaleFactor: number;
  /** log1p(x) = x below this. */
  readonly tiny: number;
}

export const log64: LogConstants = {
  ln2High: 0.6931471805601177,
  ln2Low: -1.7239444525614835e-13,
  r: [
    0.6666666666666734, 0.3999999999941661, 0.2857142874204051, 0.22222198603400742, 0.18183562954026217,
    0.153140818390722, 0.1479566674321354,
  ],
  small: 1e-300,
  scaleBy: 54,
  scaleFactor: 18014398509481984,
  tiny: 1e-17,
};

export const log32: LogConstants = {
  ln2High: 0.69317626953125,
  ln2Low: -2.9088971132296138e-5,
  r: [0.6666677594184875, 0.39977583289146423, 0.2987080216407776],
  small: 1e-36,
  scaleBy: 30,
  scaleFactor: 1073741824,
  tiny: 1e-8,
};

/** k and m of a normal x that is neither tiny nor infinite, m in [√½, √2). */
export function splitPower(x: Scalar): { k: Scalar; m: Scalar } {
  // A quarter of x, so that the product with √2 is finite and 2^-j normal.
  const quarter = x.times(0.25);
  const j = exponent(quarter.times(Math.SQRT2));
  return { k: j.plus(2), m: quarter.times(pow2(j.negate())) };
}

/** k log 2 + log(1 + f) + small. */
function logOfSplit(k: Scalar, f: Scalar, small: Scalar | null, { ln2High, ln2Low, r }: LogConstants): Scalar {
  const s = f.over(f.plus(2));
  const z = s.times(s);
  const half = f.times(f).times(0.5);
  const low = k.times(ln2Low).plus(s.times(half.plus(z.times(polynomial(z, r)))));
  return k.times(ln2High).plus(f.minus(half.minus(small === null ? low : low.plus(small))));
}

export function logRow(x: Scalar, constants: LogConstants): Scalar {
  const isSmall = x.lt(constants.small);
  const normal = branch(isSmall, x.times(constants.scaleFactor), x);
  const { k, m } = splitPower(normal);
  const power = branch(isSmall, k.minus(constants.scaleBy), k);
  const value = logOfSplit(power, m.minus(1), null, constants);
  return branch(x.gt(0).and(x.lt(Number.POSITIVE_INFINITY)), value, logOfSpecial(x, x.eq(0)));
}

export function log1pRow(x: Scalar, constants: LogConstants): Scalar {
  const u = x.plus(1);
  // u + lost = 1 + x exactly, whichever of the two is larger.
  const grown = u.minus(1);
  const lost = constant(1).minus(u.minus(grown)).plus(x.minus(grown));
  const { k, m } = splitPower(u);
  const value = logOfSplit(k, m.minus(1), lost.over(u), constants);
  const finite = branch(x.abs().lt(constants.tiny), x, value);
  const result = branch(x.gt(-1).and(x.lt(Number.POSITIVE_INFINITY)), finite, logOfSpecial(u, x.eq(-1)));
  return constants === log32 ? flushed32(result) : result;
}

/** −∞ of a zero, ∞ of ∞, otherwise NaN. */
function logOfSpecial(x: Scalar, isZero: Scalar): Scalar {
  return branch(isZero, Number.NEGATIVE_INFINITY, branch(x.gt(0), x, Number.NaN));
}
