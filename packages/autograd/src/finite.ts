import { isFloat } from "./dtype.js";
import { checkOptions, NonFiniteError } from "./errors.js";
import * as kind from "./kinds.js";
import { format, type Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { currentTracing } from "./tracing.js";

/** Where the first NaN and the first infinity are among a tensor's elements; −1 for none. */
export interface NonFinite {
  readonly nan: number;
  readonly infinity: number;
}

const none: NonFinite = { nan: -1, infinity: -1 };

/** Looks for NaN and infinities. */
export function findNonFinite(x: Tensor): NonFinite {
  if (!isFloat(x.dtype)) return none;
  const { data } = x;
  let [nan, infinity] = [-1, -1];
  for (let i = 0; i < data.length && nan < 0; i++) {
    const value = data[i]!;
    if (Number.isNaN(value)) nan = i;
    else if (infinity < 0 && !Number.isFinite(value)) infinity = i;
  }
  return { nan, infinity };
}

/** The index in each dim of the element with a place in row-major order. */
export function indexAt(shape: Shape, place: number): number[] {
  let rest = place;
  return shape
    .map((_, d) => shape[shape.length - 1 - d]!)
    .map((extent) => {
      const index = rest % extent;
      rest = (rest - index) / extent;
      return index;
    })
    .reverse();
}

/** Options of {@link checkFinite}. */
export interface CheckFiniteOptions {
  /** What the tensor is, for the error: "the loss". Default "an element". */
  readonly what?: string;
}

/**
 * The tensor itself, if all its elements are finite. In a compiled function the program checks when it runs, before
 * anything outside has changed.
 * @throws NonFiniteError with the first element that is NaN or infinite, and its index.
 */
export function checkFinite(x: Tensor, options: CheckFiniteOptions = {}): Tensor {
  kind.checkTensors("checkFinite", x);
  checkOptions("checkFinite", options, { what: kind.text });
  const { what = "an element" } = options;
  const tracing = currentTracing();
  if (tracing !== null) tracing.checkFinite(x, what);
  else refuseNonFinite(x, what);
  return x;
}

/** Throws a {@link NonFiniteError} for a tensor with an element that is NaN or infinite. */
export function refuseNonFinite(x: Tensor, what: string): void {
  const { nan, infinity } = findNonFinite(x);
  const place = nan < 0 || (infinity >= 0 && infinity < nan) ? infinity : nan;
  if (place < 0) return;
  const value = x.data[place]!;
  const got = `${value} at ${format(indexAt(x.shape, place))} of ${x.dtype} ${format(x.shape)}`;
  const hint = "detectAnomaly(() => ...) finds the operation it came from";
  throw new NonFiniteError(`checkFinite: ${what} is not finite`, { got, hint }, { what, value });
}
