import { math } from "@typegrad/autograd";

const { erf, exp, log } = math;

export { erf };

const TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * The x with erf(x) = p: ±∞ at ±1, NaN outside. A first guess with two correct digits (S. Winitzki, "A handy
 * approximation for the error function and its inverse", 2008), and three steps of Newton's method.
 */
export function inverseErf(p: number): number {
  if (!(p > -1 && p < 1)) return p === 1 || p === -1 ? p * Number.POSITIVE_INFINITY : Number.NaN;
  const fit = 0.147;
  const tail = log((1 - p) * (1 + p));
  const middle = 2 / (Math.PI * fit) + tail / 2;
  let x = Math.sign(p) * Math.sqrt(Math.sqrt(middle * middle - tail / fit) - middle);
  for (let step = 0; step < 3; step++) x -= (erf(x) - p) / (TWO_BY_ROOT_PI * exp(-x * x));
  return x;
}
