// Elements of four bytes, moved from strides to strides, or filled in.

import { copyRow } from "./rows";

/**
 * As `targets/wasm/lower/movement.ts` writes it word by word, the outer dims behind it. Strides are in bytes. The two
 * innermost dims are a plane; a plane is cut into bands of rows, and a task has some bands.
 */
@unmanaged
class Movement {
  from: usize;
  to: usize;
  rows: i32;
  fromRow: i32;
  toRow: i32;
  columns: i32;
  fromColumn: i32;
  toColumn: i32;
  band: i32;
  bands: i32;
  bandsPerTask: i32;
  outerDims: i32;
}

/** A dim of planes, the outermost first. */
@unmanaged
class Dim {
  extent: i32;
  fromStride: i32;
  toStride: i32;
}

export function move(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Movement>(descriptor);
  const perPlane = (s.rows + s.band - 1) / s.band;
  const end = min(to * s.bandsPerTask, s.bands);
  for (let band = from * s.bandsPerTask; band < end; band++) {
    const row = (band % perPlane) * s.band;
    let source = s.from + row * s.fromRow;
    let target = s.to + row * s.toRow;
    let plane = band / perPlane;
    for (let d = s.outerDims - 1; d >= 0; d--) {
      const dim = changetype<Dim>(descriptor + offsetof<Movement>() + d * offsetof<Dim>());
      const position = plane % dim.extent;
      source += position * dim.fromStride;
      target += position * dim.toStride;
      plane /= dim.extent;
    }
    moveBand(s, target, source, min(s.band, s.rows - row));
  }
}

function moveBand(s: Movement, to: usize, from: usize, rows: i32): void {
  if (s.toColumn === 4 && s.fromColumn === 4) {
    for (let i = 0; i < rows; i++) copyRow(to + i * s.toRow, from + i * s.fromRow, s.columns);
  } else if (s.toColumn === 4 && s.fromRow === 4) {
    const wholeRows = rows & ~3;
    const wholeColumns = s.columns & ~3;
    transpose(s, to, from, wholeRows, wholeColumns);
    moveElements(s, to, from, 0, rows, wholeColumns, s.columns);
    moveElements(s, to, from, wholeRows, rows, 0, wholeColumns);
  } else moveElements(s, to, from, 0, rows, 0, s.columns);
}

/** Columns that are transposed at a time: the lines that are written are whole before others are begun. */
const COLUMNS: i32 = 16;

/** Four by four: neighbours down a column become neighbours along a row. */
function transpose(s: Movement, to: usize, from: usize, rows: i32, columns: i32): void {
  for (let j = 0; j < columns; j += COLUMNS) {
    const count = min(columns - j, COLUMNS);
    for (let i = 0; i < rows; i += 4) {
      transposeColumns(to + i * s.toRow + (j << 2), from + j * s.fromColumn + (i << 2), s.toRow, s.fromColumn, count);
    }
  }
}

/** Four columns become four rows of `count` elements, a multiple of four. */
function transposeColumns(to: usize, from: usize, row: usize, column: usize, count: i32): void {
  for (const end = to + (count << 2); to < end; to += 16) {
    const a = v128.load(from);
    const b = v128.load(from + column);
    const c = v128.load(from + 2 * column);
    const d = v128.load(from + 3 * column);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
    v128.store(to + row, v128.shuffle<i64>(ab, cd, 1, 3));
    v128.store(to + 2 * row, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * row, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
    from += column << 2;
  }
}

/** Rows and columns from … to, one by one. */
function moveElements(s: Movement, to: usize, from: usize, top: i32, bottom: i32, left: i32, right: i32): void {
  for (let i = top; i < bottom; i++) {
    let source = from + i * s.fromRow + left * s.fromColumn;
    let target = to + i * s.toRow + left * s.toColumn;
    for (let j = left; j < right; j++) {
      store<u32>(target, load<u32>(source));
      source += s.fromColumn;
      target += s.toColumn;
    }
  }
}

/** As `targets/wasm/lower/movement.ts` writes it word by word. */
@unmanaged
class Filling {
  to: usize;
  count: i32;
  /** The bits of each element. */
  value: i32;
  /** Elements that a task has, a multiple of four. */
  block: i32;
}

export function fill(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Filling>(descriptor);
  const first = s.to + ((from * s.block) << 2);
  const end = s.to + (min(to * s.block, s.count) << 2);
  const values = i32x4.splat(s.value);
  let at = first;
  for (; at + 16 <= end; at += 16) v128.store(at, values);
  for (; at < end; at += 4) store<i32>(at, s.value);
}
