import type { TypedArray } from "../../dtype.js";
import type { Strided } from "../../storage.js";
import type { Reduction } from "../target.js";
import { around, flat } from "./loops.js";
import { COLUMNS, sumColumns, sumPrefixes, sumRun } from "./summation.js";

/** The operand with the reduced dims next to each other, as contiguous [outer, extent, inner]. */
function grouped(input: Strided, dims: readonly number[]) {
  const first = dims[0] ?? 0;
  const adjacent = dims.every((dim, i) => dim === first + i);
  if (!adjacent) {
    const order = [...input.shape.keys()].filter((d) => !dims.includes(d)).concat(dims);
    const shape = order.map((d) => input.shape[d]!);
    const moved = flat({ ...pick(input), shape, strides: order.map((d) => input.strides[d]!) });
    const extent = dims.reduce((product, d) => product * input.shape[d]!, 1);
    return { x: moved, outer: extent === 0 ? 0 : input.size / extent, extent, inner: 1 };
  }
  let outer = 1;
  let extent = 1;
  let inner = 1;
  input.shape.forEach((e, d) => {
    if (d < first) outer *= e;
    else if (d < first + dims.length) extent *= e;
    else inner *= e;
  });
  return { x: flat(input), outer, extent, inner };
}

const pick = ({ storage, offset, dtype, size }: Strided) => ({ storage, offset, dtype, size });

export function reduce(kind: Reduction, input: Strided, dims: readonly number[], output: Strided): void {
  const { x, outer, extent, inner } = grouped(input, dims);
  const to = output.storage.array;
  if (output.size === 0) return;
  if (extent === 0) {
    to.fill(0, output.offset, output.offset + output.size);
    return;
  }
  const from = x.storage.array;
  for (let o = 0; o < outer; o++) {
    const start = x.offset + o * extent * inner;
    const result = output.offset + o * inner;
    if (kind !== "sum") extremes(kind, from, start, extent, inner, to, result);
    else if (inner === 1) to[result] = sumRun(from, start, extent);
    else {
      for (let c = 0; c < inner; c += COLUMNS) {
        const width = Math.min(COLUMNS, inner - c);
        const sums = sumColumns(from, start + c, extent, inner, width);
        for (let i = 0; i < width; i++) to[result + c + i] = sums[i]!;
      }
    }
  }
}

function extremes(
  kind: "max" | "min",
  from: TypedArray,
  start: number,
  extent: number,
  inner: number,
  to: TypedArray,
  result: number,
): void {
  for (let c = 0; c < inner; c++) {
    to[result + c] = from[start + c + extremePosition(kind, from, start + c, extent, inner) * inner]!;
  }
}

/** The first position of the extreme among `extent` elements; a NaN counts as one. */
function extremePosition(kind: "max" | "min", x: TypedArray, start: number, extent: number, step: number): number {
  let best = x[start]!;
  let where = 0;
  for (let i = 1; i < extent && !Number.isNaN(best); i++) {
    const value = x[start + i * step]!;
    if (kind === "max" ? !(value <= best) : !(value >= best)) {
      best = value;
      where = i;
    }
  }
  return where;
}

export function argReduce(kind: "max" | "min", input: Strided, dim: number, output: Strided): void {
  const x = flat(input);
  const { outer, extent, inner } = around(x.shape, dim);
  const from = x.storage.array;
  const to = output.storage.array;
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < inner; c++) {
      const start = x.offset + o * extent * inner + c;
      to[output.offset + o * inner + c] = extremePosition(kind, from, start, extent, inner);
    }
  }
}

export function cumsum(input: Strided, dim: number, output: Strided): void {
  const x = flat(input);
  const { outer, extent, inner } = around(x.shape, dim);
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < inner; c++) {
      const at = o * extent * inner + c;
      sumPrefixes(x.storage.array, x.offset + at, extent, inner, output.storage.array, output.offset + at);
    }
  }
}
