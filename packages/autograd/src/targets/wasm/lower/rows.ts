import type { Operand } from "../../../compile/graph.js";

/** Elements of a task: some 10 µs of work. */
const TASK_ELEMENTS = 8192;

/** What `e^x` costs, in operations on float32. */
export const EXPONENTIAL = 24;

/** How a kernel along rows shares them out. */
export interface RowTasks {
  /** Rows, their width, and how many a task has: the first words of such a kernel's descriptor. */
  readonly words: readonly [rows: number, width: number, block: number];
  readonly tasks: number;
  /** Bytes of a row in whole vectors. */
  readonly rowBytes: number;
}

/** Rows along the last dim. */
export function rowTasks({ shape, size }: Operand): RowTasks {
  const width = shape.at(-1)!;
  const rows = size / width;
  const block = Math.max(1, Math.floor(TASK_ELEMENTS / width));
  return { words: [rows, width, block], tasks: Math.ceil(rows / block), rowBytes: Math.ceil(width / 4) * 16 };
}
