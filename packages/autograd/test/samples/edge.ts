import { type Tensor, tensor, zeros } from "../../src/index.js";

/** A call on empty or 0-d operands, and its result: dtype, shape and elements, or the first line of the error. */
export type Edge = readonly [run: () => unknown, result: string];

/** Empty tensors, with their shape for a name. */
export const none = (...shape: number[]): Tensor => zeros(shape, { dtype: "float64" });
/** A 0-d tensor. */
export const single = (value: number): Tensor => tensor(Float64Array.of(value), { shape: [] });
export const noIds = (...shape: number[]): Tensor => zeros(shape, { dtype: "int32" });
export const noMask = (...shape: number[]): Tensor => zeros(shape, { dtype: "bool" });

export const [noRows, noWidth] = [none(0, 3), none(2, 0)];
