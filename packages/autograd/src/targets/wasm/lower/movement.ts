import { isContiguous, sizeOf } from "../../../shape.js";
import type { Lowering } from "../../step.js";
import { type Dim, dimsOf, joinDims } from "../dims.js";
import { floatBits } from "./float-bits.js";

/** Elements of a task: some 5 µs of moving them. */
const TASK_ELEMENTS = 16384;

/** Rows of a band where rows of the one are columns of the other: a line of the cache. */
const CROSSED_ROWS = 16;

/** The dims, the one along which elements of `to` are closest last, and before it the one for those of `from`. */
function planesOf(dims: readonly Dim[]): readonly Dim[] {
  const sorted = [...dims].sort((a, b) => Math.abs(b.strides[1]!) - Math.abs(a.strides[1]!));
  const joined = joinDims(sorted);
  const columns = joined.pop();
  if (columns === undefined) return [];
  const crossed = joined.findIndex(({ strides }) => strides[0] === 1);
  const rows = columns.strides[0] !== 1 && crossed >= 0 ? joined.splice(crossed, 1) : joined.splice(-1);
  return [...joined, ...rows, columns];
}

/** Elements of four bytes, whatever the strides of the two. */
export const copy: Lowering = ({ inputs, outputs }, addressOf) => {
  const [x, output] = [inputs[0]!, outputs[0]!];
  const moves = x.dtype === output.dtype && (x.dtype === "float32" || x.dtype === "int32");
  if (!moves || x.size === 0) return null;
  const one: Dim = { extent: 1, strides: [0, 0] };
  const dims = planesOf(dimsOf(x.shape, [x.strides, output.strides]));
  const outer = dims.slice(0, -2);
  const [rows, columns] = [one, one, ...dims].slice(-2) as [Dim, Dim];
  const crossed = columns.strides[0] !== 1 && rows.strides[0] === 1;
  const fitting = Math.max(1, Math.floor(TASK_ELEMENTS / columns.extent));
  const band = crossed ? Math.max(CROSSED_ROWS, fitting - (fitting % CROSSED_ROWS)) : fitting;
  const bands = sizeOf(outer.map(({ extent }) => extent)) * Math.ceil(rows.extent / band);
  const bandsPerTask = Math.max(1, Math.floor(TASK_ELEMENTS / (Math.min(band, rows.extent) * columns.extent)));
  const words = ({ extent, strides: [from, to] }: Dim): number[] => [extent, 4 * from!, 4 * to!];
  return {
    kernel: "move",
    words: [
      ...[addressOf(x), addressOf(output)],
      ...[...words(rows), ...words(columns)],
      ...[band, bands, bandsPerTask, outer.length],
      ...outer.flatMap(words),
    ],
    tasks: Math.ceil(bands / bandsPerTask),
    scratchBytes: 0,
    flops: 0,
    bytes: 8 * x.size,
  };
};

/** All elements of four bytes become one number. */
export const fill: Lowering = ({ outputs, settings }, addressOf) => {
  const output = outputs[0]!;
  const { dtype, shape, strides, size } = output;
  const value = settings.value as number;
  if ((dtype !== "float32" && dtype !== "int32") || size === 0 || !isContiguous(shape, strides)) return null;
  return {
    kernel: "fill",
    words: [addressOf(output), size, dtype === "float32" ? floatBits(value) : value, TASK_ELEMENTS],
    tasks: Math.ceil(size / TASK_ELEMENTS),
    scratchBytes: 0,
    flops: 0,
    bytes: 4 * size,
  };
};
