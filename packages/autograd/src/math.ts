/**
 * The elementary functions of plain numbers, in float64, made of + − × ÷ √: the same bits on every engine, which the
 * host's `Math.exp`, `Math.pow` and so on do not promise. Initialisation and schedules use them.
 *
 * @packageDocumentation
 */
import * as elementary from "./targets/reference/elementary.generated.js";

/** e^x. */
export const exp: (x: number) => number = elementary.exp;

/** e^x − 1, exact near 0 as well. */
export const expm1: (x: number) => number = elementary.expm1;

/** ln x; NaN below 0. */
export const log: (x: number) => number = elementary.log;

/** ln (1 + x), exact near 0 as well. */
export const log1p: (x: number) => number = elementary.log1p;

/** a^b; NaN for a negative a with a fractional b. */
export const pow: (a: number, b: number) => number = elementary.pow;

/** sin x, of an angle in radians; |x| ≤ 2^17. */
export const sin: (x: number) => number = elementary.sin;

/** cos x, of an angle in radians; |x| ≤ 2^17. */
export const cos: (x: number) => number = elementary.cos;

/** tanh x = (e^x − e^−x) / (e^x + e^−x). */
export const tanh: (x: number) => number = elementary.tanh;

/** The error function: 2 / √π · ∫₀ˣ e^(−t²) dt. */
export const erf: (x: number) => number = elementary.erf;
