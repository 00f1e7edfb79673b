// A batch of products, tile by tile.

import { gemm } from "./gemm";

/**
 * The words of the descriptor, in the order of `targets/wasm/product.ts`: C = A B + bias + addend. Addresses and steps
 * of the batch are in bytes, rows and columns in elements; an address of 0 says that there is none.
 */
@unmanaged
class Product {
  /** A [m, k], B [k, n], C [m, n] and addend [m, n], bias [n]: the first of the batch. */
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  aRow: i32;
  aColumn: i32;
  b: usize;
  bRow: i32;
  bColumn: i32;
  c: usize;
  cRow: i32;
  bias: usize;
  addend: usize;
  addendRow: i32;
  /** Rows and columns of a tile of C; tiles of all products together, numbered down their columns; tiles of a task. */
  tileRows: i32;
  tileColumns: i32;
  tiles: i32;
  tilesPerTask: i32;
  /** Dims of the batch, outermost first; behind this word for each its extent and the steps of a, b, c and addend. */
  dims: i32;
}

/** Words of a dim of the batch. */
const DIM: i32 = 5;

/** The products' tiles of the tasks from ≤ task < to. */
export function product(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const p = changetype<Product>(descriptor);
  const down = (p.m + p.tileRows - 1) / p.tileRows;
  const inProduct = down * ((p.n + p.tileColumns - 1) / p.tileColumns);
  const end = min(to * p.tilesPerTask, p.tiles);
  for (let tile = from * p.tilesPerTask; tile < end; ) {
    const index = tile / inProduct;
    const own = tile - index * inProduct;
    const column = own / down;
    const row = own - column * down;
    // Tiles below each other are one product, for which B is packed once.
    const count = min(end - tile, down - row);
    multiplyTiles(p, index, row * p.tileRows, (row + count) * p.tileRows, column * p.tileColumns, scratch);
    tile += count;
  }
}

/** Rows top ≤ row < bottom of the tiles whose first column is `left`, in product number `index` of the batch. */
function multiplyTiles(p: Product, index: i32, top: i32, bottom: i32, left: i32, scratch: usize): void {
  let a = p.a + ((top * p.aRow) << 2);
  let b = p.b + ((left * p.bColumn) << 2);
  let c = p.c + ((top * p.cRow + left) << 2);
  let addend = p.addend + ((top * p.addendRow + left) << 2);
  const dims = changetype<usize>(p) + offsetof<Product>();
  for (let d = p.dims - 1; d >= 0; d--) {
    const dim = dims + ((d * DIM) << 2);
    const extent = load<i32>(dim);
    const outer = index / extent;
    const place = index - outer * extent;
    a += place * load<i32>(dim, 4);
    b += place * load<i32>(dim, 8);
    c += place * load<i32>(dim, 12);
    addend += place * load<i32>(dim, 16);
    index = outer;
  }
  gemm(
    min(bottom, p.m) - top,
    min(p.tileColumns, p.n - left),
    p.k,
    a,
    p.aRow,
    p.aColumn,
    b,
    p.bRow,
    p.bColumn,
    c,
    p.cRow,
    false,
    p.bias === 0 ? 0 : p.bias + (left << 2),
    p.addend === 0 ? 0 : addend,
    p.addendRow,
    scratch,
  );
}
