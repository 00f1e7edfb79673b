import { full, zeros } from "../create.js";
import { checkFloat } from "../dtype.js";
import { checkOptions, ShapeError, ValueError } from "../errors.js";
import { gatherAlong } from "../primitives/indexing.js";
import { abs, add, div, eq, exp, gt, log, mul, ne, sqrt, sub, where } from "../primitives/pointwise.js";
import {
  argmaxAlong,
  argminAlong,
  argsortAlong,
  cumsumAlong,
  type Dims,
  maxOver,
  minOver,
  sumOver,
} from "../primitives/reductions.js";
import { castTo, permuteDims, reshapeTo, sliceGrid } from "../primitives/views.js";
import { format, normalizeDim, normalizeDims } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { pow } from "./elementwise.js";

/** The dims of a reduction: one, several, or all when left out. */
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
  known: string[] = [],
): number[] {
  checkOptions(operation, options, ["keepdim", ...known]);
  return normalizeDims(operation, dim, x.ndim);
}

const over = (reduce: (x: Tensor, args: Dims) => Tensor, x: Tensor, dims: readonly number[]): Tensor =>
  dims.length === 0 ? x : reduce(x, { dims });

const needFloat = (operation: string, x: Tensor): Tensor => {
  checkFloat(operation, x.dtype);
  return x;
};

function needElements(operation: string, x: Tensor, dims: readonly number[]): void {
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
  if (n === 0) value = full([...lead, 1], 1, { dtype: value.dtype });
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

function spread(operation: string, x: Tensor, dim: DimArgument, options: VarianceOptions): Tensor {
  const dims = prepared(operation, x, dim, options, ["correction"]);
  const centred = sub(needFloat(operation, x), mean(x, dims, { keepdim: true }));
  const divisor = Math.max(0, count(x, dims) - (options.correction ?? 1));
  return kept(div(over(sumOver, mul(centred, centred), dims), divisor), x, dims, options.keepdim);
}

/** The variance over the dims. */
const variance = (x: Tensor, dim?: DimArgument, options: VarianceOptions = {}): Tensor =>
  spread("var", x, dim, options);

export { variance as var };

/** The standard deviation over the dims. */
export const std = (x: Tensor, dim?: DimArgument, options: VarianceOptions = {}): Tensor =>
  sqrt(spread("std", x, dim, options));

/** ln Σ e^x over the dims, without overflow. */
export function logsumexp(x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor {
  const dims = prepared("logsumexp", x, dim, options);
  const value = needFloat("logsumexp", x);
  needElements("logsumexp", x, dims);
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

/** (Σ |x|^p)^(1/p) over the dims; 0 has gradient 0. */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  const { p = 2, dim, keepdim } = options;
  const dims = prepared("norm", x, dim, options, ["p", "dim"]);
  const size = abs(needFloat("norm", x));
  const keep = keepdim === true ? { keepdim } : {};
  if (p === Number.POSITIVE_INFINITY) return amax(size, dims, keep);
  if (p === Number.NEGATIVE_INFINITY) return amin(size, dims, keep);
  if (p === 0) return sum(castTo(ne(x, 0), x.dtype), dims, keep);
  if (p === 1) return sum(size, dims, keep);
  const total = sum(p === 2 ? mul(x, x) : pow(where(eq(size, 0), 0, size), p), dims, keep);
  // The root has no slope at 0: what is 0 there stays 0, with gradient 0.
  const zero = eq(total, 0);
  const safe = where(zero, 1, total);
  return where(zero, 0, p === 2 ? sqrt(safe) : pow(safe, 1 / p));
}

const position = (operation: string, along: (x: Tensor, args: { dim: number }) => Tensor) => {
  return (x: Tensor, dim?: number | null, options: ReduceOptions = {}): Tensor => {
    checkOptions(operation, options, ["keepdim"]);
    const all = dim === undefined || dim === null;
    const value = all ? reshapeTo(x, { shape: [x.size] }) : x.ndim === 0 ? reshapeTo(x, { shape: [1] }) : x;
    const at = all ? 0 : normalizeDim(operation, dim, x.ndim);
    needElements(operation, value, [at]);
    const found = along(value, { dim: at });
    if (options.keepdim !== true) return found;
    return reshapeTo(found, { shape: x.shape.map((extent, d) => (all || d === at ? 1 : extent)) });
  };
};

/** The position of the largest element along the dim, or in the flattened tensor; int32. */
export const argmax: (x: Tensor, dim?: number | null, options?: ReduceOptions) => Tensor = position(
  "argmax",
  argmaxAlong,
);
/** The position of the smallest element along the dim, or in the flattened tensor; int32. */
export const argmin: (x: Tensor, dim?: number | null, options?: ReduceOptions) => Tensor = position(
  "argmin",
  argminAlong,
);

/** How many elements over the dims are true. */
function counted(operation: string, truth: Tensor, dim: DimArgument, options: ReduceOptions): Tensor {
  prepared(operation, truth, dim, options);
  return sum(truth, dim, options);
}

/** Whether any element over the dims is not 0; bool. */
export const any = (x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor =>
  gt(counted("any", ne(x, 0), dim, options), 0);
/** Whether all elements over the dims are not 0; bool. */
export const all = (x: Tensor, dim?: DimArgument, options: ReduceOptions = {}): Tensor =>
  eq(counted("all", eq(x, 0), dim, options), 0);

/** The sum of the elements up to each along the dim. */
export const cumsum = (x: Tensor, dim: number): Tensor =>
  x.ndim === 0
    ? add(x, 0)
    : cumsumAlong(castTo(x, x.dtype === "bool" ? "int32" : x.dtype), { dim: normalizeDim("cumsum", dim, x.ndim) });

/** Values and where they stand. */
export interface Indexed {
  /** Of the operand's dtype. */
  readonly values: Tensor;
  /** Where along the dim they stand, int32. */
  readonly indices: Tensor;
}

function extremeAlong(operation: "max" | "min", x: Tensor, dim: number, options: ReduceOptions): Indexed {
  const find = operation === "max" ? argmax : argmin;
  const indices = find(x, dim, { keepdim: true });
  if (x.ndim === 0) return { values: add(x, 0), indices };
  const at = normalizeDim(operation, dim, x.ndim);
  const values = gatherAlong([x, indices], { dim: at });
  if (options.keepdim === true) return { values, indices };
  const shape = x.shape.filter((_, d) => d !== at);
  return { values: reshapeTo(values, { shape }), indices: reshapeTo(indices, { shape }) };
}

/** Without a dim the largest element (equal ones share the gradient); along one, values and indices. */
export function max(x: Tensor): Tensor;
export function max(x: Tensor, dim: number, options?: ReduceOptions): Indexed;
export function max(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Indexed {
  checkOptions("max", options, ["keepdim"]);
  return dim === undefined ? amax(x) : extremeAlong("max", x, dim, options);
}

/** Without a dim the smallest element (equal ones share the gradient); along one, values and indices. */
export function min(x: Tensor): Tensor;
export function min(x: Tensor, dim: number, options?: ReduceOptions): Indexed;
export function min(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Indexed {
  checkOptions("min", options, ["keepdim"]);
  return dim === undefined ? amin(x) : extremeAlong("min", x, dim, options);
}

/** Options of {@link sort}. */
export interface SortOptions {
  /** Default false. */
  readonly descending?: boolean;
}

/** The elements sorted along the dim (default the last), stable; NaN counts as the largest. */
export function sort(x: Tensor, dim = -1, options: SortOptions = {}): Indexed {
  checkOptions("sort", options, ["descending"]);
  const at = normalizeDim("sort", dim, x.ndim);
  if (x.ndim === 0) return { values: add(x, 0), indices: zeros([], { dtype: "int32" }) };
  const indices = argsortAlong(x, { dim: at, descending: options.descending ?? false });
  return { values: gatherAlong([x, indices], { dim: at }), indices };
}

/** The k largest elements along the dim (default the last), in descending order. */
export function topk(x: Tensor, k: number, options: { readonly dim?: number } = {}): Indexed {
  checkOptions("topk", options, ["dim"]);
  const dim = normalizeDim("topk", options.dim ?? -1, x.ndim);
  const extent = x.shape[dim] ?? 1;
  if (!Number.isInteger(k) || k < 0 || k > extent) {
    throw new ValueError("topk: k out of range", {
      got: `${k} of ${extent}`,
      hint: `use a whole number from 0 to ${extent}`,
    });
  }
  const { indices } = sort(x, dim, { descending: true });
  const first = sliceGrid(indices, {
    starts: x.shape.map(() => 0),
    steps: x.shape.map(() => 1),
    shape: x.shape.map((e, d) => (d === dim ? k : e)),
  });
  return { values: gatherAlong([x, first], { dim }), indices: first };
}
