import type { Operand } from "../../../compile/graph.js";
import { sizeOf } from "../../../shape.js";
import type { AddressOf, Lowering, Step } from "../../step.js";
import { areDense } from "./dense.js";

/** Elements of a task: some 5 µs of moving them. */
const TASK_ELEMENTS = 16384;

/** Columns of a task: two lines of the cache, so that tasks do not write to the same one. */
const COLUMNS = 32;

/** What a kernel of `assembly/indexing.ts` works on, along one dim. */
interface Slices {
  /** Indexed, dense. */
  readonly whole: Operand;
  /** As many slices as there are indices, dense but perhaps for the step from slice to slice. */
  readonly part: Operand;
  readonly index: Operand;
  readonly dim: number;
  readonly row: number;
}

/** Slices of `whole` and `part` at `index`, with `block` of them, or of their columns, to a task. */
function step(kernel: string, slices: Slices, block: number, tasks: number, addressOf: AddressOf): Step {
  const { whole, part, index, dim, row } = slices;
  const [outer, inner] = [sizeOf(whole.shape.slice(0, dim)), sizeOf(whole.shape.slice(dim + 1))];
  return {
    kernel,
    words: [
      ...[outer, whole.shape[dim]!, inner, part.shape[dim]!, block],
      ...[addressOf(whole), addressOf(part), row, addressOf(index), index.strides[0]!],
    ],
    tasks,
    scratchBytes: 0,
    flops: 0,
    bytes: 8 * part.size,
  };
}

export const indexSelect: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [whole, index, part] = [inputs[0]!, inputs[1]!, outputs[0]!];
  const dim = settings.dim as number;
  // Rows of a matrix may have gaps between them.
  const apart = part.shape.length === 2 && dim === 0 && (part.shape[1] === 1 || part.strides[1] === 1);
  const fits = areDense("float32", whole) && whole.shape.length > 0 && index.dtype === "int32";
  if (!fits || part.size === 0 || !(apart || areDense("float32", part))) return null;
  const inner = sizeOf(whole.shape.slice(dim + 1));
  const slices = part.size / inner;
  const block = Math.max(1, Math.floor(TASK_ELEMENTS / inner));
  const row = apart ? part.strides[0]! : inner;
  return step("indexSelect", { whole, part, index, dim, row }, block, Math.ceil(slices / block), addressOf);
};

/** Writes slices: every task does all of them, for columns of its own. */
const byColumns =
  (kernel: string): Lowering =>
  ({ inputs, outputs, settings }, addressOf) => {
    const [part, index, whole] = [inputs[0]!, inputs[1]!, outputs[0]!];
    if (index.dtype !== "int32" || !areDense("float32", part, whole)) return null;
    const dim = settings.dim as number;
    const inner = sizeOf(whole.shape.slice(dim + 1));
    const block = COLUMNS * Math.max(1, Math.floor(TASK_ELEMENTS / (COLUMNS * part.shape[dim]!)));
    const tasks = sizeOf(whole.shape.slice(0, dim)) * Math.ceil(inner / block);
    return step(kernel, { whole, part, index, dim, row: inner }, block, tasks, addressOf);
  };

export const indexAdd = byColumns("indexAdd");
export const indexCopy = byColumns("indexCopy");

/** One index for each element, along the last dim; the other dims are the same. */
function alongLast(kernel: string, whole: Operand, part: Operand, index: Operand, dim: number, addressOf: AddressOf) {
  const last = whole.shape.length - 1;
  const sameRows = part.shape.every((extent, d) => d === last || extent === whole.shape[d]);
  if (dim !== last || !sameRows || !areDense("float32", whole, part) || !areDense("int32", index)) return null;
  const [rows, count] = [sizeOf(part.shape.slice(0, last)), part.shape[last]!];
  const block = Math.max(1, Math.floor(TASK_ELEMENTS / (4 * count)));
  return step(kernel, { whole, part, index, dim, row: 1 }, block, Math.ceil(rows / block), addressOf);
}

export const gather: Lowering = ({ inputs: [whole, index], outputs: [part], settings }, addressOf) =>
  alongLast("gather", whole!, part!, index!, settings.dim as number, addressOf);

export const scatterAdd: Lowering = ({ inputs: [part, index], outputs: [whole], settings }, addressOf) =>
  alongLast("scatterAdd", whole!, part!, index!, settings.dim as number, addressOf);
