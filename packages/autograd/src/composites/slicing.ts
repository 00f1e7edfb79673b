import { ShapeError, ValueError } from "../errors.js";
import * as kind from "../kinds.js";
import { reverse } from "../primitives/reductions.js";
import { sliceGrid } from "../primitives/views.js";
import { format, normalizeDim, normalizeDims, normalizeIndex } from "../shape.js";
import { show } from "../show.js";
import type { Tensor } from "../tensor.js";
import { squeeze, unsqueeze } from "./shape.js";

/** The elements start, start + step, … before `stop` along a dim, as a view; negative bounds count from the end. */
export function slice(x: Tensor, dim: number, start?: number | null, stop?: number | null, step = 1): Tensor {
  kind.checkTensors("slice", x);
  const at = normalizeDim("slice", dim, x.ndim);
  const extent = x.shape[at] ?? 1;
  const whole = [start ?? 0, stop ?? 0, step].every(Number.isInteger);
  if (!whole || step === 0 || x.ndim === 0) {
    throw new ValueError("slice: bounds and step are whole numbers, the step not 0", {
      got: `${show(start)}, ${show(stop)}, ${show(step)} on ${format(x.shape)}`,
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
    // A step that is never taken may be too large to count with.
    steps: x.shape.map((_, d) => (d === at && count > 1 ? step : 1)),
    shape: x.shape.map((e, d) => (d === at ? count : e)),
  });
}

/** One index of a dim, which goes away; negative counts from the end. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  kind.checkTensors("select", x);
  return pick("select", x, normalizeDim("select", dim, x.ndim), index);
}

function pick(operation: string, x: Tensor, at: number, index: number): Tensor {
  const i = normalizeIndex(operation, index, x.shape[at] ?? 0);
  return squeeze(slice(x, at, i, i + 1), at);
}

/** More parts than this are a mistake, and would use up the memory. */
const MAX_PARTS = 2 ** 20;

/** Parts of a dim: of `size` elements each (the last may be shorter), or of the given sizes. */
export function split(x: Tensor, size: number | readonly number[], dim = 0): Tensor[] {
  kind.checkTensors("split", x);
  const at = normalizeDim("split", dim, x.ndim);
  const extent = x.shape[at] ?? 1;
  // Not positive, or too small, a size is left as it is, for the check below to refuse.
  const sizes: readonly number[] =
    typeof size === "number" && size > 0 && extent / size <= MAX_PARTS
      ? Array.from({ length: Math.max(1, Math.ceil(extent / size)) }, (_, i) => Math.min(size, extent - i * size))
      : [size].flat();
  const fits = sizes.every((s) => Number.isInteger(s) && s >= 0) && sizes.reduce((a, b) => a + b, 0) === extent;
  if (!fits || x.ndim === 0) {
    throw new ShapeError("split: the sizes do not add up to the extent", {
      got: `${show(size)} for ${x.ndim === 0 ? "a tensor without dims" : `an extent of ${extent}`}`,
      hint: "give one positive size, or sizes whose sum is the extent",
    });
  }
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice(x, at, start - size, start);
  });
}

/** At most `chunks` parts of ⌈extent / chunks⌉ elements each, the last one shorter; `chunks` empty parts of nothing. */
export function chunk(x: Tensor, chunks: number, dim = 0): Tensor[] {
  kind.checkTensors("chunk", x);
  const at = normalizeDim("chunk", dim, x.ndim);
  if (!Number.isInteger(chunks) || chunks < 1 || chunks > MAX_PARTS) {
    throw new ValueError("chunk: the number of chunks must be at least 1", {
      got: show(chunks),
      hint: `use 1, 2, … ${MAX_PARTS}`,
    });
  }
  const extent = x.shape[at] ?? 1;
  return split(x, extent === 0 ? new Array<number>(chunks).fill(0) : Math.ceil(extent / chunks), at);
}

/** One item of {@link index}. */
export type IndexItem = number | readonly (number | null)[] | "newaxis" | "ellipsis";

const isItem = (item: unknown): boolean =>
  item === "newaxis" || item === "ellipsis" || typeof item === "number" || (Array.isArray(item) && item.length <= 3);

/** NumPy's basic indexing: integers, `[start, stop, step]` with nulls, `"newaxis"`, `"ellipsis"`. A view. */
export function index(x: Tensor, spec: readonly IndexItem[]): Tensor {
  kind.checkTensors("index", x);
  kind.checkArgument("index", "the index", spec, kind.list);
  const wrong = spec.findIndex((item) => !isItem(item));
  if (wrong >= 0) {
    throw new ValueError("index: no such item", {
      got: show(spec[wrong]),
      hint: 'use integers, [start, stop, step] with nulls, "newaxis", "ellipsis"',
    });
  }
  const consumed = spec.filter((item) => item !== "newaxis" && item !== "ellipsis").length;
  if (consumed > x.ndim || spec.filter((item) => item === "ellipsis").length > 1) {
    throw new ShapeError("index: too many items", {
      got: `${show(spec)} for ${x.ndim} dims`,
      hint: "at most one item a dim, and one ellipsis",
    });
  }
  let result = x;
  let dim = 0;
  for (const item of spec) {
    if (item === "newaxis") result = unsqueeze(result, dim++);
    else if (item === "ellipsis") dim += x.ndim - consumed;
    else if (typeof item === "number") result = pick("index", result, dim, item);
    else result = slice(result, dim++, item[0], item[1], item[2] ?? 1);
  }
  return result;
}

/** The order of the elements along the dims reversed, as a view. */
export function flip(x: Tensor, dims: number | readonly number[]): Tensor {
  kind.checkTensors("flip", x);
  return normalizeDims("flip", dims ?? [dims], x.ndim).reduce(reverse, x);
}
