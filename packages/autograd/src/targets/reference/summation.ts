type Numbers = { readonly [index: number]: number };
type Writable = { [index: number]: number };

/** Elements in a chunk: within it they are added one after the other. */
export const CHUNK = 64;

const partial = new Float64Array(64);

/**
 * x[start] + x[start + step] + …, `count` of them: chunks of 64 in ascending order, the chunks' sums in a binary tree
 * aligned at powers of two. The order follows from `count` alone.
 */
export function sumRun(x: Numbers, start: number, count: number, step = 1): number {
  let depth = 0;
  let chunk = 0;
  let position = start;
  for (let done = 0; done < count; done += CHUNK) {
    const end = Math.min(count - done, CHUNK);
    let sum = 0;
    for (let i = 0; i < end; i++) {
      sum += x[position]!;
      position += step;
    }
    chunk++;
    // As a binary counter carries: two complete subtrees of one size become one.
    for (let bits = chunk; (bits & 1) === 0; bits >>= 1) sum = partial[--depth]! + sum;
    partial[depth++] = sum;
  }
  if (depth === 0) return 0;
  let total = partial[--depth]!;
  while (depth > 0) total = partial[--depth]! + total;
  return total;
}

/**
 * For each i the sum of x[start], …, x[start + i · step] into `to`, at the same distances: what {@link sumRun} gives for
 * i + 1 elements, to the bit.
 */
export function sumPrefixes(x: Numbers, start: number, count: number, step: number, to: Writable, first: number): void {
  let depth = 0;
  for (let done = 0, chunk = 1; done < count; done += CHUNK, chunk++) {
    const end = Math.min(count, done + CHUNK);
    let sum = 0;
    for (let i = done; i < end; i++) {
      sum += x[start + i * step]!;
      let total = sum;
      for (let level = depth; level > 0; ) total = partial[--level]! + total;
      to[first + i * step] = total;
    }
    for (let bits = chunk; (bits & 1) === 0; bits >>= 1) sum = partial[--depth]! + sum;
    partial[depth++] = sum;
  }
}

const WIDTH = 128;
const columns = new Float64Array(WIDTH);
const stack = new Float64Array(WIDTH * 40);

/** {@link sumRun} down `width` ≤ 128 neighbouring columns of [count, stride] memory at once, row by row. */
export function sumColumns(x: Numbers, start: number, count: number, stride: number, width: number): Float64Array {
  let depth = 0;
  let chunk = 0;
  columns.fill(0, 0, width);
  for (let done = 0; done < count; done += CHUNK) {
    const end = Math.min(count - done, CHUNK);
    columns.fill(0, 0, width);
    for (let row = done; row < done + end; row++) {
      const base = start + row * stride;
      for (let c = 0; c < width; c++) columns[c]! += x[base + c]!;
    }
    chunk++;
    for (let bits = chunk; (bits & 1) === 0; bits >>= 1) merge(--depth, width);
    for (let c = 0; c < width; c++) stack[depth * WIDTH + c] = columns[c]!;
    depth++;
  }
  if (depth > 0) {
    for (let c = 0; c < width; c++) columns[c] = stack[(depth - 1) * WIDTH + c]!;
    for (depth -= 1; depth > 0; ) merge(--depth, width);
  }
  return columns;
}

function merge(depth: number, width: number): void {
  for (let c = 0; c < width; c++) columns[c] = stack[depth * WIDTH + c]! + columns[c]!;
}

/** How many columns {@link sumColumns} takes at once. */
export const COLUMNS = WIDTH;
