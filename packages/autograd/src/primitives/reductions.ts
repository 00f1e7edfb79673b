import type { Shape } from "../shape.js";
import { sameShape } from "../shape.js";
import type { Strided } from "../storage.js";
import type { Tensor } from "../tensor.js";
import { declare, type Strict } from "./declare.js";
import { both, div, either, eq, mul, ne } from "./pointwise.js";
import { castTo, expandTo, reshapeTo, sliceGrid } from "./views.js";

/** Sorted, distinct, at least one. */
export interface Dims {
  readonly dims: readonly number[];
}

const without = (shape: Shape, dims: readonly number[]): Shape => shape.filter((_, d) => !dims.includes(d));

/** A reduced tensor beside the tensor it came from: its lost dims are back, with extent 1. */
const beside = (reduced: Tensor, shape: Shape, dims: readonly number[]): Tensor =>
  reshapeTo(reduced, { shape: shape.map((extent, d) => (dims.includes(d) ? 1 : extent)) });

/** The sum over the dims, in chunks of 64 whose sums are added in a binary tree; int32 for bool. */
export const sumOver: Strict<Dims> = declare({
  name: "sum",
  infer: ([x], { dims }) => ({ shape: without(x!.shape, dims), dtype: x!.dtype === "bool" ? "int32" : x!.dtype }),
  run: (target, [x], { dims }, output) => target.reduce("sum", x!, dims, output),
  vjps: [(g, { shapes: [shape], args: { dims } }) => expandTo(beside(g, shape!, dims), { shape: shape! })],
  reads: [[]],
});

/** The part of the gradient that each element gets whose value is the extreme: the same for all that share it. */
const shareOfExtreme = (x: Tensor, extreme: Tensor, { dims }: Dims): Tensor => {
  const wide = beside(extreme, x.shape, dims);
  // NaN, which equals nothing, is the extreme where both are.
  const is = castTo(either(eq(x, wide), both(ne(x, x), ne(wide, wide))), x.dtype);
  return div(is, beside(sumOver(is, { dims }), x.shape, dims));
};

const extreme = (name: string, kind: "max" | "min") =>
  declare<Dims>({
    name,
    infer: ([x], { dims }) => ({ shape: without(x!.shape, dims), dtype: x!.dtype }),
    run: (target, [x], { dims }, output) => target.reduce(kind, x!, dims, output),
    vjps: [(g, { inputs: [x], output, args }) => mul(beside(g, x!.shape, args.dims), shareOfExtreme(x!, output, args))],
    reads: [[0, "output"]],
  });

/** The largest element over the dims, NaN if there is one; equal ones share the gradient. */
export const maxOver = extreme("amax", "max");

/** The smallest element over the dims, NaN if there is one; equal ones share the gradient. */
export const minOver = extreme("amin", "min");

const position = (name: string, kind: "max" | "min") =>
  declare<{ dim: number }>({
    name,
    infer: ([x], { dim }) => ({ shape: without(x!.shape, [dim]), dtype: "int32" }),
    run: (target, [x], { dim }, output) => target.argReduce(kind, x!, dim, output),
    vjps: [null],
    reads: [],
  });

/** Where along the dim the largest element stands, the first of equals; int32. */
export const argmaxAlong = position("argmax", "max");

/** Where along the dim the smallest element stands, the first of equals; int32. */
export const argminAlong = position("argmin", "min");

const keepShape = ([x]: readonly Strided[]) => ({ shape: x!.shape, dtype: x!.dtype });

/** The elements of a dim in reverse, as a view. */
export const reverse = (x: Tensor, dim: number): Tensor =>
  sliceGrid(x, {
    starts: x.shape.map((extent, d) => (d === dim ? extent - 1 : 0)),
    steps: x.shape.map((_, d) => (d === dim ? -1 : 1)),
    shape: x.shape,
  });

/** For each element along the dim the sum of those up to it, added in the order in which `sum` adds them. */
export const cumsumAlong: Strict<{ dim: number }> = declare({
  name: "cumsum",
  infer: keepShape,
  run: (target, [x], { dim }, output) => target.cumsum(x!, dim, output),
  vjps: [(g, { args }) => reverse(cumsumAlong(reverse(g, args.dim), args), args.dim)],
  reads: [[]],
});

/** The positions along the dim in the order that sorts it, stable; int32. */
export const argsortAlong: Strict<{ dim: number; descending: boolean }> = declare({
  name: "argsort",
  infer: ([x]) => ({ shape: x!.shape, dtype: "int32" }),
  run: (target, [x], { dim, descending }, output) => target.argsort(x!, dim, descending, output),
  vjps: [null],
  reads: [],
});

/** Undoes broadcasting: the sum over the dims that were stretched to get from `shape` to the tensor's own. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.ndim - shape.length;
  const dims: number[] = [];
  for (let d = 0; d < x.ndim; d++) if (d < lead || (shape[d - lead] === 1 && x.shape[d] !== 1)) dims.push(d);
  return reshapeTo(dims.length === 0 ? x : sumOver(x, { dims }), { shape });
}
