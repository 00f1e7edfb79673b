import { contiguousStrides } from "../../shape.js";
import { Storage, type Strided } from "../../storage.js";
import { copy } from "../reference/copy.js";

/** A tensor of the heap and the place in WebAssembly's memory that it is copied to; positions are in elements. */
export interface Operand {
  readonly tensor: Strided;
  readonly at: number;
  /** Where it ends: vectors are loaded from multiples of 16 bytes, so the next one begins at a multiple of 4. */
  readonly end: number;
  /** Its strides there: its own where its elements fill what they span (dims swapped, dims stretched). */
  readonly strides: readonly number[];
  readonly filling: boolean;
}

/** The elements from the first to the last, or NaN where a stride leads back. */
function spanOf({ shape, strides }: Strided): number {
  let span = 1;
  for (let d = 0; d < shape.length; d++) span += strides[d]! < 0 ? Number.NaN : (shape[d]! - 1) * strides[d]!;
  return span;
}

/** Plans where an operand comes to lie. */
export function operandAt(tensor: Strided, at: number): Operand {
  const span = spanOf(tensor);
  const filling = span <= tensor.size;
  const strides = filling ? tensor.strides : contiguousStrides(tensor.shape);
  const end = at + ((((filling ? span : tensor.size) + 3) >> 2) << 2);
  return { tensor, at, end, strides, filling };
}

/** Copies an operand to its place. */
export function load({ tensor, at, end, strides, filling }: Operand, floats: Float32Array): void {
  const { storage, offset, shape, size, dtype } = tensor;
  if (!filling) copy(tensor, { storage: new Storage(floats), offset: at, shape, size, dtype, strides });
  else {
    const { array } = storage;
    const span = Math.min(end - at, array.length - offset);
    floats.set(offset === 0 && span === array.length ? array : array.subarray(offset, offset + span), at);
  }
}
