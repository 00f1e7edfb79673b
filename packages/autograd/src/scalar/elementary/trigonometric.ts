import type { Scalar } from "../expression.js";
import { branch, constant, select } from "../expression.js";
import { flushed32 } from "./flush.js";
import { polynomial } from "./polynomial.js";

/**
 * sin and cos.
 *
 * x = h π + r with |r| ≤ π/2, h an integer n for sin and n + ½ for cos: then sin x = (−1)^n sin r, and
 * cos x = −(−1)^n sin r. One polynomial serves, r + r³ S(r²), and where the result is small so is r. S by Remez
 * exchange on |r| ≤ 1.577, error relative to sin 2^-61.4 in float64, 2^-27.2 in float32.
 *
 * π is subtracted in parts so short that h times each is exact for |x| ≤ 2^17; the result is below 2 ulp there.
 */
const pi64 = [3.1415926535846666, 5.1266883031679116e-12, 2.1125998133888136e-23, 8.671810130123781e-35];

const pi32 = [
  3.15625, -0.0146484375, -8.940696716308594e-6, 3.166496753692627e-8, 1.2187229003757238e-10, -3.304023721284466e-13,
  1.231653667943533e-16, -6.979551485375435e-19, -2.7263872989747792e-21, -5.324975193310116e-24,
];

const sine64 = [
  -0.16666666666666666, 0.008333333333333205, -0.00019841269841211481, 2.7557319211355246e-6, -2.5052106881844372e-8,
  1.605893974919904e-10, -7.642984216789931e-13, 2.7210265374522836e-15,
];

const sine32 = [-0.16666659712791443, 0.008333067409694195, -0.00019809554214589298, 2.605465169835952e-6];

const largestReduced = 131072;

export function sinRow64(x: Scalar): Scalar {
  const near = limited(x, 1152921504606846976);
  const n = near.times(0.3183098861837907).plus(0.5).floor();
  const r = branch(x.abs().le(largestReduced), remainder64(x, n), farRemainder(x, near, n));
  return select(x.eq(0), x, sine(alternating(n, r), sine64));
}

export function cosRow64(x: Scalar): Scalar {
  const near = limited(x, 1152921504606846976);
  const n = near.times(0.3183098861837907).floor();
  const h = n.plus(0.5);
  const r = branch(x.abs().le(largestReduced), remainder64(x, h), farRemainder(x, near, h));
  return sine(alternating(n, r).negate(), sine64);
}

export function sinRow32(x: Scalar): Scalar {
  const near = limited(x, 1073741824);
  const n = near.times(0.3183098861837907).plus(0.5).floor();
  const r = limited(remainder32(near, n), 1.58).plus(x.times(0));
  return flushed32(select(x.eq(0), x, sine(alternating(n, r), sine32)));
}

export function cosRow32(x: Scalar): Scalar {
  const near = limited(x, 1073741824);
  const n = near.times(0.3183098861837907).floor();
  const r = limited(remainder32(near, n.plus(0.5)), 1.58).plus(x.times(0));
  return sine(alternating(n, r).negate(), sine32);
}

function limited(x: Scalar, limit: number): Scalar {
  return x.max(-limit).min(limit);
}

/** x − h π for |x| ≤ 2^17. */
function remainder64(x: Scalar, h: Scalar): Scalar {
  return pi64.reduce((rest, part) => rest.minus(h.times(part)), x);
}

/** The same in float32, where so many roundings would add up: their errors are summed and added at the end. */
function remainder32(x: Scalar, h: Scalar): Scalar {
  let rest = x;
  let errors = constant(0);
  for (const part of pi32) {
    const product = h.times(part);
    const difference = rest.minus(product);
    errors = errors.plus(rest.minus(difference).minus(product));
    rest = difference;
  }
  return rest.plus(errors);
}

/**
 * x − h π for larger x in float64, h π in twice the precision by Dekker's product: right to 2^-50 up to 2^45; further
 * out the quotient itself loses its last digits, and only |r| ≤ π/2 is left of the meaning. NaN for ±∞.
 */
function farRemainder(x: Scalar, near: Scalar, h: Scalar): Scalar {
  const high = 3.141592653589793;
  const low = 1.2246467991473532e-16;
  const splitter = 134217729;
  const product = h.times(high);
  const moved = h.times(splitter);
  const h1 = moved.minus(moved.minus(h));
  const h2 = h.minus(h1);
  const [pi1, pi2] = [3.1415926814079285, -2.7818135400013544e-8];
  const error = h2.times(pi2).minus(product.minus(h1.times(pi1)).minus(h2.times(pi1)).minus(h1.times(pi2)));
  return limited(near.minus(product).minus(error).minus(h.times(low)), 1.58).plus(x.times(0));
}

/** (−1)^n r */
function alternating(n: Scalar, r: Scalar): Scalar {
  const odd = n.minus(n.times(0.5).floor().times(2));
  return r.times(constant(1).minus(odd.plus(odd)));
}

function sine(r: Scalar, s: readonly number[]): Scalar {
  const z = r.times(r);
  return r.plus(r.times(z.times(polynomial(z, s))));
}
