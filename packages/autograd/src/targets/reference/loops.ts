import { allocate } from "../../dtype.js";
import { contiguousStrides, isContiguous, type Shape } from "../../shape.js";
import type { Strided } from "../../storage.js";
import { Storage } from "../../storage.js";
import { copy } from "./copy.js";

/**
 * Calls `visit` for every row along the last dim of a common shape, with each operand's position in memory at the
 * row's start. `strides[k]` are operand k's strides for that shape. The positions are reused between calls.
 */
export function forEachRow(
  shape: Shape,
  strides: readonly (readonly number[])[],
  offsets: readonly number[],
  visit: (positions: readonly number[], row: number) => void,
): void {
  const outer = shape.length - 1;
  let rows = 1;
  for (let d = 0; d < outer; d++) rows *= shape[d]!;
  const positions = offsets.slice();
  const index = new Array<number>(Math.max(outer, 0)).fill(0);
  for (let row = 0; row < rows; row++) {
    visit(positions, row);
    for (let d = outer - 1; d >= 0; d--) {
      index[d]!++;
      const wrapped = index[d] === shape[d];
      const steps = wrapped ? 1 - shape[d]! : 1;
      for (let k = 0; k < positions.length; k++) positions[k]! += strides[k]![d]! * steps;
      if (!wrapped) break;
      index[d] = 0;
    }
  }
}

/** The operand itself where it is contiguous, otherwise a contiguous copy: for kernels that want flat memory. */
export function flat(x: Strided): Strided {
  if (isContiguous(x.shape, x.strides)) return x;
  const { shape, dtype, size } = x;
  const result = {
    storage: new Storage(allocate(dtype, size)),
    shape,
    dtype,
    size,
    offset: 0,
    strides: contiguousStrides(shape),
  };
  copy(x, result);
  return result;
}

/** The elements as [outer, extent, inner] around one dim. */
export interface Around {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

/** How row-major memory of this shape looks from one dim. */
export function around(shape: Shape, dim: number): Around {
  let outer = 1;
  let inner = 1;
  for (let d = 0; d < dim; d++) outer *= shape[d]!;
  for (let d = dim + 1; d < shape.length; d++) inner *= shape[d]!;
  return { outer, extent: shape[dim] ?? 1, inner };
}
