import type { Scalar } from "../expression.js";
import { branch, constant } from "../expression.js";
import { flushed32 } from "./flush.js";
import { polynomial } from "./polynomial.js";

/**
 * sin and cos.
 *
 * x = n π/2 + r with n the nearest integer, |r| ≤ π/4, and
 *   sin x = sin r cos(n π/2) + cos r sin(n π/2),  cos x = cos r cos(n π/2) − sin r sin(n π/2),
 * where of the two known factors one is 0 and the other ±1: no branch, and nothing is rounded.
 * sin r = r + r³ S(r²), cos r = 1 − r²/2 + r⁴ C(r²) by Remez exchange on |r| ≤ 0.792; errors relative to sin and cos
 * 2^-57.7 and 2^-63.8 in float64, 2^-27.8 and 2^-32.8 in float32.
 *
 * π/2 is subtracted in parts so short that n times each is exact for |x| ≤ 2^17 (float64: 2^27), where the error is
 * below 1.6 ulp (2.4). Beyond, the first product is rounded, and the result is as if x were off by a unit in its own last
 * place or two. Where such a unit is a large part of a turn, it is some number in [−1, 1]. ±∞ and NaN give NaN.
 */
const halfPi64 = [
  1.5707963407039642, -1.3909067675399456e-8, 6.123233932053594e-17, 6.368317178484799e-25, -1.4973849048591698e-33,
];

const halfPi32 = [
  1.578125, -0.00732421875, -4.470348358154297e-6, 1.5832483768463135e-8, 6.093614501878619e-11, -1.652011860642233e-13,
  6.158268339717665e-17, -3.4897757426877174e-19, -1.3631936494873896e-21,
];

interface Series {
  readonly sine: readonly number[];
  readonly cosine: readonly number[];
}

const series64: Series = {
  sine: [
    -0.16666666666666627, 0.008333333333321128, -0.00019841269828771606, 2.755731333072414e-6, -2.505070134960757e-8,
    1.5893494232002474e-10,
  ],
  cosine: [
    0.04166666666666659, -0.0013888888888872093, 2.480158728819785e-5, -2.7557313978700825e-7, 2.0875672278722122e-9,
    -1.1357001042506719e-11,
  ],
};

const series32: Series = {
  sine: [-0.16666653752326965, 0.008332106284797192, -0.00019507882825564593],
  cosine: [0.04166664555668831, -0.00138873013202101, 2.44307448156178e-5],
};

export function sinRow64(x: Scalar): Scalar {
  return branch(x.eq(0), x, sineOf(reduce64(x), series64));
}

export function cosRow64(x: Scalar): Scalar {
  return cosineOf(reduce64(x), series64);
}

export function sinRow32(x: Scalar): Scalar {
  return flushed32(branch(x.eq(0), x, sineOf(reduce32(x), series32)));
}

export function cosRow32(x: Scalar): Scalar {
  return cosineOf(reduce32(x), series32);
}

interface Reduced {
  readonly n: Scalar;
  readonly r: Scalar;
}

/** Beyond this x is far too large for any digit of the result to be known; it keeps what follows finite. */
const largest = 1e18;

/** π/4 and what the rounding of n may add. */
const largestRemainder = 0.8;

function reduce64(x: Scalar): Reduced {
  const bounded = limited(x, largest);
  const n = bounded.times(0.6366197723675814).plus(0.5).floor();
  const r = halfPi64.reduce((rest, part) => rest.minus(n.times(part)), bounded);
  return { n, r: limited(r, largestRemainder).plus(x.times(0)) };
}

/** In float32 the roundings of so many parts would add up: what each loses is summed, and added at the end. */
function reduce32(x: Scalar): Reduced {
  const bounded = limited(x, largest);
  const n = bounded.times(0.6366197723675814).plus(0.5).floor();
  let rest = bounded;
  let lost = constant(0);
  for (const part of halfPi32) {
    const product = n.times(part);
    const difference = rest.minus(product);
    lost = lost.plus(rest.minus(difference).minus(product));
    rest = difference;
  }
  return { n, r: limited(rest.plus(lost), largestRemainder).plus(x.times(0)) };
}

function limited(x: Scalar, limit: number): Scalar {
  return x.max(-limit).min(limit);
}

function sineOf(reduced: Reduced, series: Series): Scalar {
  const { sine, cosine, cosineOfTurns, sineOfTurns } = parts(reduced, series);
  return sine.times(cosineOfTurns).plus(cosine.times(sineOfTurns));
}

function cosineOf(reduced: Reduced, series: Series): Scalar {
  const { sine, cosine, cosineOfTurns, sineOfTurns } = parts(reduced, series);
  return cosine.times(cosineOfTurns).minus(sine.times(sineOfTurns));
}

function parts({ n, r }: Reduced, series: Series) {
  const quadrant = n.minus(n.times(0.25).floor().times(4));
  const z = r.times(r);
  return {
    sine: r.plus(r.times(z.times(polynomial(z, series.sine)))),
    cosine: constant(1)
      .minus(z.times(0.5))
      .plus(z.times(z).times(polynomial(z, series.cosine))),
    // Of the quadrants 0, 1, 2, 3: 1, 0, −1, 0 and 0, 1, 0, −1.
    cosineOfTurns: quadrant.minus(2).abs().minus(1),
    sineOfTurns: constant(1).minus(quadrant.minus(1).abs()),
  };
}
