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
let products: Float64Array = new Float64Array(0);

const padded = (extent: number, tile: number): number => Math.ceil(extent / tile) * tile;

const room = (array: Float64Array, size: number): Float64Array =>
  array.length < size ? new Float64Array(size) : array;

/** Panels of `tile` rows: for each k their elements next to each other, zeros beyond the edge. */
function pack(
  into: Float64Array,
  { array, start, row, column }: Matrix,
  rows: number,
  depth: number,
  tile: number,
): void {
  for (let i = 0; i < rows; i++) {
    // Row i lies in panel ⌊i / tile⌋, at place i mod tile of each k.
    let place = (i - (i % tile)) * depth + (i % tile);
    let from = start + i * row;
    for (let k = 0; k < depth; k++) {
      into[place] = array[from]!;
      place += tile;
      from += column;
    }
  }
  for (let i = rows; i < padded(rows, tile); i++) {
    const place = (i - (i % tile)) * depth + (i % tile);
    for (let k = 0; k < depth; k++) into[place + k * tile] = 0;
  }
}

/** The products of all panels over one block of k, added to `out`, whose rows and columns are padded like the panels. */
function multiplyBlock(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  rows: number,
  columns: number,
  depth: number,
  block: number,
): void {
  const steps = Math.min(depth - block, BLOCK);
  for (let j = 0; j < columns; j += COLUMNS) {
    for (let i = 0; i < rows; i += ROWS) {
      let c00 = 0;
      let c01 = 0;
      let c10 = 0;
      let c11 = 0;
      let c20 = 0;
      let c21 = 0;
      let c30 = 0;
      let c31 = 0;
      let p = i * depth + block * ROWS;
      let q = j * depth + block * COLUMNS;
      for (const end = p + steps * ROWS; p < end; p += ROWS, q += COLUMNS) {
        const b0 = b[q]!;
        const b1 = b[q + 1]!;
        const a0 = a[p]!;
        const a1 = a[p + 1]!;
        const a2 = a[p + 2]!;
        const a3 = a[p + 3]!;
        c00 += a0 * b0;
        c01 += a0 * b1;
        c10 += a1 * b0;
        c11 += a1 * b1;
        c20 += a2 * b0;
        c21 += a2 * b1;
        c30 += a3 * b0;
        c31 += a3 * b1;
      }
      let at = i * columns + j;
      out[at]! += c00;
      out[at + 1]! += c01;
      at += columns;
      out[at]! += c10;
      out[at + 1]! += c11;
      at += columns;
      out[at]! += c20;
      out[at + 1]! += c21;
      at += columns;
      out[at]! += c30;
      out[at + 1]! += c31;
    }
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
  const height = padded(rows, ROWS);
  const width = padded(columns, COLUMNS);
  packedA = room(packedA, height * depth);
  packedB = room(packedB, width * depth);
  products = room(products, height * width).fill(0, 0, height * width);
  pack(packedA, a, rows, depth, ROWS);
  pack(packedB, { array: b.array, start: b.start, row: b.column, column: b.row }, columns, depth, COLUMNS);
  for (let block = 0; block < depth; block += BLOCK) {
    multiplyBlock(packedA, packedB, products, height, width, depth, block);
  }
  if (width === columns) c.set(products.subarray(0, rows * columns), cStart);
  else {
    for (let i = 0; i < rows; i++) c.set(products.subarray(i * width, i * width + columns), cStart + i * columns);
  }
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
