import type { Operand, Scalar } from "../expression.js";
import { constant } from "../expression.js";

/** c0 + c1 x + c2 x² + … by Horner's rule: the fewest operations, the smallest error where the terms fall. */
export function horner(x: Scalar, coefficients: readonly Operand[]): Scalar {
  const [last = 0, ...rest] = [...coefficients].reverse();
  let sum = typeof last === "number" ? constant(last) : last;
  for (const coefficient of rest) sum = sum.times(x).plus(coefficient);
  return sum;
}
