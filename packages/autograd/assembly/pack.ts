// Panels: what a tile reads one after the other lies one after the other. Strides are in elements.

/** Rows of a tile: a panel of the left operand holds this many, for each k next to each other. */
export const ROWS: i32 = 4;

/** Columns of a tile: a panel of the right operand holds this many, for each k next to each other. */
export const COLUMNS: i32 = 8;

/**
 * Panels of four rows: element (i, k) of the matrix at `from` comes to place i mod 4 of step k in panel ⌊i / 4⌋. Rows
 * beyond the edge are zeros.
 */
export function packRows(into: usize, from: usize, row: i32, column: i32, rows: i32, depth: i32): void {
  const whole = rows & ~(ROWS - 1);
  for (let i = 0; i < whole; i += ROWS) {
    const start = from + ((i * row) << 2);
    if (column === 1) interleave(into, 16, start, row, depth);
    else spread(into, 16, start, row, column, ROWS, depth);
    into += (depth * ROWS) << 2;
  }
  if (whole < rows) edge(into, ROWS, from + ((whole * row) << 2), row, column, rows - whole, depth);
}

/**
 * Panels of eight columns: element (k, j) of the matrix at `from` comes to place j mod 8 of step k in panel ⌊j / 8⌋.
 * Columns beyond the edge are zeros.
 */
export function packColumns(into: usize, from: usize, row: i32, column: i32, columns: i32, depth: i32): void {
  const whole = columns & ~(COLUMNS - 1);
  for (let j = 0; j < whole; j += COLUMNS) {
    const start = from + ((j * column) << 2);
    if (row === 1) {
      interleave(into, 32, start, column, depth);
      interleave(into + 16, 32, start + (column << 4), column, depth);
    } else spread(into, 32, start, column, row, COLUMNS, depth);
    into += (depth * COLUMNS) << 2;
  }
  if (whole < columns) edge(into, COLUMNS, from + ((whole * column) << 2), column, row, columns - whole, depth);
}

/** Four runs of `depth` neighbours, `across` apart, become `depth` groups of four, `step` bytes apart. */
function interleave(into: usize, step: usize, from: usize, across: i32, depth: i32): void {
  const bytes: usize = across << 2;
  let p = from;
  let q = p + bytes;
  let r = q + bytes;
  let s = r + bytes;
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    const a = v128.load(p);
    const b = v128.load(q);
    const c = v128.load(r);
    const d = v128.load(s);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(into, v128.shuffle<i64>(ab, cd, 0, 2));
    into += step;
    v128.store(into, v128.shuffle<i64>(ab, cd, 1, 3));
    into += step;
    v128.store(into, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
    into += step;
    v128.store(into, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
    into += step;
    p += 16;
    q += 16;
    r += 16;
    s += 16;
  }
  for (; k < depth; k++) {
    store<f32>(into, load<f32>(p));
    store<f32>(into, load<f32>(q), 4);
    store<f32>(into, load<f32>(r), 8);
    store<f32>(into, load<f32>(s), 12);
    into += step;
    p += 4;
    q += 4;
    r += 4;
    s += 4;
  }
}

/** For each of `depth` steps, `along` apart, `count` elements (a multiple of 4), `across` apart, next to each other. */
function spread(into: usize, step: usize, from: usize, across: i32, along: i32, count: i32, depth: i32): void {
  for (let k = 0; k < depth; k++) {
    for (let i = 0; i < count; i += 4) {
      const at = from + ((i * across) << 2);
      const to = into + (i << 2);
      if (across === 1) v128.store(to, v128.load(at));
      else {
        const bytes: usize = across << 2;
        store<f32>(to, load<f32>(at));
        store<f32>(to, load<f32>(at + bytes), 4);
        store<f32>(to, load<f32>(at + 2 * bytes), 8);
        store<f32>(to, load<f32>(at + 3 * bytes), 12);
      }
    }
    into += step;
    from += along << 2;
  }
}

/** A panel of `tile` places of which only the first `count` have elements. */
function edge(into: usize, tile: i32, from: usize, across: i32, along: i32, count: i32, depth: i32): void {
  for (let k = 0; k < depth; k++) {
    let at = from;
    for (let i = 0; i < tile; i++) {
      store<f32>(into, i < count ? load<f32>(at) : 0);
      into += 4;
      at += across << 2;
    }
    from += along << 2;
  }
}
