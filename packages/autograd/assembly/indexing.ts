// Slices and elements by index. Every index lies in its extent: that was checked before.

import { copyRow } from "./rows";

/** As `targets/wasm/lower/indexing.ts` writes it word by word. Strides are in elements. */
@unmanaged
class Indexing {
  /** The whole is [outer, extent, inner], the part [outer, count, inner], row-major but for the part's `row`. */
  outer: i32;
  extent: i32;
  inner: i32;
  count: i32;
  /** What a task has: slices of the part, or columns of one of the `outer`. */
  block: i32;
  whole: usize;
  part: usize;
  /** From slice to slice of the part; a part of several `outer` has no gaps. */
  row: i32;
  /** int32 [count] */
  index: usize;
  indexStride: i32;
}

function indexOf(s: Indexing, i: i32): i32 {
  return load<i32>(s.index + ((i * s.indexStride) << 2));
}

/** part[o, i] = whole[o, index[i]]; a task is a block of slices. */
export function indexSelect(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Indexing>(descriptor);
  const end = min(to * s.block, s.outer * s.count);
  for (let slice = from * s.block; slice < end; slice++) {
    const place = (slice / s.count) * s.extent + indexOf(s, slice % s.count);
    copyRow(s.part + ((slice * s.row) << 2), s.whole + ((place * s.inner) << 2), s.inner);
  }
}

/** whole[o, index[i]] += part[o, i], i ascending; a task is a block of columns. */
export function indexAdd(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Indexing>(descriptor);
  const blocks = (s.inner + s.block - 1) / s.block;
  for (let task = from; task < to; task++) {
    const o = task / blocks;
    const column = (task % blocks) * s.block;
    const columns = min(s.block, s.inner - column);
    for (let i = 0; i < s.count; i++) {
      const place = o * s.extent + indexOf(s, i);
      const source = s.part + (((o * s.count + i) * s.row + column) << 2);
      addRow(s.whole + ((place * s.inner + column) << 2), source, columns);
    }
  }
}

/** whole[o, index[i]] = part[o, i], i ascending; a task is a block of columns. */
export function indexCopy(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Indexing>(descriptor);
  const blocks = (s.inner + s.block - 1) / s.block;
  for (let task = from; task < to; task++) {
    const o = task / blocks;
    const column = (task % blocks) * s.block;
    const columns = min(s.block, s.inner - column);
    for (let i = 0; i < s.count; i++) {
      const place = o * s.extent + indexOf(s, i);
      const source = s.part + (((o * s.count + i) * s.row + column) << 2);
      copyRow(s.whole + ((place * s.inner + column) << 2), source, columns);
    }
  }
}

/** to += from, and nothing behind the end. */
function addRow(to: usize, from: usize, count: i32): void {
  const end = to + (count << 2);
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

/** part[row, i] = whole[row, index[row, i]], the last dim an index for each element; a task is a block of rows. */
export function gather(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Indexing>(descriptor);
  const end = min(to * s.block, s.outer) * s.count;
  for (let place = from * s.block * s.count; place < end; place++) {
    const element = (place / s.count) * s.extent + load<i32>(s.index + (place << 2));
    store<f32>(s.part + (place << 2), load<f32>(s.whole + (element << 2)));
  }
}

/** whole[row, index[row, i]] += part[row, i], i ascending; a task is a block of rows. */
export function scatterAdd(descriptor: usize, from: i32, to: i32, _scratch: usize): void {
  const s = changetype<Indexing>(descriptor);
  const end = min(to * s.block, s.outer) * s.count;
  for (let place = from * s.block * s.count; place < end; place++) {
    const at = s.whole + (((place / s.count) * s.extent + load<i32>(s.index + (place << 2))) << 2);
    store<f32>(at, load<f32>(at) + load<f32>(s.part + (place << 2)));
  }
}
