import { toElement } from "../dtype.js";
import { checkOptions, ShapeError } from "../errors.js";
import * as kind from "../kinds.js";
import { expandTo, permuteDims, placeOnGrid, reshapeTo, sliceGrid } from "../primitives/views.js";
import { checkShape, format, normalizeDim, normalizeDims, type Shape, sizeOf } from "../shape.js";
import { show } from "../show.js";
import type { Tensor } from "../tensor.js";

/** The same elements under another shape; one extent may be −1 and follows from the rest. A view where possible. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  kind.checkTensors("reshape", x);
  kind.checkArgument("reshape", "the shape", shape, kind.integers);
  const rest = shape.reduce((size, extent) => (extent === -1 ? size : size * extent), 1);
  // Where the rest holds nothing, −1 could be anything, and nothing is 0 / 0.
  const target = shape.map((extent) => (extent === -1 ? x.size / rest : extent));
  if (target.some((extent) => !Number.isInteger(extent) || extent < 0) || sizeOf(target) !== x.size) {
    throw new ShapeError(`reshape: ${x.size} elements do not fill the shape`, {
      got: `${format(x.shape)} to ${show(shape)}`,
      hint: "the number of elements must stay; one extent may be −1, if the others are not 0",
    });
  }
  return reshapeTo(x, { shape: target });
}

/** Two dims swapped, as a view. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  kind.checkTensors("transpose", x);
  const a = normalizeDim("transpose", dim0, x.ndim);
  const b = normalizeDim("transpose", dim1, x.ndim);
  return permuteDims(x, { dims: x.shape.map((_, d) => (d === a ? b : d === b ? a : d)) });
}

/** The dims in another order, as a view: dim i of the result is dim `dims[i]` of the operand. */
export function permute(x: Tensor, dims: readonly number[]): Tensor {
  kind.checkTensors("permute", x);
  kind.checkArgument("permute", "dims", dims, kind.list);
  const order = dims.map((d) => normalizeDim("permute", d, x.ndim));
  if (order.length !== x.ndim || new Set(order).size !== x.ndim) {
    throw new ShapeError("permute: every dim must be named once", {
      got: `${show(dims)} for ${x.ndim} dims`,
      hint: `name each of 0 … ${x.ndim - 1}`,
    });
  }
  return permuteDims(x, { dims: order });
}

/** Dims of extent 1 stretched and dims put in front, as a view; −1 keeps an extent. */
export function expand(x: Tensor, shape: Shape): Tensor {
  kind.checkTensors("expand", x);
  kind.checkArgument("expand", "the shape", shape, kind.integers);
  const lead = shape.length - x.ndim;
  const target = shape.map((extent, d) => (extent === -1 && d >= lead ? x.shape[d - lead]! : extent));
  const fits = lead >= 0 && x.shape.every((extent, d) => extent === 1 || extent === target[lead + d]);
  if (!fits) {
    throw new ShapeError("expand: only dims of extent 1 stretch", {
      got: `${format(x.shape)} to ${show(shape)}`,
      hint: "use repeat to copy, or unsqueeze first",
    });
  }
  return expandTo(x, { shape: checkShape("expand", target) });
}

/** Without dims of extent 1: all of them, or those named (others are left). */
export function squeeze(x: Tensor, dim?: number | readonly number[] | null): Tensor {
  kind.checkTensors("squeeze", x);
  const dims = normalizeDims("squeeze", dim, x.ndim);
  return reshapeTo(x, { shape: x.shape.filter((extent, d) => extent !== 1 || !dims.includes(d)) });
}

/** With a dim of extent 1 put in at `dim`. */
export function unsqueeze(x: Tensor, dim: number): Tensor {
  kind.checkTensors("unsqueeze", x);
  const at = normalizeDim("unsqueeze", dim, x.ndim + 1);
  return reshapeTo(x, { shape: [...x.shape.slice(0, at), 1, ...x.shape.slice(at)] });
}

/** The dims from `start` to `end` (both included) as one. */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  kind.checkTensors("flatten", x);
  const from = normalizeDim("flatten", start, x.ndim);
  const last = normalizeDim("flatten", end, x.ndim);
  if (from > last) {
    throw new ShapeError("flatten: start lies behind end", { got: `${start} to ${end}`, hint: "swap them" });
  }
  const middle = sizeOf(x.shape.slice(from, last + 1));
  return reshapeTo(x, { shape: [...x.shape.slice(0, from), middle, ...x.shape.slice(last + 1)] });
}

/** The tensor copied `repeats[d]` times along each dim; more repeats than dims put dims in front. */
export function repeat(x: Tensor, repeats: readonly number[]): Tensor {
  kind.checkTensors("repeat", x);
  checkShape("repeat", repeats);
  const lead = repeats.length - x.ndim;
  if (lead < 0) {
    throw new ShapeError("repeat: a number for each dim is needed", {
      got: `${repeats.length} for ${x.ndim} dims`,
      hint: "use 1 for dims that stay",
    });
  }
  const shape = [...new Array<number>(lead).fill(1), ...x.shape];
  const target = checkShape(
    "repeat",
    shape.map((extent, d) => extent * repeats[d]!),
  );
  const apart = reshapeTo(x, { shape: shape.flatMap((extent) => [1, extent]) });
  const wide = expandTo(apart, { shape: shape.flatMap((extent, d) => [repeats[d]!, extent]) });
  return reshapeTo(wide, { shape: target });
}

/**
 * Elements put around the tensor: [before, after] pairs from the last dim backwards, as PyTorch's `pad` has them;
 * negative amounts crop.
 */
export function pad(x: Tensor, pairs: readonly number[], options: { readonly value?: number } = {}): Tensor {
  kind.checkTensors("pad", x);
  kind.checkArgument("pad", "pairs", pairs, kind.list);
  checkOptions("pad", options, { value: kind.element });
  if (pairs.length % 2 !== 0 || pairs.length > 2 * x.ndim || !pairs.every(Number.isInteger)) {
    throw new ShapeError("pad: pairs of whole numbers are needed, from the last dim backwards", {
      got: `${show(pairs)} for ${x.ndim} dims`,
      hint: "[before, after] of the last dim, then of the one before it",
    });
  }
  const before = x.shape.map((_, d) => pairs[2 * (x.ndim - 1 - d)] ?? 0);
  const after = x.shape.map((_, d) => pairs[2 * (x.ndim - 1 - d) + 1] ?? 0);
  const steps = x.shape.map(() => 1);
  const crop = sliceGrid(x, {
    starts: before.map((b) => Math.max(0, -b)),
    steps,
    shape: checkShape(
      "pad",
      x.shape.map((e, d) => e + Math.min(0, before[d]!) + Math.min(0, after[d]!)),
    ),
  });
  if (pairs.every((amount) => amount <= 0)) return crop;
  return placeOnGrid(crop, {
    starts: before.map((b) => Math.max(0, b)),
    steps,
    shape: checkShape(
      "pad",
      x.shape.map((e, d) => e + before[d]! + after[d]!),
    ),
    value: toElement("pad", options.value ?? 0, x.dtype),
  });
}
