import { arange } from "../create.js";
import { checkOptions, DTypeError, ShapeError } from "../errors.js";
import * as kind from "../kinds.js";
import { gatherAlong, replaceSlices, scatterSum, selectSlices } from "../primitives/indexing.js";
import { add, eq, where } from "../primitives/pointwise.js";
import { castTo, reshapeTo, sliceGrid } from "../primitives/views.js";
import { format, normalizeDim, normalizeIndex, sameShape } from "../shape.js";
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

/** Whole slices of a dim, in the order of a 1-d index; of a 0-d tensor its one element. */
export function indexSelect(x: Tensor, dim: number, index: Tensor): Tensor {
  kind.checkTensors("indexSelect", x, index);
  const at = normalizeDim("indexSelect", dim, x.ndim);
  checkList("indexSelect", index);
  if (x.ndim === 0 && index.size !== 1) {
    throw new ShapeError("indexSelect: a 0-d tensor has one element to select", {
      got: `${index.size} indices`,
      hint: "unsqueeze the tensor, or expand it",
    });
  }
  return selectSlices([x, index], { dim: at, what: "indexSelect: index" });
}

function checkSameDType(operation: string, x: Tensor, source: Tensor): void {
  if (x.dtype === source.dtype) return;
  throw new DTypeError(`${operation}: tensor and source must have one dtype`, {
    got: `${x.dtype} and ${source.dtype}`,
    hint: `convert the source: source.to("${x.dtype}")`,
  });
}

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
  kind.checkTensors("gather", x, index);
  const at = normalizeDim("gather", dim, x.ndim);
  checkFits("gather", x, at, checkIds("gather", index));
  return gatherAlong([x, index], { dim: at, what: "gather: index" });
}

/** x with the source's elements added at the indices; equal indices add up. A smaller index leaves out what is behind it. */
export function scatterAdd(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  kind.checkTensors("scatterAdd", x, index, source);
  const at = normalizeDim("scatterAdd", dim, x.ndim);
  checkFits("scatterAdd", x, at, checkIds("scatterAdd", index));
  if (source.ndim !== index.ndim || index.shape.some((extent, d) => extent > source.shape[d]!)) {
    throw new ShapeError("scatterAdd: the source has too few elements", {
      got: `source ${format(source.shape)}, index ${format(index.shape)}`,
      hint: "one element for each index",
    });
  }
  checkSameDType("scatterAdd", x, source);
  // A sum of bools counts, and any count but 0 is true.
  const value = castTo(source, x.dtype === "bool" ? "int32" : x.dtype);
  const used = sameShape(index.shape, source.shape) ? value : corner(value, index.shape);
  return add(x, castTo(scatterSum([used, index], { dim: at, shape: x.shape }), x.dtype));
}

/** The elements with the smallest indices, as many as `shape` has. */
const corner = (x: Tensor, shape: readonly number[]): Tensor =>
  sliceGrid(x, { starts: shape.map(() => 0), steps: shape.map(() => 1), shape });

/** x with whole slices of a dim replaced by those of the source; of equal indices the last one counts. */
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  kind.checkTensors("indexCopy", x, index, source);
  const at = normalizeDim("indexCopy", dim, x.ndim);
  checkList("indexCopy", index);
  const single = x.ndim === 0 && index.size !== 1;
  if (
    single ||
    source.ndim !== x.ndim ||
    source.shape.some((extent, d) => extent !== (d === at ? index.size : x.shape[d]))
  ) {
    throw new ShapeError("indexCopy: the source does not fit", {
      got: `source ${format(source.shape)}, ${index.size} indices into ${format(x.shape)} along dim ${at}`,
      hint: "the source has the tensor's shape, with one slice for each index",
    });
  }
  checkSameDType("indexCopy", x, source);
  return replaceSlices([x, index, source], { dim: at });
}

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** The row that gets no gradient; negative counts from the end. */
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
  kind.checkTensors("embedding", weight, ids);
  checkOptions("embedding", options, { paddingIdx: kind.nullable(kind.integer) });
  if (weight.ndim !== 2) {
    throw new ShapeError("embedding: the table must be a matrix", {
      got: format(weight.shape),
      hint: "[V, D]: a row for each id",
    });
  }
  const flat = reshapeTo(checkIds("embedding", ids), { shape: [ids.size] });
  let rows = selectSlices([weight, flat], { dim: 0, what: "embedding: id" });
  const { paddingIdx = null } = options;
  if (paddingIdx !== null) {
    const row = normalizeIndex("embedding: paddingIdx", paddingIdx, weight.shape[0]!);
    rows = where(unsqueeze(eq(flat, row), 1), rows.detach(), rows);
  }
  return reshapeTo(rows, { shape: [...ids.shape, ...weight.shape.slice(1)] });
}

function triangle(operation: string, x: Tensor, diagonal: number, lower: boolean): Tensor {
  kind.checkTensors(operation, x);
  kind.checkArgument(operation, "the diagonal", diagonal, kind.integer);
  if (x.ndim < 2) {
    throw new ShapeError(`${operation}: a matrix is needed`, { got: format(x.shape), hint: "the last two dims count" });
  }
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const row = reshapeTo(arange(rows), { shape: [rows, 1] });
  const column = arange(columns);
  // Diagonals further out than the corners are as good as these, and their sum with a row fits into 32 bits.
  const below = add(row, Math.min(Math.max(diagonal, -rows), columns));
  // `false` is 0 in every dtype and promotes none.
  return where(lower ? column.le(below) : column.ge(below), x, false);
}

/** The lower triangle of the last two dims, up to and with the diagonal; 0 elsewhere. */
export const tril = (x: Tensor, diagonal = 0): Tensor => triangle("tril", x, diagonal, true);
/** The upper triangle of the last two dims, from the diagonal on; 0 elsewhere. */
export const triu = (x: Tensor, diagonal = 0): Tensor => triangle("triu", x, diagonal, false);
