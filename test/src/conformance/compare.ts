import { formatShape, type Tensor } from "@typegrad/autograd";
import type { Tolerance } from "./read-case.js";

/** Whether two numbers agree: NaN with NaN, an infinity with itself. */
export function close(actual: number, expected: number, { rtol, atol }: Tolerance): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  if (!Number.isFinite(expected)) return actual === expected;
  return Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
}

/** `[1, 0, 3]`: where the element with this number stands. */
function place(index: number, shape: readonly number[]): string {
  const at: number[] = [];
  let rest = index;
  for (let d = shape.length - 1; d >= 0; d--) {
    at.unshift(rest % shape[d]!);
    rest = Math.floor(rest / shape[d]!);
  }
  return formatShape(at);
}

/** What makes an element good; its position is given for rules that differ from place to place. */
export type Agreement = (actual: number, expected: number, index: number) => boolean;

/** The difference of two tensors in words, or `null`. Integers and booleans must agree exactly. */
export function difference(
  name: string,
  actual: Tensor | null | undefined,
  expected: Tensor,
  agrees: Tolerance | Agreement,
): string | null {
  const same = typeof agrees === "function" ? agrees : (a: number, b: number) => close(a, b, agrees);
  const exact = expected.dtype === "int32" || expected.dtype === "bool";
  if (actual === undefined) return `${name}: missing`;
  if (actual !== null && formatShape(actual.shape) !== formatShape(expected.shape)) {
    return `${name}: shape ${formatShape(actual.shape)}, expected ${formatShape(expected.shape)}`;
  }
  const want = expected.data;
  // A gradient that nothing reached is one of zeros.
  const got = actual?.data ?? new Float64Array(want.length);
  let wrong = 0;
  let first = -1;
  for (let i = 0; i < want.length; i++) {
    if (exact ? got[i] === want[i] : same(got[i]!, want[i]!, i)) continue;
    if (first < 0) first = i;
    wrong++;
  }
  if (first < 0) return null;
  const where = `${name}${place(first, expected.shape)}`;
  return `${where}: ${got[first]}, expected ${want[first]} (${wrong} of ${want.length} differ)`;
}
