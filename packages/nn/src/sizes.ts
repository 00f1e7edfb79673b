import { ValueError } from "@typegrad/autograd";

/**
 * Checks that a size is a whole number of at least `least`.
 * @throws ValueError
 */
export function checkSize(operation: string, name: string, size: number, least = 0): number {
  if (Number.isInteger(size) && size >= least) return size;
  throw new ValueError(`${operation}: ${name} must be a whole number of at least ${least}`, {
    got: String(size),
    hint: `for instance ${Math.max(8, least)}`,
  });
}

/**
 * Checks what is added to a variance.
 * @throws ValueError for a number below 0 or NaN.
 */
export function checkEps(operation: string, eps: number): number {
  if (eps >= 0) return eps;
  throw new ValueError(`${operation}: eps must not be negative`, { got: String(eps), hint: "for instance 1e-5" });
}

/** The extents that a norm runs over, as a list; each at least 1. */
export function normalizedShape(operation: string, shape: number | readonly number[]): readonly number[] {
  const list = typeof shape === "number" ? [shape] : [...shape];
  if (list.length === 0) {
    throw new ValueError(`${operation}: the normalised shape is empty`, { got: "[]", hint: "for instance [D]" });
  }
  return list.map((extent) => checkSize(operation, "an extent of the normalised shape", extent));
}
