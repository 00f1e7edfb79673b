import { scalar } from "../create.js";
import { checkDType, type DType } from "../dtype.js";
import { checkOptions, OptionError } from "../errors.js";
import { geluErf, geluTanh, siluFused, softplusFused } from "../fused/activations.js";
import type { Operand } from "../primitives/declare.js";
import { both, clip, either, eq, mul, ne, power, sqrt, where } from "../primitives/pointwise.js";
import { cast, castTo, copy } from "../primitives/views.js";
import { Tensor } from "../tensor.js";

/** An operand as a tensor of at least float32. */
const asFloat = (x: Operand): Tensor =>
  x instanceof Tensor ? (x.dtype === "float64" ? x : castTo(x, "float32")) : scalar(Number(x), "float32");

/** An operand as a condition: anything but 0 is true. */
const asBool = (x: Operand): Tensor =>
  x instanceof Tensor ? (x.dtype === "bool" ? x : ne(x, 0)) : scalar(Number(x), "bool");

/** The tensor converted to `dtype`; itself where it has that dtype. */
export const to = (x: Tensor, dtype: DType): Tensor => (x.dtype === checkDType("to", dtype) ? x : cast(x, { dtype }));

/** A copy of its own in row-major order; the gradient passes through. */
export const clone = (x: Tensor): Tensor => copy(x, null);

/** a^b, element by element. Small whole powers of a number are products. */
export function pow(a: Operand, b: Operand): Tensor {
  if (a instanceof Tensor && a.dtype !== "bool") {
    if (b === 1) return copy(a, null);
    if (b === 2) return mul(a, a);
    if (b === 3) return mul(a, mul(a, a));
    if (b === 0.5 && a.dtype !== "int32") return sqrt(a);
  }
  return power(a, b);
}

/** Options of {@link clamp}: at least one bound. */
export interface ClampOptions {
  /** What is smaller becomes this. */
  readonly min?: number;
  /** What is larger becomes this. */
  readonly max?: number;
}

/** x held between the bounds, which may be left out one at a time. The gradient passes at the bounds. */
export function clamp(x: Operand, options: ClampOptions): Tensor {
  checkOptions("clamp", options, ["min", "max"]);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  if (options.min === undefined && options.max === undefined) {
    throw new OptionError("clamp: no bound is given", { got: "{}", hint: "pass min, max or both" });
  }
  return clip(x, min, max);
}

/** `value` where the mask is true, otherwise x. */
export const maskedFill = (x: Tensor, mask: Operand, value: Operand): Tensor => where(mask, value, x);

/** Both are true (anything but 0 counts as true). */
export const logicalAnd = (a: Operand, b: Operand): Tensor => both(asBool(a), asBool(b));
/** At least one is true. */
export const logicalOr = (a: Operand, b: Operand): Tensor => either(asBool(a), asBool(b));
/** True where x is 0 or false. */
export const logicalNot = (x: Operand): Tensor => eq(asBool(x), false);

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** "none": with the error function; "tanh": the approximation that GPT-2 uses. Default "none". */
  readonly approximate?: "none" | "tanh";
}

/** x Φ(x), Φ the normal distribution function (Hendrycks & Gimpel 2016). */
export function gelu(x: Operand, options: GeluOptions = {}): Tensor {
  checkOptions("gelu", options, ["approximate"]);
  const { approximate = "none" } = options;
  if (approximate !== "none" && approximate !== "tanh") {
    throw new OptionError("gelu: no such approximation", { got: String(approximate), hint: 'use "none" or "tanh"' });
  }
  return approximate === "tanh" ? geluTanh(asFloat(x)) : geluErf(asFloat(x));
}

/** x σ(x), also called swish. */
export const silu = (x: Operand): Tensor => siluFused(asFloat(x));

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** Default 1. */
  readonly beta?: number;
  /** Above it (times beta) the function is x itself. Default 20. */
  readonly threshold?: number;
}

/** ln(1 + e^(beta x)) / beta. */
export function softplus(x: Operand, options: SoftplusOptions = {}): Tensor {
  checkOptions("softplus", options, ["beta", "threshold"]);
  const { beta = 1, threshold = 20 } = options;
  const value = asFloat(x);
  return softplusFused(value, scalar(beta, value.dtype), scalar(threshold, value.dtype));
}
