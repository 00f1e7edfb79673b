import { bytesPerElement } from "../dtype.js";
import { broadcastStrides, contiguousStrides, isContiguous, reshapeStrides, type Shape, sameShape } from "../shape.js";
import type { Operand, Value } from "./graph.js";

/** All elements of a value in the order in which they lie, by default as one dim. */
export function whole(value: Value, shape: Shape = [value.size]): Operand {
  return { value, dtype: value.dtype, shape, strides: contiguousStrides(shape), offset: 0, size: value.size };
}

/** Whether the operand is all of its value, in row-major order. */
export const isWhole = ({ value, shape, strides, offset, size }: Operand): boolean =>
  offset === 0 && size === value.size && isContiguous(shape, strides);

/** The bytes that a value takes. */
export const bytesOf = ({ size, dtype }: Value): number => size * bytesPerElement[dtype];

/** The same elements in the same order under another shape of as many; `null` where strides cannot say so. */
export function reshaped(operand: Operand, shape: Shape): Operand | null {
  if (sameShape(operand.shape, shape)) return operand;
  const strides = reshapeStrides(operand.shape, operand.strides, shape);
  return strides === null ? null : { ...operand, shape, strides };
}

/** The operand stretched to a shape that it broadcasts to. */
export function expanded(operand: Operand, shape: Shape): Operand {
  if (sameShape(operand.shape, shape)) return operand;
  const strides = broadcastStrides(operand.shape, operand.strides, shape);
  return { ...operand, shape, strides, size: shape.reduce((size, extent) => size * extent, 1) };
}

/** What {@link expanded} undoes: extent 1 where nothing moves, and no such dims in front. */
export function shrunk(operand: Operand): Operand {
  const first = operand.shape.findIndex((extent, d) => extent !== 1 && operand.strides[d] !== 0);
  if (first < 0) return { ...operand, shape: [], strides: [], size: 1 };
  const strides = operand.strides.slice(first);
  const shape = operand.shape.slice(first).map((extent, d) => (strides[d] === 0 ? 1 : extent));
  return { ...operand, shape, strides, size: shape.reduce((size, extent) => size * extent, 1) };
}

/** Whether both see the same elements in the same shape. */
export function sameElements(a: Operand, b: Operand): boolean {
  if (a.value !== b.value || a.offset !== b.offset || !sameShape(a.shape, b.shape)) return false;
  return a.shape.every((extent, d) => extent === 1 || a.strides[d] === b.strides[d]);
}

/** A text that is equal for operands of {@link sameElements}. */
export function operandKey({ value, shape, strides, offset }: Operand): string {
  const steps = strides.map((stride, d) => (shape[d] === 1 ? 0 : stride));
  return `${value.id}@${offset}[${shape.join()}](${steps.join()})`;
}
