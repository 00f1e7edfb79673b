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
const TILE = 4;

let packedA = new Float64Array(0);
let packedB = new Float64Array(0);

/** Panels of 4 rows: for each k the 4 elements next to each other, zeros beyond the edge. */
function pack(into: Float64Array, { array, start, row, column }: Matrix, rows: number, depth: number): void {
  let place = 0;
  for (let i = 0; i < rows; i += TILE) {
    const base = start + i * row;
    if (i + TILE <= rows) {
      for (let k = 0; k < depth; k++, place += 4) {
        const from = base + k * column;
        into[place] = array[from]!;
        into[place + 1] = array[from + row]!;
        into[place + 2] = array[from + 2 * row]!;
        into[place + 3] = array[from + 3 * row]!;
      }
      continue;
    }
    for (let k = 0; k < depth; k++, place += 4) {
      for (let r = 0; r < TILE; r++) into[place + r] = i + r < rows ? array[base + k * column + r * row]! : 0;
    }
  }
}

const tile = new Float64Array(TILE * TILE);

/** The 4 × 4 products of one panel of A and one of B, into `tile`. */
function multiply(a: Float64Array, aStart: number, b: Float64Array, bStart: number, depth: number): void {
  tile.fill(0);
  for (let block = 0; block < depth; block += BLOCK) {
    const end = Math.min(depth, block + BLOCK) * TILE;
    // Two halves of eight sums each: sixteen would not fit into the registers.
    for (let half = 0; half < TILE; half += 2) {
      let c00 = 0;
      let c01 = 0;
      let c10 = 0;
      let c11 = 0;
      let c20 = 0;
      let c21 = 0;
      let c30 = 0;
      let c31 = 0;
      for (let p = block * TILE; p < end; p += TILE) {
        const b0 = b[bStart + p + half]!;
        const b1 = b[bStart + p + half + 1]!;
        const a0 = a[aStart + p]!;
        const a1 = a[aStart + p + 1]!;
        const a2 = a[aStart + p + 2]!;
        const a3 = a[aStart + p + 3]!;
        c00 += a0 * b0;
        c01 += a0 * b1;
        c10 += a1 * b0;
        c11 += a1 * b1;
        c20 += a2 * b0;
        c21 += a2 * b1;
        c30 += a3 * b0;
        c31 += a3 * b1;
      }
      tile[half]! += c00;
      tile[half + 1]! += c01;
      tile[half + 4]! += c10;
      tile[half + 5]! += c11;
      tile[half + 8]! += c20;
      tile[half + 9]! += c21;
      tile[half + 12]! += c30;
      tile[half + 13]! += c31;
    }
  }
}

/**
 * C = A B for A [rows, depth], B [depth, columns]; C is written row-major from `cStart` with rows `columns` apart.
 * Computed in float64, rounded at the store.
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
  const panelsA = Math.ceil(rows / TILE) * TILE * depth;
  const panelsB = Math.ceil(columns / TILE) * TILE * depth;
  if (packedA.length < panelsA) packedA = new Float64Array(panelsA);
  if (packedB.length < panelsB) packedB = new Float64Array(panelsB);
  pack(packedA, a, rows, depth);
  pack(packedB, { array: b.array, start: b.start, row: b.column, column: b.row }, columns, depth);
  for (let j = 0; j < columns; j += TILE) {
    const width = Math.min(TILE, columns - j);
    for (let i = 0; i < rows; i += TILE) {
      multiply(packedA, i * depth, packedB, j * depth, depth);
      const height = Math.min(TILE, rows - i);
      for (let r = 0; r < height; r++) {
        const start = cStart + (i + r) * columns + j;
        for (let s = 0; s < width; s++) c[start + s] = tile[r * TILE + s]!;
      }
    }
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
