import { contiguousStrides } from "../../shape.js";
import { Storage, type Strided } from "../../storage.js";
import { copy } from "../reference/copy.js";
import type { Views } from "./memory.js";

/** A tensor of the heap, float32 or bool, and where in WebAssembly's memory its copy lies. */
export interface Operand {
  readonly tensor: Strided;
  /** The address of the first element. */
  readonly at: number;
  /** The address behind the last, a multiple of 16: vectors are loaded from such. */
  readonly end: number;
  /** Bytes of an element. */
  readonly bytes: number;
  /** In elements: its own where its elements fill what they span (dims swapped, dims stretched). */
  readonly strides: readonly number[];
  readonly filling: boolean;
}

/** The next multiple of 16. */
export const aligned = (address: number): number => Math.ceil(address / 16) * 16;

/** The elements from the first to the last, or NaN where a stride leads back. */
function spanOf({ shape, strides, size }: Strided): number {
  // Of none: a dim of extent 0 may have any stride.
  if (size === 0) return 0;
  let span = 1;
  for (let d = 0; d < shape.length; d++) span += strides[d]! < 0 ? Number.NaN : (shape[d]! - 1) * strides[d]!;
  return span;
}

/** The bytes that a tensor takes in WebAssembly's memory, a multiple of 16; none where there is no tensor. */
export const bytesOf = (tensor: Strided | null): number => (tensor === null ? 0 : operandAt(tensor, 0).end);

/** Plans where a tensor comes to lie. */
export function operandAt(tensor: Strided, at: number): Operand {
  const span = spanOf(tensor);
  const filling = span <= tensor.size;
  const bytes = tensor.dtype === "bool" ? 1 : 4;
  const strides = filling ? tensor.strides : contiguousStrides(tensor.shape);
  return { tensor, at, end: aligned(at + bytes * (filling ? span : tensor.size)), bytes, strides, filling };
}

/** Copies a tensor to its place. */
export function load({ tensor, at, bytes, strides, filling }: Operand, views: Views): void {
  const { storage, offset, shape, size, dtype } = tensor;
  const memory = bytes === 1 ? views.bytes : views.floats;
  if (!filling) {
    copy(tensor, { storage: new Storage(memory), offset: at / bytes, shape, size, dtype, strides });
    return;
  }
  const { array } = storage;
  const span = spanOf(tensor);
  memory.set(span === array.length ? array : array.subarray(offset, offset + span), at / bytes);
}
