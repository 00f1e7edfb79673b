import { zeros } from "../create.js";
import { checkOptions, OptionError, ValueError } from "../errors.js";
import * as kind from "../kinds.js";
import { gatherAlong } from "../primitives/indexing.js";
import { argmaxAlong, argminAlong, argsortAlong, cumsumAlong } from "../primitives/reductions.js";
import { castTo, copy, reshapeTo, sliceGrid } from "../primitives/views.js";
import { normalizeDim } from "../shape.js";
import { show } from "../show.js";
import type { Tensor } from "../tensor.js";
import { amax, amin, needElements, type ReduceOptions } from "./reductions.js";

const position = (operation: string, along: (x: Tensor, args: { dim: number }) => Tensor) => {
  return (x: Tensor, dim?: number | null, options: ReduceOptions = {}): Tensor => {
    kind.checkTensors(operation, x);
    checkOptions(operation, options, { keepdim: kind.boolean });
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

/** For each element along the dim the sum of those up to it; int32 for bool. */
export function cumsum(x: Tensor, dim: number): Tensor {
  kind.checkTensors("cumsum", x);
  const at = normalizeDim("cumsum", dim, x.ndim);
  const value = castTo(x, x.dtype === "bool" ? "int32" : x.dtype);
  return x.ndim === 0 ? copy(value, null) : cumsumAlong(value, { dim: at });
}

/** Values and where they stand. */
export interface Indexed {
  /** Of the operand's dtype. */
  readonly values: Tensor;
  /** Where along the dim they stand, int32. */
  readonly indices: Tensor;
}

function extremeAlong(operation: "max" | "min", x: Tensor, dim: number, options: ReduceOptions): Indexed {
  const at = normalizeDim(operation, dim, x.ndim);
  needElements(operation, x, x.ndim === 0 ? [] : [at]);
  const indices = (operation === "max" ? argmax : argmin)(x, dim, { keepdim: true });
  if (x.ndim === 0) return { values: copy(x, null), indices };
  const values = gatherAlong([x, indices], { dim: at, what: "gather: index" });
  if (options.keepdim === true) return { values, indices };
  const shape = x.shape.filter((_, d) => d !== at);
  return { values: reshapeTo(values, { shape }), indices: reshapeTo(indices, { shape }) };
}

function extremeOf(operation: "max" | "min", x: Tensor, dim: number | undefined, options: ReduceOptions) {
  kind.checkTensors(operation, x);
  checkOptions(operation, options, { keepdim: kind.boolean });
  if (dim !== undefined) return extremeAlong(operation, x, dim, options);
  if (options.keepdim === true) {
    throw new OptionError(`${operation}: keepdim needs a dim`, {
      got: "keepdim without a dim",
      hint: `name the dim, or use a${operation}, which keeps all dims`,
    });
  }
  needElements(operation, x, [...x.shape.keys()]);
  return (operation === "max" ? amax : amin)(x);
}

/** Without a dim the largest element (equal ones share the gradient); along one, values and indices. */
export function max(x: Tensor): Tensor;
export function max(x: Tensor, dim: number, options?: ReduceOptions): Indexed;
export function max(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Indexed {
  return extremeOf("max", x, dim, options);
}

/** Without a dim the smallest element (equal ones share the gradient); along one, values and indices. */
export function min(x: Tensor): Tensor;
export function min(x: Tensor, dim: number, options?: ReduceOptions): Indexed;
export function min(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Indexed {
  return extremeOf("min", x, dim, options);
}

/** Options of {@link sort}. */
export interface SortOptions {
  /** Default false. */
  readonly descending?: boolean;
}

/** The elements sorted along the dim (default the last), stable; NaN counts as the largest. */
export function sort(x: Tensor, dim = -1, options: SortOptions = {}): Indexed {
  kind.checkTensors("sort", x);
  checkOptions("sort", options, { descending: kind.boolean });
  const at = normalizeDim("sort", dim, x.ndim);
  if (x.ndim === 0) return { values: copy(x, null), indices: zeros([], { dtype: "int32" }) };
  const indices = argsortAlong(x, { dim: at, descending: options.descending ?? false });
  return { values: gatherAlong([x, indices], { dim: at, what: "gather: index" }), indices };
}

/** The k largest elements along the dim (default the last), in descending order. */
export function topk(x: Tensor, k: number, options: { readonly dim?: number } = {}): Indexed {
  kind.checkTensors("topk", x);
  checkOptions("topk", options, { dim: kind.anything });
  const dim = normalizeDim("topk", options.dim ?? -1, x.ndim);
  const extent = x.shape[dim] ?? 1;
  if (!Number.isInteger(k) || k < 0 || k > extent) {
    throw new ValueError("topk: k out of range", {
      got: `${show(k)} of ${extent}`,
      hint: `use a whole number from 0 to ${extent}`,
    });
  }
  const { indices } = sort(x, dim, { descending: true });
  const first = sliceGrid(indices, {
    starts: x.shape.map(() => 0),
    steps: x.shape.map(() => 1),
    shape: x.shape.map((e, d) => (d === dim ? k : e)),
  });
  return { values: gatherAlong([x, first], { dim, what: "gather: index" }), indices: first };
}
