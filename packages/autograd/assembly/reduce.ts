// Sums and extremes along rows and down columns.

import { copyRow, largestInRow, sumRow } from "./rows";

/** What is kept; the numbers stand in `targets/wasm/lower/reduce.ts`. */
const SUM: i32 = 0;
const MAX: i32 = 1;

/** As `targets/wasm/lower/reduce.ts` writes it word by word. */
@unmanaged
class Reduction {
  kind: i32;
  /** [outer, extent, inner], row-major; the sums are over the extent. */
  outer: i32;
  extent: i32;
  inner: i32;
  /** What a task has: rows, for an `inner` of 1; otherwise columns, in one of the `outer` parts. */
  block: i32;
  x: usize;
  /** [outer, inner] */
  output: usize;
}

/** Reduces an [outer, extent, 1]. */
export function reduceRows(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Reduction>(descriptor);
  const end = min(to * s.block, s.outer);
  for (let row = from * s.block; row < end; row++) {
    const x = s.x + ((row * s.extent) << 2);
    store<f32>(s.output + (row << 2), reduceRow(s.kind, x, s.extent));
  }
}

function reduceRow(kind: i32, x: usize, count: i32): f32 {
  if (kind === SUM) return sumRow(x, count);
  return kind === MAX ? largestInRow(x, count) : smallestInRow(x, count);
}

/** The smallest element of a row of at least one; NaN if there is one. */
function smallestInRow(x: usize, count: i32): f32 {
  let smallest = load<f32>(x);
  const end = x + (count << 2);
  if (count >= 4) {
    let lanes = v128.load(x);
    for (; x + 16 <= end; x += 16) lanes = f32x4.min(lanes, v128.load(x));
    const pairs = f32x4.min(lanes, v128.shuffle<i32>(lanes, lanes, 2, 3, 0, 1));
    smallest = min(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
  }
  for (; x < end; x += 4) smallest = min(smallest, load<f32>(x));
  return smallest;
}

/** Vectors of columns that are added at a time: two lines of the cache. */
const VECTORS: i32 = 8;

/** Rows in a chunk: within it each column is one chain. */
const CHUNK: i32 = 64;

/** Bytes of a sum that waits for its neighbour in the tree: VECTORS vectors; one for each bit of the number of chunks. */
const WAITING: i32 = VECTORS * 16;

/** Reduces an [outer, extent, inner]. */
export function reduceColumns(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Reduction>(descriptor);
  const blocks = (s.inner + s.block - 1) / s.block;
  for (let task = from; task < to; task++) {
    const part = task / blocks;
    const first = (task % blocks) * s.block;
    const end = min(first + s.block, s.inner);
    for (let column = first; column < end; column += VECTORS * 4) {
      const x = s.x + ((part * s.extent * s.inner + column) << 2);
      const count = min(end - column, VECTORS * 4);
      if (s.kind === SUM) sumColumns(x, s.inner << 2, s.extent, (count + 3) >> 2, scratch);
      else extremesOfColumns(s.kind, x, s.inner << 2, s.extent, (count + 3) >> 2, scratch);
      copyRow(s.output + ((part * s.inner + column) << 2), scratch, count);
    }
  }
}

/** The sums of `vectors` ≤ VECTORS neighbouring vectors of columns, to the start of `tree`. */
function sumColumns(x: usize, row: usize, rows: i32, vectors: i32, tree: usize): void {
  let top = tree - WAITING;
  let chunk = 0;
  for (let done = 0; done < rows; done += CHUNK) {
    const count = min(rows - done, CHUNK);
    top += WAITING;
    if (vectors === VECTORS) sumWholeBlock(x, row, count, top);
    else for (let i: usize = 0; i < (<usize>vectors) << 4; i += 16) v128.store(top + i, sumColumn(x + i, row, count));
    x += count * row;
    chunk++;
    // As a binary counter carries: two complete subtrees of one size become one.
    for (let bits = chunk; (bits & 1) === 0; bits >>= 1) top = merge(top, vectors);
  }
  while (top > tree) top = merge(top, vectors);
}

/** Adds the last sum that waits to the one before it. */
function merge(top: usize, vectors: i32): usize {
  const before = top - WAITING;
  for (let i: usize = 0; i < (<usize>vectors) << 4; i += 16) {
    v128.store(before + i, f32x4.add(v128.load(before + i), v128.load(top + i)));
  }
  return before;
}

/** One vector of columns in a chunk. */
function sumColumn(x: usize, row: usize, rows: i32): v128 {
  let sum = f32x4.splat(0);
  for (const end = x + rows * row; x < end; x += row) sum = f32x4.add(sum, v128.load(x));
  return sum;
}

/** VECTORS of them, in as many registers. */
function sumWholeBlock(x: usize, row: usize, rows: i32, to: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (const end = x + rows * row; x < end; x += row) {
    a = f32x4.add(a, v128.load(x));
    b = f32x4.add(b, v128.load(x, 16));
    c = f32x4.add(c, v128.load(x, 32));
    d = f32x4.add(d, v128.load(x, 48));
    e = f32x4.add(e, v128.load(x, 64));
    f = f32x4.add(f, v128.load(x, 80));
    g = f32x4.add(g, v128.load(x, 96));
    h = f32x4.add(h, v128.load(x, 112));
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
  v128.store(to, e, 64);
  v128.store(to, f, 80);
  v128.store(to, g, 96);
  v128.store(to, h, 112);
}

/** The extremes of `vectors` neighbouring vectors of columns of at least one row. */
function extremesOfColumns(kind: i32, x: usize, row: usize, rows: i32, vectors: i32, to: usize): void {
  for (let i: usize = 0; i < (<usize>vectors) << 4; i += 16) {
    let extreme = v128.load(x + i);
    const end = x + i + rows * row;
    for (let at = x + i + row; at < end; at += row) {
      const next = v128.load(at);
      extreme = kind === MAX ? f32x4.max(extreme, next) : f32x4.min(extreme, next);
    }
    v128.store(to + i, extreme);
  }
}
