// The product of two float32 matrices, with strict SIMD: the same bits on every machine.

import { COLUMNS, packColumns, packRows, ROWS } from "./pack";

/** Steps of k that are added in one chain from zero; the blocks' results are added in ascending order. It is bits. */
const BLOCK: i32 = 256;

/** Rows and columns that are packed at a time: 128 KiB and 512 KiB, which a core's second cache holds. */
const HEIGHT: i32 = 128;
const WIDTH: i32 = 512;

const EDGE_BYTES: i32 = ROWS * COLUMNS * 4;
const PACKED_ROWS_BYTES: i32 = HEIGHT * BLOCK * 4;

/** What `gemm` needs to work in. */
export const WORK_BYTES: i32 = EDGE_BYTES + PACKED_ROWS_BYTES + WIDTH * BLOCK * 4;

/**
 * C = A B for A [m, k] and B [k, n], each with a stride in elements from row to row and from column to column; C [m, n]
 * has neighbours along its rows. With `add` it is added to what stands in C. To that come, in this order, a row of n
 * elements that is added to each of C's, and a matrix like C; 0 where there is none. `work` is where `WORK_BYTES` may be overwritten.
 */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  add: bool,
  bias: usize,
  addend: usize,
  addendRow: i32,
  work: usize,
): void {
  const packedRows = work + EDGE_BYTES;
  const packedColumns = packedRows + PACKED_ROWS_BYTES;
  for (let left = 0; left < n; left += WIDTH) {
    const columns = min(n - left, WIDTH);
    // Without steps the one block of none writes the zeros.
    for (let block = 0; block === 0 || block < k; block += BLOCK) {
      const steps = min(k - block, BLOCK);
      const last = block + BLOCK >= k;
      packColumns(packedColumns, b + ((block * bRow + left * bColumn) << 2), bRow, bColumn, columns, steps);
      for (let top = 0; top < m; top += HEIGHT) {
        const rows = min(m - top, HEIGHT);
        packRows(packedRows, a + ((top * aRow + block * aColumn) << 2), aRow, aColumn, rows, steps);
        multiplyPanels(
          rows,
          columns,
          steps,
          packedRows,
          packedColumns,
          c + ((top * cRow + left) << 2),
          cRow,
          add || block > 0,
          last && bias !== 0 ? bias + (left << 2) : 0,
          last && addend !== 0 ? addend + ((top * addendRow + left) << 2) : 0,
          addendRow,
          work,
        );
      }
    }
  }
}

/** All tiles of the packed rows and columns, written to `c` or, with `add`, added to what stands there. */
function multiplyPanels(
  rows: i32,
  columns: i32,
  steps: i32,
  packedRows: usize,
  packedColumns: usize,
  c: usize,
  row: i32,
  add: bool,
  bias: usize,
  addend: usize,
  addendRow: i32,
  edge: usize,
): void {
  for (let j = 0; j < columns; j += COLUMNS) {
    const right = packedColumns + ((j * steps) << 2);
    const rest = bias === 0 ? 0 : bias + (j << 2);
    for (let i = 0; i < rows; i += ROWS) {
      const left = packedRows + ((i * steps) << 2);
      const to = c + ((i * row + j) << 2);
      const whole = i + ROWS <= rows && j + COLUMNS <= columns;
      // The one call, so that the compiler puts the tile in its place.
      tile(left, right, steps, whole ? to : edge, whole ? row << 2 : COLUMNS << 2, whole && add);
      const height = min(rows - i, ROWS);
      const width = min(columns - j, COLUMNS);
      if (!whole) copyEdge(edge, height, width, to, row, add);
      if (bias !== 0) addRows(to, row, rest, 0, height, width);
      if (addend !== 0) addRows(to, row, addend + ((i * addendRow + j) << 2), addendRow, height, width);
    }
  }
}

/** The part of a tile that lies inside the matrix. */
function copyEdge(from: usize, rows: i32, columns: i32, to: usize, row: i32, add: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = to + ((i * row + j) << 2);
      const value = load<f32>(from + ((i * COLUMNS + j) << 2));
      store<f32>(at, add ? load<f32>(at) + value : value);
    }
  }
}

/** Adds rows of another matrix to those of a tile that has just been written, and is still near. */
function addRows(to: usize, row: i32, from: usize, fromRow: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    if (columns === COLUMNS) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      v128.store(to, f32x4.add(v128.load(to, 16), v128.load(from, 16)), 16);
    } else {
      for (let j = 0; j < columns; j++) {
        const at = to + (j << 2);
        store<f32>(at, load<f32>(at) + load<f32>(from + (j << 2)));
      }
    }
    to += row << 2;
    from += fromRow << 2;
  }
}

/** Four rows times eight columns: eight sums in registers, two loads and four spread elements a step. */
function tile(a: usize, b: usize, steps: i32, c: usize, row: usize, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (const end = a + (steps << 4); a < end; a += 16, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
  }
  storeRow(c, c00, c01, add);
  storeRow(c + row, c10, c11, add);
  storeRow(c + 2 * row, c20, c21, add);
  storeRow(c + 3 * row, c30, c31, add);
}

/** Eight sums of one row. */
function storeRow(to: usize, left: v128, right: v128, add: bool): void {
  v128.store(to, add ? f32x4.add(v128.load(to), left) : left);
  v128.store(to, add ? f32x4.add(v128.load(to, 16), right) : right, 16);
}
