import type { DType } from "../../../dtype.js";
import type { Scalar } from "../../../scalar/expression.js";

/**
 * How an operand is walked: its elements are all one (fixed), one for each row (row), neighbours in a row (unit), or at
 * some distance from each other (strided).
 */
export type Access = "fixed" | "row" | "unit" | "strided";

export interface ChainOperand {
  readonly dtype: DType;
  readonly access: Access;
}

/** All that the code of a chain depends on: no extents, no strides, no addresses. */
export interface Chain {
  /** One for each output, over the inputs. */
  readonly expressions: readonly Scalar[];
  /** The number of dims around the rows; without any the elements are one row. */
  readonly outer: number;
  readonly inputs: readonly ChainOperand[];
  readonly outputs: readonly ChainOperand[];
}

/** The words of a chain's descriptor, for `outer` dims around the rows; strides are in bytes. */
export const words = {
  /** Elements in a row. */
  count: 0,
  /** How much of `total` one task does. */
  grain: 1,
  /** All rows, or all elements where there is one row. */
  total: 2,
  extent: (dim: number): number => 3 + dim,
  /** Inputs, then outputs: address, stride in a row, strides of the dims around it. */
  address: (outer: number, operand: number): number => 3 + outer + operand * (2 + outer),
  stride: (outer: number, operand: number): number => words.address(outer, operand) + 1,
  outerStride: (outer: number, operand: number, dim: number): number => words.address(outer, operand) + 2 + dim,
};
