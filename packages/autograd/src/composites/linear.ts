import { type DType, promote } from "../dtype.js";
import { DTypeError, ShapeError } from "../errors.js";
import * as kind from "../kinds.js";
import { product } from "../primitives/linear.js";
import { castTo, reshapeTo } from "../primitives/views.js";
import { format } from "../shape.js";
import type { Tensor } from "../tensor.js";

function commonDType(operation: string, a: Tensor, b: Tensor): DType {
  const dtype = promote([a, b]);
  if (dtype !== "bool") return dtype;
  throw new DTypeError(`${operation}: numbers are needed`, { got: "bool @ bool", hint: 'convert one: a.to("int32")' });
}

/**
 * The matrix product. Vectors count as a row on the left and a column on the right, and their dim goes away; leading
 * dims broadcast: [.., M, K] · [.., K, N] → [.., M, N].
 * @throws ShapeError when the inner dims differ or an operand has no dims.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  kind.checkTensors("matmul", a, b);
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError("matmul: an operand has no dims", {
      got: `${format(a.shape)} @ ${format(b.shape)}`,
      hint: "use mul to scale by a single value",
    });
  }
  const dtype = commonDType("matmul", a, b);
  let left = castTo(a, dtype);
  let right = castTo(b, dtype);
  if (a.ndim === 1) left = reshapeTo(left, { shape: [1, ...a.shape] });
  if (b.ndim === 1) right = reshapeTo(right, { shape: [...b.shape, 1] });
  const lead = left.shape.slice(0, -1);
  // One matrix on the right serves all rows of the left: a single product, and a single one for its gradient.
  const fold = left.ndim > 2 && right.ndim === 2 && left.shape.at(-1) === right.shape[0] && left.size > 0;
  if (fold) left = reshapeTo(left, { shape: [left.size / left.shape.at(-1)!, left.shape.at(-1)!] });
  let result = product([left, right], null);
  if (fold) result = reshapeTo(result, { shape: [...lead, right.shape[1]!] });
  if (a.ndim > 1 && b.ndim > 1) return result;
  const shape = [...result.shape];
  if (a.ndim === 1) shape.splice(-2, 1);
  if (b.ndim === 1) shape.pop();
  return reshapeTo(result, { shape });
}

/** Products of matrices batch by batch: [B, M, K] · [B, K, N] → [B, M, N]. */
export function bmm(a: Tensor, b: Tensor): Tensor {
  kind.checkTensors("bmm", a, b);
  if (a.ndim !== 3 || b.ndim !== 3 || a.shape[0] !== b.shape[0]) {
    throw new ShapeError("bmm: two batches of matrices of equal number are needed", {
      got: `${format(a.shape)} @ ${format(b.shape)}`,
      hint: "use matmul for other shapes",
    });
  }
  if (a.shape[2] !== b.shape[1]) {
    throw new ShapeError(`bmm: inner dimensions differ, ${a.shape[2]} and ${b.shape[1]}`, {
      got: `${format(a.shape)} @ ${format(b.shape)}`,
      hint: "[B, M, K] @ [B, K, N]; transpose the last dims of an operand",
    });
  }
  const dtype = commonDType("bmm", a, b);
  return product([castTo(a, dtype), castTo(b, dtype)], null);
}
