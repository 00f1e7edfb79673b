import { promote } from "../dtype.js";
import { checkOptions, ShapeError, ValueError } from "../errors.js";
import { reverse } from "../primitives/reductions.js";
import { castTo, concatenate, expandTo, permuteDims, placeOnGrid, reshapeTo, sliceGrid } from "../primitives/views.js";
import {
  checkShape,
  format,
  normalizeDim,
  normalizeDims,
  normalizeIndex,
  type Shape,
  sameShape,
  sizeOf,
} from "../shape.js";
import type { Tensor } from "../tensor.js";

/** The same elements under another shape; one extent may be −1 and follows from the rest. A view where possible. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const unknown = shape.indexOf(-1);
  let target = shape;
  if (unknown >= 0) {
    const rest = shape.reduce((size, extent, i) => (i === unknown ? size : size * extent), 1);
    target = shape.map((extent, i) => (i === unknown ? (rest === 0 ? 0 : x.size / rest) : extent));
  }
  if (target.some((extent) => !Number.isInteger(extent) || extent < 0) || sizeOf(target) !== x.size) {
    throw new ShapeError(`reshape: ${x.size} elements do not fill the shape`, {
      got: `${format(x.shape)} to ${format(shape)}`,
      hint: "the number of elements must stay; one extent may be −1",
    });
  }
  return reshapeTo(x, { shape: [...target] });
}

/** Two dims swapped, as a view. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  const a = normalizeDim("transpose", dim0, x.ndim);
  const b = normalizeDim("transpose", dim1, x.ndim);
  return permuteDims(x, { dims: x.shape.map((_, d) => (d === a ? b : d === b ? a : d)) });
}

/** The dims in another order, as a view: dim i of the result is dim `dims[i]` of the operand. */
export function permute(x: Tensor, dims: readonly number[]): Tensor {
  const order = dims.map((d) => normalizeDim("permute", d, x.ndim));
  if (order.length !== x.ndim || new Set(order).size !== x.ndim) {
    throw new ShapeError("permute: every dim must be named once", {
      got: `${format(dims)} for ${x.ndim} dims`,
      hint: `name each of 0 … ${x.ndim - 1}`,
    });
  }
  return permuteDims(x, { dims: order });
}

/** Dims of extent 1 stretched and dims put in front, as a view; −1 keeps an extent. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const lead = shape.length - x.ndim;
  const target = shape.map((extent, d) => (extent === -1 && d >= lead ? x.shape[d - lead]! : extent));
  const fits = lead >= 0 && x.shape.every((extent, d) => extent === 1 || extent === target[lead + d]);
  if (!fits) {
    throw new ShapeError("expand: only dims of extent 1 stretch", {
      got: `${format(x.shape)} to ${format(shape)}`,
      hint: "use repeat to copy, or unsqueeze first",
    });
  }
  return expandTo(x, { shape: checkShape("expand", target) });
}

/** Without dims of extent 1: all of them, or those named (others are left). */
export function squeeze(x: Tensor, dim?: number | readonly number[] | null): Tensor {
  const dims = normalizeDims("squeeze", dim, x.ndim);
  return reshapeTo(x, { shape: x.shape.filter((extent, d) => extent !== 1 || !dims.includes(d)) });
}

/** With a dim of extent 1 put in at `dim`. */
export function unsqueeze(x: Tensor, dim: number): Tensor {
  const at = normalizeDim("unsqueeze", dim, x.ndim + 1);
  return reshapeTo(x, { shape: [...x.shape.slice(0, at), 1, ...x.shape.slice(at)] });
}

/** The dims from `start` to `end` (both included) as one. */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  if (x.ndim === 0) return reshapeTo(x, { shape: [1] });
  const from = normalizeDim("flatten", start, x.ndim);
  const last = normalizeDim("flatten", end, x.ndim);
  if (from > last) {
    throw new ShapeError("flatten: start lies behind end", { got: `${start} to ${end}`, hint: "swap them" });
  }
  const middle = sizeOf(x.shape.slice(from, last + 1));
  return reshapeTo(x, { shape: [...x.shape.slice(0, from), middle, ...x.shape.slice(last + 1)] });
}

function checkList(operation: string, tensors: readonly Tensor[]): void {
  if (tensors.length === 0) {
    throw new ShapeError(`${operation}: no tensors`, { got: "[]", hint: "pass at least one" });
  }
}

/** The tensors one behind the other along a dim; all other extents are equal. A 1-d tensor of no elements is skipped. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  checkList("cat", tensors);
  const full = tensors.filter((x) => x.ndim !== 1 || x.size > 0);
  const parts = full.length > 0 ? full : tensors;
  const first = parts[0]!;
  const at = normalizeDim("cat", dim, first.ndim);
  const dtype = promote(tensors);
  for (const x of parts) {
    if (
      first.ndim === 0 ||
      x.ndim !== first.ndim ||
      x.shape.some((extent, d) => d !== at && extent !== first.shape[d])
    ) {
      throw new ShapeError(`cat: shapes differ outside dim ${at}`, {
        got: tensors.map(({ shape }) => format(shape)).join(", "),
        hint: "all other extents must be equal; use stack for a new dim",
      });
    }
  }
  return concatenate(
    parts.map((x) => castTo(x, dtype)),
    { dim: at },
  );
}

/** The tensors, all of one shape, along a new dim. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  checkList("stack", tensors);
  if (tensors.some(({ shape }) => !sameShape(shape, tensors[0]!.shape))) {
    throw new ShapeError("stack: shapes differ", {
      got: tensors.map(({ shape }) => format(shape)).join(", "),
      hint: "all shapes must be equal; use cat to join along a dim that is there",
    });
  }
  const at = normalizeDim("stack", dim, tensors[0]!.ndim + 1);
  return cat(
    tensors.map((x) => unsqueeze(x, at)),
    at,
  );
}

/** The elements start, start + step, … before `stop` along a dim, as a view; negative bounds count from the end. */
export function slice(x: Tensor, dim: number, start?: number | null, stop?: number | null, step = 1): Tensor {
  const at = normalizeDim("slice", dim, x.ndim);
  const extent = x.shape[at] ?? 1;
  const whole = [start ?? 0, stop ?? 0, step].every(Number.isInteger);
  if (!whole || step === 0 || x.ndim === 0) {
    throw new ValueError("slice: bounds and step are whole numbers, the step not 0", {
      got: `${start}, ${stop}, ${step} on ${format(x.shape)}`,
      hint: "leave a bound out (or null) for the end",
    });
  }
  // As Python's slices: clamped, and from the far end for a negative step.
  const clamp = (bound: number, low: number, high: number) =>
    Math.min(Math.max(bound < 0 ? bound + extent : bound, low), high);
  const from = step > 0 ? clamp(start ?? 0, 0, extent) : start == null ? extent - 1 : clamp(start, -1, extent - 1);
  const to = step > 0 ? clamp(stop ?? extent, 0, extent) : stop == null ? -1 : clamp(stop, -1, extent - 1);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return sliceGrid(x, {
    starts: x.shape.map((_, d) => (d === at ? from : 0)),
    steps: x.shape.map((_, d) => (d === at ? step : 1)),
    shape: x.shape.map((e, d) => (d === at ? count : e)),
  });
}

/** One index of a dim, which goes away; negative counts from the end. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  const at = normalizeDim("select", dim, x.ndim);
  const i = normalizeIndex("select", index, x.shape[at] ?? 0);
  return squeeze(slice(x, at, i, i + 1), at);
}

/** Parts of a dim: of `size` elements each (the last may be shorter), or of the given sizes. */
export function split(x: Tensor, size: number | readonly number[], dim = 0): Tensor[] {
  const at = normalizeDim("split", dim, x.ndim);
  const extent = x.shape[at] ?? 1;
  // Not positive, a size is left as it is, for the check below to refuse.
  const sizes =
    typeof size === "number" && size > 0
      ? Array.from({ length: Math.max(1, Math.ceil(extent / size)) }, (_, i) => Math.min(size, extent - i * size))
      : [size].flat();
  if (sizes.some((s) => !Number.isInteger(s) || s < 0) || sizes.reduce((a, b) => a + b, 0) !== extent) {
    throw new ShapeError("split: the sizes do not add up to the extent", {
      got: `${typeof size === "number" ? size : format(size)} for an extent of ${extent}`,
      hint: "give one positive size, or sizes whose sum is the extent",
    });
  }
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice(x, at, start - size, start);
  });
}

/** At most `chunks` parts of ⌈extent / chunks⌉ elements each, the last one shorter. */
export function chunk(x: Tensor, chunks: number, dim = 0): Tensor[] {
  const at = normalizeDim("chunk", dim, x.ndim);
  if (!Number.isInteger(chunks) || chunks < 1) {
    throw new ValueError("chunk: the number of chunks must be at least 1", {
      got: String(chunks),
      hint: "use 1, 2, …",
    });
  }
  return split(x, Math.max(1, Math.ceil((x.shape[at] ?? 1) / chunks)), at);
}

/** One item of {@link index}. */
export type IndexItem = number | readonly (number | null)[] | "newaxis" | "ellipsis";

/** NumPy's basic indexing: integers, `[start, stop, step]` with nulls, `"newaxis"`, `"ellipsis"`. A view. */
export function index(x: Tensor, spec: readonly IndexItem[]): Tensor {
  const consumed = spec.filter((item) => item !== "newaxis" && item !== "ellipsis").length;
  if (consumed > x.ndim || spec.filter((item) => item === "ellipsis").length > 1) {
    throw new ShapeError("index: too many items", {
      got: `${JSON.stringify(spec)} for ${x.ndim} dims`,
      hint: "at most one item a dim, and one ellipsis",
    });
  }
  let result = x;
  let dim = 0;
  for (const item of spec) {
    if (item === "newaxis") result = unsqueeze(result, dim++);
    else if (item === "ellipsis") dim += x.ndim - consumed;
    else if (typeof item === "number") result = select(result, dim, item);
    else result = slice(result, dim++, item[0], item[1], item[2] ?? 1);
  }
  return result;
}

/** The order of the elements along the dims reversed, as a view. */
export function flip(x: Tensor, dims: number | readonly number[]): Tensor {
  return normalizeDims("flip", dims, x.ndim).reduce(reverse, x);
}

/** The elements moved along the dims, those pushed out coming in at the other end; without dims over the flat tensor. */
export function roll(x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[] | null): Tensor {
  const by = typeof shifts === "number" ? [shifts] : shifts;
  if (dims === undefined || dims === null || (Array.isArray(dims) && dims.length === 0)) {
    return reshapeTo(roll(reshapeTo(x, { shape: [x.size] }), by[0] ?? 0, 0), { shape: x.shape });
  }
  const along = typeof dims === "number" ? [dims] : (dims as readonly number[]);
  if (by.length !== along.length) {
    throw new ShapeError("roll: one shift a dim", {
      got: `${by.length} shifts, ${along.length} dims`,
      hint: "give as many",
    });
  }
  return along.reduce((result, dim, i) => {
    const at = normalizeDim("roll", dim, x.ndim);
    const extent = x.shape[at] ?? 1;
    const shift = extent === 0 ? 0 : ((by[i]! % extent) + extent) % extent;
    return shift === 0 ? result : cat([slice(result, at, extent - shift), slice(result, at, 0, extent - shift)], at);
  }, x);
}

/** The tensor copied `repeats[d]` times along each dim; more repeats than dims put dims in front. */
export function repeat(x: Tensor, repeats: readonly number[]): Tensor {
  checkShape("repeat", repeats);
  const lead = repeats.length - x.ndim;
  if (lead < 0) {
    throw new ShapeError("repeat: a number for each dim is needed", {
      got: `${repeats.length} for ${x.ndim} dims`,
      hint: "use 1 for dims that stay",
    });
  }
  const shape = [...new Array<number>(lead).fill(1), ...x.shape];
  const apart = reshapeTo(x, { shape: shape.flatMap((extent) => [1, extent]) });
  const wide = expandTo(apart, { shape: shape.flatMap((extent, d) => [repeats[d]!, extent]) });
  return reshapeTo(wide, { shape: shape.map((extent, d) => extent * repeats[d]!) });
}

/**
 * Elements put around the tensor: [before, after] pairs from the last dim backwards, as PyTorch's `pad` has them;
 * negative amounts crop.
 */
export function pad(x: Tensor, pairs: readonly number[], options: { readonly value?: number } = {}): Tensor {
  checkOptions("pad", options, ["value"]);
  if (pairs.length % 2 !== 0 || pairs.length > 2 * x.ndim || !pairs.every(Number.isInteger)) {
    throw new ShapeError("pad: pairs of whole numbers are needed, from the last dim backwards", {
      got: `${format(pairs)} for ${x.ndim} dims`,
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
    value: options.value ?? 0,
  });
}
