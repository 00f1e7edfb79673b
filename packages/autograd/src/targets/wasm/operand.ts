import type { DType, TypedArray } from "../../dtype.js";
import { contiguousStrides } from "../../shape.js";
import { Storage, type Strided } from "../../storage.js";
import { copy } from "../reference/copy.js";
import type { Views } from "./memory.js";

/** A tensor of the heap, and where in a part of WebAssembly's memory its copy lies. */
export interface Operand {
  readonly tensor: Strided;
  /** Where the first element is, in bytes from the start of the part. */
  readonly at: number;
  /** The place behind the last, a multiple of 64: vectors are read beyond the last element. */
  readonly end: number;
  /** In elements: its own where its elements fill what they span (dims swapped, dims stretched). */
  readonly strides: readonly number[];
  readonly filling: boolean;
}

/** The next multiple of 64. */
export const aligned = (address: number): number => Math.ceil(address / 64) * 64;

const sizes: Readonly<Record<DType, number>> = { bool: 1, int32: 4, float32: 4, float64: 8 };

/** The elements from the first to the last, or NaN where a stride leads back. */
function spanOf({ shape, strides, size }: Strided): number {
  // Of none: a dim of extent 0 may have any stride.
  if (size === 0) return 0;
  let span = 1;
  for (let d = 0; d < shape.length; d++) span += strides[d]! < 0 ? Number.NaN : (shape[d]! - 1) * strides[d]!;
  return span;
}

/** Plans where a tensor comes to lie: at a multiple of 64. */
export function operandAt(tensor: Strided, at: number): Operand {
  const span = spanOf(tensor);
  const filling = span <= tensor.size;
  const strides = filling ? tensor.strides : contiguousStrides(tensor.shape);
  return { tensor, at, end: aligned(at + sizes[tensor.dtype] * (filling ? span : tensor.size)), strides, filling };
}

/** The memory as elements of a dtype. */
function arrayOf(views: Views, dtype: DType): TypedArray {
  switch (dtype) {
    case "bool":
      return views.bytes;
    case "int32":
      return views.words;
    case "float32":
      return views.floats;
    case "float64":
      return views.doubles;
  }
}

/** Copies a tensor to its place in the part that begins at `start`. */
export function load({ tensor, at, strides, filling }: Operand, start: number, views: Views): void {
  const { storage, offset, shape, size, dtype } = tensor;
  const memory = arrayOf(views, dtype);
  const place = (start + at) / sizes[dtype];
  if (!filling) {
    copy(tensor, { storage: new Storage(memory), offset: place, shape, size, dtype, strides });
    return;
  }
  const { array } = storage;
  const span = spanOf(tensor);
  memory.set(span === array.length ? array : array.subarray(offset, offset + span), place);
}

/** What lies at the place of a contiguous tensor in the part that begins at `start`. */
export function elementsOf({ tensor: { dtype, size }, at }: Operand, start: number, views: Views): TypedArray {
  const place = (start + at) / sizes[dtype];
  return arrayOf(views, dtype).subarray(place, place + size);
}
