import { scalar } from "../create.js";
import { checkDType, type DType, promote } from "../dtype.js";
import { checkOptions, DTypeError, OptionError } from "../errors.js";
import { geluErf, geluTanh, siluFused, softplusFused } from "../fused/activations.js";
import * as kind from "../kinds.js";
import { checkOperands, type Operand, plain } from "../primitives/declare.js";
import { both, clip, either, eq, mul, ne, power, sqrt, where } from "../primitives/pointwise.js";
import { cast, castTo, copy } from "../primitives/views.js";
import { broadcastShapes } from "../shape.js";
import { show } from "../show.js";
import { Tensor } from "../tensor.js";

/** An operand as a tensor of at least float32. */
function asFloat(operation: string, x: Operand): Tensor {
  checkOperands(operation, [x]);
  return x instanceof Tensor ? (x.dtype === "float64" ? x : castTo(x, "float32")) : scalar(Number(x), "float32");
}

/** An operand as a condition: anything but 0 is true. */
function asBool(operation: string, x: Operand): Tensor {
  checkOperands(operation, [x]);
  return x instanceof Tensor ? (x.dtype === "bool" ? x : ne(x, 0)) : scalar(Number(x), "bool");
}

/** The tensor converted to `dtype`; itself where it has that dtype. Floats are truncated to integers, modulo 2^32. */
export function to(x: Tensor, dtype: DType): Tensor {
  kind.checkTensors("to", x);
  return x.dtype === checkDType("to", dtype) ? x : cast(x, { dtype });
}

/** A copy of its own in row-major order; the gradient passes through. */
export function clone(x: Tensor): Tensor {
  kind.checkTensors("clone", x);
  return copy(x, null);
}

/**
 * a^b, element by element; integers wrap. Small whole powers of a number are products.
 * @throws DTypeError for two bools, and for integers to a negative whole power.
 */
export function pow(a: Operand, b: Operand): Tensor {
  if (a instanceof Tensor && typeof b === "number") {
    if (b < 0 && Number.isInteger(b) && (a.dtype === "int32" || a.dtype === "bool")) {
      throw new DTypeError("pow: integers have no negative whole powers", {
        got: `${a.dtype} to the power of ${b}`,
        hint: 'convert the base first: x.to("float32")',
      });
    }
    if (a.dtype !== "bool") {
      if (b === 1) return copy(a, null);
      if (b === 2) return mul(a, a);
      if (b === 3) return mul(a, mul(a, a));
      if (b === 0.5) return sqrt(a);
    }
  }
  return power(a, b);
}

/** Options of {@link clamp}: at least one bound. */
export interface ClampOptions {
  /** What is smaller becomes this. */
  readonly min?: number | Tensor | null;
  /** What is larger becomes this. */
  readonly max?: number | Tensor | null;
}

const LARGEST_INTEGER = 2 ** 31 - 1;

/**
 * x held between the bounds, one of which may be left out; max where min lies above it, NaN where a bound is NaN. The
 * gradient passes at the bounds.
 */
export function clamp(x: Operand, options: ClampOptions): Tensor {
  const bound = kind.nullable(kind.numberOrTensor);
  checkOptions("clamp", options, { min: bound, max: bound });
  const { min = null, max = null } = options;
  if (min === null && max === null) {
    throw new OptionError("clamp: no bound is given", { got: "{}", hint: "pass min, max or both" });
  }
  checkOperands("clamp", [x]);
  // What stands for a missing bound must not lift integers to floats.
  const common = promote([x, min, max].filter((operand) => operand !== null));
  if (common === "bool") {
    throw new DTypeError("clamp: bools have no bounds", { got: "bool", hint: 'convert them: x.to("int32")' });
  }
  const whole = common === "int32";
  const lowest = whole ? -LARGEST_INTEGER - 1 : Number.NEGATIVE_INFINITY;
  return clip(x, min ?? lowest, max ?? (whole ? LARGEST_INTEGER : Number.POSITIVE_INFINITY));
}

/**
 * `value` where the mask is true, otherwise x; of x's dtype, to which the value is converted.
 * @param value a number, a boolean, or a tensor that broadcasts
 */
export function maskedFill(x: Tensor, mask: Operand, value: Operand): Tensor {
  kind.checkTensors("maskedFill", x);
  checkOperands("maskedFill", [x, mask, value]);
  const operands = [x, mask, value].filter((operand) => operand instanceof Tensor);
  broadcastShapes(
    "maskedFill",
    operands.map(({ shape }) => shape),
  );
  return where(mask, value instanceof Tensor ? castTo(value, x.dtype) : plain("maskedFill", Number(value), x.dtype), x);
}

/** Both are true (anything but 0 counts as true). */
export const logicalAnd = (a: Operand, b: Operand): Tensor => both(asBool("logicalAnd", a), asBool("logicalAnd", b));
/** At least one is true. */
export const logicalOr = (a: Operand, b: Operand): Tensor => either(asBool("logicalOr", a), asBool("logicalOr", b));
/** True where x is 0 or false. */
export const logicalNot = (x: Operand): Tensor => eq(asBool("logicalNot", x), false);

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** "none": with the error function; "tanh": the approximation that GPT-2 uses. Default "none". */
  readonly approximate?: "none" | "tanh";
}

/** x Φ(x), Φ the normal distribution function (Hendrycks & Gimpel 2016). */
export function gelu(x: Operand, options: GeluOptions = {}): Tensor {
  checkOptions("gelu", options, { approximate: kind.anything });
  const { approximate = "none" } = options;
  if (approximate !== "none" && approximate !== "tanh") {
    throw new OptionError("gelu: no such approximation", { got: show(approximate), hint: 'use "none" or "tanh"' });
  }
  return approximate === "tanh" ? geluTanh(asFloat("gelu", x)) : geluErf(asFloat("gelu", x));
}

/** x σ(x), also called swish. */
export const silu = (x: Operand): Tensor => siluFused(asFloat("silu", x));

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** Default 1. */
  readonly beta?: number;
  /** Above it (times beta) the function is x itself. Default 20. */
  readonly threshold?: number;
}

/** ln(1 + e^(beta x)) / beta. */
export function softplus(x: Operand, options: SoftplusOptions = {}): Tensor {
  checkOptions("softplus", options, { beta: kind.number, threshold: kind.number });
  const { beta = 1, threshold = 20 } = options;
  const value = asFloat("softplus", x);
  return softplusFused(value, scalar(beta, value.dtype), scalar(threshold, value.dtype));
}
