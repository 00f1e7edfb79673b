import type { TypedArray } from "../../dtype.js";
import { broadcastStrides } from "../../shape.js";
import type { Strided } from "../../storage.js";
import { forEachRow } from "./loops.js";

/** A matrix in memory: element (i, j) is array[start + i * row + j * column]. */
export interface Matrix {
  readonly array: TypedArray;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/** Steps of k that are added in one chain; the blocks' results are added in ascending order. A constant: it is bits. */
const BLOCK = 256;

/** Rows and columns of a tile: its eight sums and six operands fit into the sixteen registers of a float unit. */
const ROWS = 4;
const COLUMNS = 2;

let packedA: Float64Array = new Float64Array(0);
let packedB: Float64Array = new Float64Array(0);
const edge = new Float64Array(ROWS * COLUMNS);

const padded = (extent: number, tile: number): number => Math.ceil(extent / tile) * tile;

/** The array itself where it is long enough, otherwise a longer one: scratch memory that is kept between calls. */
export const room = (array: Float64Array, size: number): Float64Array =>
  array.length < size ? new Float64Array(size) : array;

/**
 * Panels of `tile` rows: for each k their elements next to each other, `steps` of k. What lies beyond the edges is 0:
 * adding 0 · 0 to a chain that began at zero leaves its bits alone.
 */
function pack(
  into: Float64Array,
  { array, start, row, column }: Matrix,
  rows: number,
  depth: number,
  steps: number,
  tile: number,
): void {
  if (rows % tile !== 0 || steps !== depth) into.fill(0, 0, padded(rows, tile) * steps);
  for (let i = 0; i < rows; i += tile) {
    for (let r = i; r < Math.min(i + tile, rows); r++) {
      let place = i * steps + r - i;
      let from = start + r * row;
      for (const end = place + depth * tile; place < end; place = (place + tile) | 0) {
        into[place] = array[from]!;
        from = (from + column) | 0;
      }
    }
  }
}

/**
 * The product of all panels, two steps of k at a time. `| 0` in an index says that it does not overflow, which saves
 * its check.
 */
function multiplyPanels(
  a: Float64Array,
  b: Float64Array,
  c: TypedArray,
  cStart: number,
  rows: number,
  columns: number,
  steps: number,
): void {
  for (let j = 0; j < columns; j += COLUMNS) {
    for (let i = 0; i < rows; i += ROWS) {
      let t00 = 0;
      let t01 = 0;
      let t10 = 0;
      let t11 = 0;
      let t20 = 0;
      let t21 = 0;
      let t30 = 0;
      let t31 = 0;
      let p = i * steps;
      let q = j * steps;
      for (let block = 0; block < steps; block += BLOCK) {
        let c00 = 0;
        let c01 = 0;
        let c10 = 0;
        let c11 = 0;
        let c20 = 0;
        let c21 = 0;
        let c30 = 0;
        let c31 = 0;
        for (const end = p + Math.min(steps - block, BLOCK) * ROWS; p < end; ) {
          let b0 = b[q]!;
          let b1 = b[(q + 1) | 0]!;
          let a0 = a[p]!;
          let a1 = a[(p + 1) | 0]!;
          let a2 = a[(p + 2) | 0]!;
          let a3 = a[(p + 3) | 0]!;
          c00 += a0 * b0;
          c01 += a0 * b1;
          c10 += a1 * b0;
          c11 += a1 * b1;
          c20 += a2 * b0;
          c21 += a2 * b1;
          c30 += a3 * b0;
          c31 += a3 * b1;
          b0 = b[(q + 2) | 0]!;
          b1 = b[(q + 3) | 0]!;
          a0 = a[(p + 4) | 0]!;
          a1 = a[(p + 5) | 0]!;
          a2 = a[(p + 6) | 0]!;
          a3 = a[(p + 7) | 0]!;
          c00 += a0 * b0;
          c01 += a0 * b1;
          c10 += a1 * b0;
          c11 += a1 * b1;
          c20 += a2 * b0;
          c21 += a2 * b1;
          c30 += a3 * b0;
          c31 += a3 * b1;
          p = (p + 2 * ROWS) | 0;
          q = (q + 2 * COLUMNS) | 0;
        }
        t00 += c00;
        t01 += c01;
        t10 += c10;
        t11 += c11;
        t20 += c20;
        t21 += c21;
        t30 += c30;
        t31 += c31;
      }
      let at = cStart + i * columns + j;
      if (i + ROWS <= rows && j + COLUMNS <= columns) {
        c[at] = t00;
        c[at + 1] = t01;
        at += columns;
        c[at] = t10;
        c[at + 1] = t11;
        at += columns;
        c[at] = t20;
        c[at + 1] = t21;
        at += columns;
        c[at] = t30;
        c[at + 1] = t31;
      } else {
        edge[0] = t00;
        edge[1] = t01;
        edge[2] = t10;
        edge[3] = t11;
        edge[4] = t20;
        edge[5] = t21;
        edge[6] = t30;
        edge[7] = t31;
        storeEdge(c, at, columns, Math.min(ROWS, rows - i), Math.min(COLUMNS, columns - j));
      }
    }
  }
}

/** What of a tile lies within the matrix. */
function storeEdge(c: TypedArray, at: number, columns: number, height: number, width: number): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) c[at + i * columns + j] = edge[i * COLUMNS + j]!;
  }
}

/**
 * C = A B for A [rows, depth], B [depth, columns]; C is written row-major from `cStart`. Computed in float64, rounded at
 * the store.
 */
export function multiplyMatrices(
  rows: number,
  columns: number,
  depth: number,
  a: Matrix,
  b: Matrix,
  c: TypedArray,
  cStart: number,
): void {
  const steps = padded(depth, 2);
  packedA = room(packedA, padded(rows, ROWS) * steps);
  packedB = room(packedB, padded(columns, COLUMNS) * steps);
  pack(packedA, a, rows, depth, steps, ROWS);
  pack(packedB, { array: b.array, start: b.start, row: b.column, column: b.row }, columns, depth, steps, COLUMNS);
  multiplyPanels(packedA, packedB, c, cStart, rows, columns, steps);
}

/** The matrix at the last two dims, at a given position in memory. */
export const matrixAt = (x: Strided, start: number): Matrix => ({
  array: x.storage.array,
  start,
  row: x.strides.at(-2)!,
  column: x.strides.at(-1)!,
});

export function matmul(a: Strided, b: Strided, output: Strided): void {
  const rows = output.shape.at(-2)!;
  const columns = output.shape.at(-1)!;
  const depth = a.shape.at(-1)!;
  if (output.size === 0) return;
  const batch = output.shape.slice(0, -2);
  const strides = [a, b].map((x) => [...broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), batch), 0]);
  forEachRow([...batch, 1], strides, [a.offset, b.offset], ([atA, atB], index) => {
    const start = output.offset + index * rows * columns;
    multiplyMatrices(rows, columns, depth, matrixAt(a, atA!), matrixAt(b, atB!), output.storage.array, start);
  });
}
