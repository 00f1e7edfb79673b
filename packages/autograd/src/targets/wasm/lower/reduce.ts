import type { Lowering } from "../../step.js";
import type { Reduction } from "../../target.js";
import { areDense } from "./dense.js";

/** As `assembly/reduce.ts` numbers them. */
const kinds: Readonly<Record<Reduction, number>> = { sum: 0, max: 1, min: 2 };

/** Elements that a task reads: some 5 µs of work. */
const TASK_ELEMENTS = 16384;

/** Columns of which one task's sums stand in registers: `assembly/reduce.ts` has the same number. */
const COLUMNS = 32;

/** Bytes of the sums that wait for their neighbours in the tree. */
const TREE_BYTES = COLUMNS * 4 * 32;

/** Over dims that are next to each other: along rows where they are the last ones, otherwise down columns. */
export const reduce: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [x, output] = [inputs[0]!, outputs[0]!];
  const dims = settings.dims as readonly number[];
  const first = dims[0]!;
  if (!dims.every((dim, i) => dim === first + i) || !areDense("float32", x, output)) return null;
  const extent = dims.reduce((product, dim) => product * x.shape[dim]!, 1);
  const inner = x.shape.slice(first + dims.length).reduce((product, length) => product * length, 1);
  const outer = x.size / (extent * inner);
  const alongRows = inner === 1;
  const least = alongRows ? 1 : COLUMNS;
  const block = least * Math.max(1, Math.floor(TASK_ELEMENTS / (extent * least)));
  return {
    kernel: alongRows ? "reduceRows" : "reduceColumns",
    words: [kinds[settings.kind as Reduction], outer, extent, inner, block, addressOf(x), addressOf(output)],
    tasks: alongRows ? Math.ceil(outer / block) : outer * Math.ceil(inner / block),
    scratchBytes: alongRows ? 0 : TREE_BYTES,
    flops: x.size,
    bytes: 4 * (x.size + output.size),
  };
};
