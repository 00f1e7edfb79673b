import type { Scalar } from "../expression.js";
import { branch } from "../expression.js";
import { SMALLEST_NORMAL } from "../smallest-normal.js";

/** The rule of every float32 row: a value below 2^-126 becomes a zero of its sign, since subnormals are slow to use. */
export function flushed32(value: Scalar): Scalar {
  return branch(value.abs().lt(SMALLEST_NORMAL.float32), value.times(0), value);
}
