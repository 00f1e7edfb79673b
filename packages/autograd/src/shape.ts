import { ShapeError, ValueError } from "./errors.js";
import { show } from "./show.js";

/** The extent of each dim, outermost first; `[]` is a 0-d tensor with one element. */
export type Shape = readonly number[];

/** `[2, 3]`, as error messages write a shape. */
export const format = (shape: Shape): string => `[${shape.join(", ")}]`;

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

const none: readonly number[] = [];
const unit: readonly number[] = [1];

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): readonly number[] {
  if (shape.length < 2) return shape.length === 0 ? none : unit;
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** True when the elements lie in row-major order without gaps (dims of extent 1, and empty tensors, have any stride). */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const extent = shape[i]!;
    if (extent !== 1 && strides[i] !== expected) return shape.includes(0);
    expected *= extent;
  }
  return true;
}

/** Whether two shapes have the same extents. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The largest number of elements a tensor may have, views included: positions are 31-bit integers. */
export const MAX_SIZE = 2 ** 31 - 1;

/** Checks that every extent is a whole number ≥ 0 and that the whole is not too large to allocate. */
export function checkShape(operation: string, shape: Shape): Shape {
  // A hole is no element to `every`, but is to `includes`.
  const whole = Array.isArray(shape) && shape.every((extent) => Number.isInteger(extent) && extent >= 0);
  if (!whole || shape.includes(undefined as never)) {
    throw new ShapeError(`${operation}: a shape is a list of whole numbers ≥ 0`, {
      got: show(shape),
      hint: "for instance [2, 3]; [] for a single value",
    });
  }
  if (sizeOf(shape) > MAX_SIZE) {
    throw new ShapeError(`${operation}: the tensor would be too large`, {
      got: `${format(shape)}, ${sizeOf(shape)} elements`,
      hint: `at most ${MAX_SIZE} elements; work in parts`,
    });
  }
  return shape;
}

/** A dim counted from the front, from one that may be negative (−1 is the last). */
export function normalizeDim(operation: string, dim: number, ndim: number): number {
  const range = Math.max(ndim, 1);
  if (!Number.isInteger(dim) || dim < -range || dim >= range) {
    throw new ShapeError(`${operation}: dim out of range for a tensor of ${ndim} dims`, {
      got: show(dim),
      hint: `use a whole number from ${-range} to ${range - 1}`,
    });
  }
  return dim < 0 ? dim + range : dim;
}

/** A list of distinct dims counted from the front; `undefined` or `null` means all of them. */
export function normalizeDims(operation: string, dim: number | readonly number[] | null | undefined, ndim: number) {
  if (dim === undefined || dim === null) return Array.from({ length: ndim }, (_, i) => i);
  const named = (Array.isArray(dim) ? dim : [dim]) as readonly number[];
  const dims = named.map((d) => normalizeDim(operation, d, ndim));
  if (new Set(dims).size !== dims.length) {
    throw new ShapeError(`${operation}: a dim is named twice`, {
      got: format(dim as number[]),
      hint: "name each dim once; −1 is the last",
    });
  }
  if (ndim === 0) return [];
  return dims.sort((a, b) => a - b);
}

/** An index into an extent, from one that may be negative. */
export function normalizeIndex(operation: string, index: number, extent: number): number {
  if (!Number.isInteger(index) || index < -extent || index >= extent) {
    throw new ValueError(`${operation}: index out of range`, {
      got: `${show(index)} for an extent of ${extent}`,
      hint: extent === 0 ? "the dim is empty" : `use a whole number from ${-extent} to ${extent - 1}`,
    });
  }
  return index < 0 ? index + extent : index;
}

/** The shape that NumPy's and PyTorch's broadcasting gives: aligned at the right, 1 stretches. */
export function broadcastShapes(operation: string, shapes: readonly Shape[]): Shape {
  let result = shapes[0]!;
  for (let i = 1; i < shapes.length; i++) result = broadcastPair(operation, result, shapes[i]!, shapes);
  return result;
}

function broadcastPair(operation: string, a: Shape, b: Shape, all: readonly Shape[]): Shape {
  if (sameShape(a, b) || b.length === 0) return a;
  if (a.length === 0) return b;
  const ndim = Math.max(a.length, b.length);
  const result = new Array<number>(ndim);
  for (let i = 1; i <= ndim; i++) {
    const x = i <= a.length ? a[a.length - i]! : 1;
    const y = i <= b.length ? b[b.length - i]! : 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(`${operation}: shapes do not broadcast, ${x} and ${y} at dim −${i}`, {
        got: all.map(format).join(" and "),
        hint: "extents must be equal or 1, aligned at the right; unsqueeze or reshape one operand",
      });
    }
    result[ndim - i] = x === 1 ? y : x;
  }
  return result;
}

/** The strides with which a tensor of `shape` is read as if it had the shape `target`: 0 where it stretches. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): readonly number[] {
  if (sameShape(shape, target)) return strides;
  const result = new Array<number>(target.length).fill(0);
  const lead = target.length - shape.length;
  for (let i = 0; i < shape.length; i++) if (shape[i] !== 1) result[lead + i] = strides[i]!;
  return result;
}

/**
 * The strides that give the elements of (`shape`, `strides`) the shape `target` without moving them, or `null` when no
 * strides can: dims that are merged must be contiguous among themselves.
 */
export function reshapeStrides(shape: Shape, strides: readonly number[], target: Shape): readonly number[] | null {
  if (isContiguous(shape, strides)) return contiguousStrides(target);
  const from = shape.filter((extent) => extent !== 1);
  const steps = strides.filter((_, i) => shape[i] !== 1);
  const result = new Array<number>(target.length).fill(1);
  let i = 0;
  let j = 0;
  while (i < from.length) {
    // The smallest groups of dims, from[i..iEnd) and target[j..jEnd), that hold the same number of elements.
    let iEnd = i + 1;
    let jEnd = j + 1;
    let old = from[i]!;
    let now = target[j]!;
    while (old !== now) {
      if (old < now) old *= from[iEnd++]!;
      else now *= target[jEnd++]!;
    }
    for (let d = i; d < iEnd - 1; d++) if (steps[d] !== from[d + 1]! * steps[d + 1]!) return null;
    let step = steps[iEnd - 1]!;
    for (let d = jEnd - 1; d >= j; d--) {
      result[d] = step;
      step *= target[d]!;
    }
    i = iEnd;
    j = jEnd;
  }
  return result;
}
