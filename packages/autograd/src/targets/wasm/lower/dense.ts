import type { Operand } from "../../../compile/graph.js";
import type { DType } from "../../../dtype.js";
import { isContiguous } from "../../../shape.js";

/** Whether all operands are of this dtype and lie in row-major order without gaps, and none is empty. */
export function areDense(dtype: DType, ...operands: readonly Operand[]): boolean {
  return operands.every((x) => x.dtype === dtype && x.size > 0 && isContiguous(x.shape, x.strides));
}
