import { full, zeros } from "../create.js";
import { checkFloat } from "../dtype.js";
import { checkOptions, type Kind, ShapeError } from "../errors.js";
import * as kind from "../kinds.js";
import { abs, add, div, eq, exp, gt, log, mul, ne, sign, sqrt, sub, where } from "../primitives/pointwise.js";
import { type Dims, maxOver, minOver, sumOver } from "../primitives/reductions.js";
import { castTo, permuteDims, reshapeTo, sliceGrid } from "../primitives/views.js";
import { format, normalizeDims } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { pow } from "./elementwise.js";

/** The dims of a reduction: one, several, or all when left out or `[]`. */
export type DimArgument = number | readonly number[] | null | undefined;

/** Options of every reduction. */
export interface ReduceOptions {
  /** Keep the reduced dims, with extent 1. Default false. */
  readonly keepdim?: boolean;
}

const kept = (reduced: Tensor, { shape }: Tensor, dims: readonly number[], keepdim: boolean | undefined): Tensor =>
  keepdim === true ? reshapeTo(reduced, { shape: shape.map((extent, d) => (dims.includes(d) ? 1 : extent)) }) : reduced;

function prepared(
  operation: string,
  x: Tensor,
  dim: DimArgument,
  options: ReduceOptions,
  more: Record<string, Kind> = {},
): number[] {
  kind.checkTensors(operation, x);
  checkOptions(operation, options, { keepdim: kind.boolean, ...more });
  const all = Array.isArray(dim) && dim.length === 0;
  return normalizeDims(operation, all ? null : dim, x.ndim);
}

const over = (reduce: (x: Tensor, args: Dims) => Tensor, x: Tensor, dims: readonly number[]): Tensor =>
  dims.length === 0 ? x : reduce(x, { dims });

const needFloat = (operation: string, x: Tensor): Tensor => {
  checkFloat(operation, x.dtype);
  return x;
};

/** Throws a {@link ShapeError} where a reduced dim is empty. */
export function needElements(operation: string, x: Tensor, dims: readonly number[]): void {
  if (dims.some((d) => x.shape[d] === 0)) {
    throw new ShapeError(`${operation}: nothing to reduce over`, {
      got: format(x.shape),
      hint: "the reduced dims must not be empty",
    });
  }
}

const count = (x: Tensor, dims: readonly number[]): number => dims.reduce((n, d) => n * x.shape[d]!, 1);

/** The sum over the dims; int32 for bool. */
export function sum(x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor {
  const dims = prepared("sum", x, dim, options);
  const value = x.dtype === "bool" ? castTo(x, "int32") : x;
  return kept(over(sumOver, value, dims), x, dims, options.keepdim);
}

/** The mean over the dims; NaN over nothing. */
export function mean(x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor {
  const dims = prepared("mean", x, dim, options);
  return kept(div(over(sumOver, needFloat("mean", x), dims), count(x, dims)), x, dims, options.keepdim);
}

/** The product over the dims, by halves, so that a zero does no harm to the gradient. */
export function prod(x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor {
  const dims = prepared("prod", x, dim, options);
  const rest = [...x.shape.keys()].filter((d) => !dims.includes(d));
  const moved = permuteDims(x.dtype === "bool" ? castTo(x, "int32") : x, { dims: [...rest, ...dims] });
  const lead = rest.map((d) => x.shape[d]!);
  let value = reshapeTo(moved, { shape: [...lead, count(x, dims)] });
  const part = (start: number, extent: number): Tensor =>
    sliceGrid(value, {
      starts: [...lead.map(() => 0), start],
      steps: [...lead.map(() => 1), 1],
      shape: [...lead, extent],
    });
  let n = count(x, dims);
  // A sum over nothing is 0, and keeps the result in the graph.
  if (n === 0) value = add(sumOver(value, { dims: [lead.length] }), full([], 1, { dtype: value.dtype }));
  while (n > 1) {
    const half = n >> 1;
    const product = mul(part(0, half), part(half, half));
    // An odd one out joins the first product.
    value = n % 2 === 0 ? product : joinLast(product, part(n - 1, 1));
    n = half;
  }
  return kept(reshapeTo(value, { shape: lead }), x, dims, options.keepdim);
}

function joinLast(product: Tensor, last: Tensor): Tensor {
  const lane = zeros([product.shape.at(-1)!], { dtype: "bool" });
  lane.data[0] = 1;
  return mul(product, where(lane, last, 1));
}

const extreme = (operation: string, reduce: (x: Tensor, args: Dims) => Tensor) => {
  return (x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor => {
    const dims = prepared(operation, x, dim, options);
    needElements(operation, x, dims);
    return kept(over(reduce, x, dims), x, dims, options.keepdim);
  };
};

/** The largest element over the dims; NaN if there is one. Equal ones share the gradient. */
export const amax: (x: Tensor, dim?: DimArgument, options?: ReduceOptions) => Tensor = extreme("amax", maxOver);
/** The smallest element over the dims; NaN if there is one. Equal ones share the gradient. */
export const amin: (x: Tensor, dim?: DimArgument, options?: ReduceOptions) => Tensor = extreme("amin", minOver);

/** Options of {@link variance} and {@link std}. */
export interface VarianceOptions extends ReduceOptions {
  /** The divisor is the number of elements minus this. Default 1 (Bessel's). */
  readonly correction?: number;
}

function varianceOf(operation: string, x: Tensor, dim: DimArgument, options: VarianceOptions): Tensor {
  const dims = prepared(operation, x, dim, options, { correction: kind.number });
  const centred = sub(needFloat(operation, x), mean(x, dims, { keepdim: true }));
  const divisor = Math.max(0, count(x, dims) - (options.correction ?? 1));
  return kept(div(over(sumOver, mul(centred, centred), dims), divisor), x, dims, options.keepdim);
}

/** √x whose derivative at 0 is 0. */
function root(x: Tensor): Tensor {
  const zero = eq(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}

/** The variance over the dims; over too few elements NaN or infinite. */
function variance(x: Tensor, dim?: DimArgument, options: VarianceOptions = {}): Tensor {
  return varianceOf("var", x, dim, options);
}

export { variance as var };

/** The standard deviation over the dims. Where it is 0, so is its gradient. */
export const std = (x: Tensor, dim?: DimArgument, options: VarianceOptions = {}): Tensor =>
  root(varianceOf("std", x, dim, options));

/** ln Σ e^x over the dims, without overflow; −∞ over nothing. */
export function logsumexp(x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor {
  const dims = prepared("logsumexp", x, dim, options);
  const value = needFloat("logsumexp", x);
  if (count(x, dims) === 0) return log(sum(exp(value), dims, options));
  const largest = amax(value.detach(), dims, { keepdim: true });
  // An infinite maximum must not be taken from itself.
  const shift = where(eq(abs(largest), Number.POSITIVE_INFINITY), 0, largest);
  const total = log(sum(exp(sub(value, shift)), dims, { keepdim: true }));
  const result = add(total, shift);
  return options.keepdim === true ? result : reshapeTo(result, { shape: x.shape.filter((_, d) => !dims.includes(d)) });
}

/** Options of {@link norm}. */
export interface NormOptions extends ReduceOptions {
  /** The order: any number, or ±Infinity. Default 2. */
  readonly p?: number;
  /** Default: all dims. */
  readonly dim?: DimArgument;
}

/** (Σ |x|^p)^(1/p) over the dims, the number of elements that are not 0 for p = 0; a norm of 0 has gradient 0. */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  kind.checkTensors("norm", x);
  checkOptions("norm", options, { p: kind.number, dim: kind.anything, keepdim: kind.boolean });
  const { p = 2, dim, keepdim = false } = options;
  const dims = prepared("norm", x, dim, { keepdim });
  needFloat("norm", x);
  if (p === 2) return root(sum(mul(x, x), dims, { keepdim }));
  const size = abs(x);
  if (p < 0 || p === Number.POSITIVE_INFINITY) needElements("norm", x, dims);
  if (p === Number.POSITIVE_INFINITY) return amax(size, dims, { keepdim });
  if (p === Number.NEGATIVE_INFINITY) return amin(size, dims, { keepdim });
  // sign(0) is 0 and so is its derivative.
  if (p === 0) return sum(where(ne(x, 0), 1, sign(x)), dims, { keepdim });
  if (p === 1) return sum(size, dims, { keepdim });
  const total = sum(pow(where(eq(size, 0), 0, size), p), dims, { keepdim });
  // The root has no slope at 0: what is 0 there stays 0, with gradient 0.
  const zero = eq(total, 0);
  return where(zero, 0, pow(where(zero, 1, total), 1 / p));
}

/** How many elements over the dims are, or are not, 0. */
function countWhere(operation: string, is: typeof eq, x: Tensor, dim: DimArgument, options: ReduceOptions): Tensor {
  const dims = prepared(operation, x, dim, options);
  return kept(over(sumOver, castTo(is(x, 0), "int32"), dims), x, dims, options.keepdim);
}

/** Whether any element over the dims is not 0 (NaN is not); bool, false over nothing. */
export const any = (x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor =>
  gt(countWhere("any", ne, x, dim, options), 0);
/** Whether all elements over the dims are not 0; bool, true over nothing. */
export const all = (x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor =>
  eq(countWhere("all", eq, x, dim, options), 0);
