import type { Scalar } from "./expression.js";
import { input } from "./expression.js";

/** The dtypes that a loop can be printed for. */
export type PointwiseDType = "float32" | "float64" | "int32" | "bool";

/** "value" is of the common dtype of the values; "bool" is a boolean whatever that dtype is. */
export type PointwiseRole = "value" | "bool";

/** What a pointwise kernel is printed from: `where` is inputs bool, value, value → value on all four dtypes. */
export interface PointwiseDeclaration {
  /** The kernel's name, unique over all declarations. */
  readonly name: string;
  readonly inputs: readonly PointwiseRole[];
  readonly output: PointwiseRole;
  /** The common dtypes for which there is a loop; where no input is a value (logical ops), bool alone. */
  readonly dtypes: readonly PointwiseDType[];
  readonly expression: Scalar;
}

export type PointwiseArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * output[start + i] = f(inputs[k][offsets[k] + i × strides[k]], …) for i in 0 … count − 1.
 *
 * Strides and offsets are in elements; a stride of 0 broadcasts. The output may be one of the inputs where both are
 * read and written at the same index. Values are float64 until the store; bool arrays hold 0 and 1.
 */
export type PointwiseLoop = (
  count: number,
  inputs: readonly PointwiseArray[],
  offsets: readonly number[],
  strides: readonly number[],
  output: PointwiseArray,
  start: number,
) => void;

/** The expression of `build` over one input a role. */
export function expressionOf(roles: readonly PointwiseRole[], build: (...args: Scalar[]) => Scalar): Scalar {
  return build(...roles.map((role, index) => input(index, role === "bool" ? "boolean" : "number")));
}
