import { ones as onesOf, type Tensor, tensor, ValueError, zeros as zerosOf } from "@typegrad/autograd";
import { checkInit, checkStd, draw, fill, type InitOptions } from "./fill.js";
import { erf, inverseErf } from "./inverse-erf.js";

/** All 0. */
export const zeros = (x: Tensor): Tensor => fill(x, zerosOf(x.shape));

/** All 1. */
export const ones = (x: Tensor): Tensor => fill(x, onesOf(x.shape));

/** Options of {@link uniform}. */
export interface UniformOptions extends InitOptions {
  /** Default 0. */
  readonly a?: number;
  /** Default 1. */
  readonly b?: number;
}

/**
 * Uniform in [a, b).
 * @throws ValueError when a lies above b.
 */
export function uniform(x: Tensor, options: UniformOptions = {}): Tensor {
  checkInit("uniform", options, ["a", "b", "generator"]);
  const { a = 0, b = 1 } = options;
  checkBounds("uniform", a, b);
  return fill(
    x,
    draw("uniform", x, options)
      .mul(b - a)
      .add(a),
  );
}

/** Options of {@link normal}. */
export interface NormalOptions extends InitOptions {
  /** Default 0. */
  readonly mean?: number;
  /** The standard deviation. Default 1. */
  readonly std?: number;
}

/**
 * Normal with the given mean and standard deviation.
 * @throws ValueError for a negative deviation.
 */
export function normal(x: Tensor, options: NormalOptions = {}): Tensor {
  checkInit("normal", options, ["mean", "std", "generator"]);
  const { mean = 0, std = 1 } = options;
  return fill(x, draw("normal", x, options).mul(checkStd("normal", std)).add(mean));
}

/** Options of {@link truncNormal}. */
export interface TruncNormalOptions extends NormalOptions {
  /** The least value. Default −2. */
  readonly a?: number;
  /** The greatest value. Default 2. */
  readonly b?: number;
}

/**
 * Normal with the given mean and standard deviation, cut off outside [a, b], which are values and not multiples of the
 * deviation: Φ⁻¹ of a uniform number between Φ((a − mean) / std) and Φ((b − mean) / std).
 * @throws ValueError for a deviation that is not positive, or when a lies above b.
 */
export function truncNormal(x: Tensor, options: TruncNormalOptions = {}): Tensor {
  checkInit("truncNormal", options, ["mean", "std", "a", "b", "generator"]);
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  checkBounds("truncNormal", a, b);
  if (checkStd("truncNormal", std) === 0) {
    throw new ValueError("truncNormal: the standard deviation must be positive", {
      got: "0",
      hint: "for instance 0.02",
    });
  }
  const [low, high] = [erf((a - mean) / (std * Math.SQRT2)), erf((b - mean) / (std * Math.SQRT2))];
  const between = draw("uniform", x, options, "float64")
    .mul(high - low)
    .add(low).data;
  const values = Float64Array.from(between, (p) => {
    const value = mean + std * Math.SQRT2 * inverseErf(p);
    return Math.min(b, Math.max(a, value));
  });
  return fill(x, tensor(values, { shape: x.shape }));
}

function checkBounds(operation: string, a: number, b: number): void {
  if (a <= b) return;
  throw new ValueError(`${operation}: the bounds are in reverse`, { got: `a = ${a}, b = ${b}`, hint: "a ≤ b" });
}
