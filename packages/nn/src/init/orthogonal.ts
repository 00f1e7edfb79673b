import { formatShape, ShapeError, type Tensor, tensor } from "@typegrad/autograd";
import { checkInit, draw, fill, type InitOptions } from "./fill.js";

/** Options of {@link orthogonal}. */
export interface OrthogonalOptions extends InitOptions {
  /** The length of each row or column. Default 1. */
  readonly gain?: number;
}

/**
 * A matrix whose rows, or columns where there are more rows than columns, are orthogonal, each of length `gain` (Saxe et
 * al. 2013); further dims are taken together with the second. Normal numbers are made orthogonal by Gram–Schmidt, which
 * is QR with a positive diagonal of R, so all directions are equally likely.
 * @throws ShapeError for a tensor of less than two dims.
 */
export function orthogonal(x: Tensor, options: OrthogonalOptions = {}): Tensor {
  checkInit("orthogonal", options, ["gain", "generator"]);
  const rows = x.shape[0]!;
  if (x.ndim < 2) {
    throw new ShapeError("orthogonal: a matrix has at least two dims", {
      got: formatShape(x.shape),
      hint: "use normal for vectors",
    });
  }
  if (x.size === 0) return x;
  const columns = x.size / rows;
  const matrix = draw("normal", x, options, "float64").reshape([rows, columns]);
  const tall = rows > columns;
  const vectors = Float64Array.from((tall ? matrix.transpose(0, 1) : matrix).data);
  orthonormalize(vectors, Math.min(rows, columns), Math.max(rows, columns));
  const result = tensor(vectors, { shape: [Math.min(rows, columns), Math.max(rows, columns)] });
  return fill(x, (tall ? result.transpose(0, 1) : result).mul(options.gain ?? 1).reshape(x.shape));
}

/** Gram–Schmidt over `count` vectors of `length`, twice each, since once leaves the rounding of a nearly parallel pair. */
function orthonormalize(vectors: Float64Array, count: number, length: number): void {
  const dot = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += vectors[i * length + k]! * vectors[j * length + k]!;
    return sum;
  };
  for (let i = 0; i < count; i++) {
    for (let earlier = 0; earlier < 2 * i; earlier++) {
      const j = earlier % i;
      const along = dot(i, j);
      for (let k = 0; k < length; k++) vectors[i * length + k]! -= along * vectors[j * length + k]!;
    }
    const norm = Math.sqrt(dot(i, i));
    for (let k = 0; k < length; k++) vectors[i * length + k]! /= norm;
  }
}
