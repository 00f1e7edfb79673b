import { arange } from "../create.js";
import { checkOptions, DTypeError, ShapeError } from "../errors.js";
import { gatherAlong, replaceSlices, scatterSum, selectSlices } from "../primitives/indexing.js";
import { add, eq, where } from "../primitives/pointwise.js";
import { castTo, reshapeTo } from "../primitives/views.js";
import { format, normalizeDim, normalizeIndex } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { unsqueeze } from "./shape.js";

function checkIds(operation: string, ids: Tensor): Tensor {
  if (ids.dtype === "int32") return ids;
  throw new DTypeError(`${operation}: indices must be int32`, {
    got: ids.dtype,
    hint: 'convert them: ids.to("int32")',
  });
}

function checkList(operation: string, ids: Tensor): Tensor {
  checkIds(operation, ids);
  if (ids.ndim > 1) {
    throw new ShapeError(`${operation}: the index has one dim`, {
      got: format(ids.shape),
      hint: "use gather for more",
    });
  }
  return ids;
}

/** Whole slices of a dim, in the order of a 1-d index. */
export const indexSelect = (x: Tensor, dim: number, index: Tensor): Tensor =>
  selectSlices([x, checkList("indexSelect", index)], { dim: normalizeDim("indexSelect", dim, x.ndim) });

function checkFits(operation: string, x: Tensor, dim: number, index: Tensor): void {
  if (index.ndim !== x.ndim || index.shape.some((extent, d) => d !== dim && extent > x.shape[d]!)) {
    throw new ShapeError(`${operation}: the index does not fit`, {
      got: `index ${format(index.shape)} for ${format(x.shape)} along dim ${dim}`,
      hint: "it has as many dims, none longer than the tensor's but the one indexed",
    });
  }
}

/** One element for each index: out[…, i, …] = x[…, index[…, i, …], …]. */
export function gather(x: Tensor, dim: number, index: Tensor): Tensor {
  const at = normalizeDim("gather", dim, x.ndim);
  checkFits("gather", x, at, checkIds("gather", index));
  return gatherAlong([x, index], { dim: at });
}

/** x with the source's elements added at the indices; equal indices add up. */
export function scatterAdd(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  const at = normalizeDim("scatterAdd", dim, x.ndim);
  checkFits("scatterAdd", x, at, checkIds("scatterAdd", index));
  if (source.ndim !== index.ndim || index.shape.some((extent, d) => extent > source.shape[d]!)) {
    throw new ShapeError("scatterAdd: the source has too few elements", {
      got: `source ${format(source.shape)}, index ${format(index.shape)}`,
      hint: "one element for each index",
    });
  }
  return add(x, scatterSum([castTo(source, x.dtype), index], { dim: at, shape: x.shape }));
}

/** x with whole slices of a dim replaced by those of the source; of equal indices the last one counts. */
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  const at = normalizeDim("indexCopy", dim, x.ndim);
  checkList("indexCopy", index);
  if (source.ndim !== x.ndim || source.shape.some((extent, d) => extent !== (d === at ? index.size : x.shape[d]))) {
    throw new ShapeError("indexCopy: the source does not fit", {
      got: `source ${format(source.shape)}, ${index.size} indices into ${format(x.shape)} along dim ${at}`,
      hint: "the source has the tensor's shape, with one slice for each index",
    });
  }
  return replaceSlices([x, index, castTo(source, x.dtype)], { dim: at });
}

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** The row that gets no gradient. */
  readonly paddingIdx?: number;
}

/**
 * The rows of a table for ids of any shape.
 * @param weight [V, D]
 * @param ids int32 [...]
 * @returns [..., D]
 * @throws ValueError for an id outside 0 … V − 1.
 */
export function embedding(weight: Tensor, ids: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkOptions("embedding", options, ["paddingIdx"]);
  const flat = reshapeTo(checkIds("embedding", ids), { shape: [ids.size] });
  let rows = selectSlices([weight, flat], { dim: 0 });
  if (options.paddingIdx !== undefined) {
    const row = normalizeIndex("embedding: paddingIdx", options.paddingIdx, weight.shape[0]!);
    rows = where(unsqueeze(eq(flat, row), 1), rows.detach(), rows);
  }
  return reshapeTo(rows, { shape: [...ids.shape, ...weight.shape.slice(1)] });
}

function triangle(operation: string, x: Tensor, diagonal: number, lower: boolean): Tensor {
  if (x.ndim < 2) {
    throw new ShapeError(`${operation}: a matrix is needed`, { got: format(x.shape), hint: "the last two dims count" });
  }
  const row = reshapeTo(arange(x.shape.at(-2)!, { dtype: "int32" }), { shape: [x.shape.at(-2)!, 1] });
  const column = arange(x.shape.at(-1)!, { dtype: "int32" });
  const below = add(row, diagonal);
  // `false` is 0 in every dtype and promotes none.
  return where(lower ? column.le(below) : column.ge(below), x, false);
}

/** The lower triangle of the last two dims, up to and with the diagonal; 0 elsewhere. */
export const tril = (x: Tensor, diagonal = 0): Tensor => triangle("tril", x, diagonal, true);
/** The upper triangle of the last two dims, from the diagonal on; 0 elsewhere. */
export const triu = (x: Tensor, diagonal = 0): Tensor => triangle("triu", x, diagonal, false);
