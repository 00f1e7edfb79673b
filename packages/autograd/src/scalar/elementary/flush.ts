import type { Scalar } from "../expression.js";
import { branch } from "../expression.js";

const smallestNormal32 = 1.1754943508222875e-38;

/** The rule of every float32 row: a value below 2^-126 becomes a zero of its sign, since subnormals are slow to use. */
export function flushed32(value: Scalar): Scalar {
  return branch(value.abs().lt(smallestNormal32), value.times(0), value);
}
