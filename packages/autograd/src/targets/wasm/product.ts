import { broadcastStrides, sizeOf } from "../../shape.js";
import type { Step } from "../step.js";
import { type Dim, dimsOf, joinDims } from "./dims.js";
import type { Laid } from "./laid.js";

/** Tensors of float32: a [.., M, K] · b [.., K, N] → output [.., M, N]. */
export interface Factors {
  readonly a: Laid;
  readonly b: Laid;
  readonly output: Laid;
  /** [N], added to each row of the product; its elements are neighbours. */
  readonly bias?: Laid | undefined;
  /** [.., M, N], added after the bias; the elements of its rows are neighbours. */
  readonly addend?: Laid | undefined;
}

/** What `gemm` needs to work in, as `assembly/gemm.ts` has it. */
export const GEMM_SCRATCH_BYTES = 4 * (4 * 8 + (128 + 512) * 256);

/** Multiplications of a task: some 10 µs of work. Larger tiles are made smaller for more tasks, smaller ones are joined. */
const TASK = 2 ** 18;

/** Tasks that a large product has at least: for many threads, and for a few of which one may be late. */
const MANY_TASKS = 32;
const SOME_TASKS = 8;

/**
 * Rows and columns of C that are a task. Its rows are packed for all of its columns and the other way round, which takes
 * as long as four multiplications an element: below 64 × 128 that is felt, so a tile is smaller only where tasks are few.
 */
function tileOf(batch: number, m: number, n: number, k: number): readonly [rows: number, columns: number] {
  let [rows, columns] = [128, 512];
  const size = (): number => Math.min(rows, m) * Math.min(columns, n) * k;
  const count = (): number => batch * Math.ceil(m / rows) * Math.ceil(n / columns);
  const fewer = (tasks: number): boolean => count() < tasks && size() > TASK;
  if (fewer(MANY_TASKS)) rows = 64;
  while (columns > 128 && fewer(MANY_TASKS)) columns /= 2;
  if (fewer(SOME_TASKS)) rows = 32;
  if (fewer(SOME_TASKS)) columns = 64;
  if (fewer(SOME_TASKS)) rows = 16;
  // Columns in equal parts, of whole tiles of registers.
  const parts = Math.ceil(n / columns);
  return [rows, Math.ceil(n / parts / 8) * 8];
}

interface Rows {
  /** Dims with the strides of a, b, C and, where there is one, the addend. */
  readonly batch: readonly Dim[];
  readonly rows: Dim;
}

/** The dims of the batch, and the rows of C, of which there are more where one b serves all. */
function batchAndRows({ a, b, output, addend }: Factors): Rows {
  const own = [a.strides.at(-2)!, 0, output.strides.at(-2)!, addend === undefined ? 0 : addend.strides.at(-2)!];
  const rows: Dim = { extent: output.shape.at(-2)!, strides: own };
  const lead = output.shape.slice(0, -2);
  if (lead.length === 0) return { batch: [], rows };
  const strides = [a, b, output, addend ?? output].map((x) =>
    broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), lead),
  );
  const dims = joinDims([...dimsOf(lead, strides), rows]);
  const last = dims.at(-1);
  if (last === undefined || last.strides[1] !== 0) return { batch: dims, rows: { extent: 1, strides: own } };
  return { batch: dims.slice(0, -1), rows: last };
}

/** The product as one call of a kernel, in which C's tiles are the tasks; C's rows have neighbours along them. */
export function productStep(factors: Factors): Step {
  const { a, b, output, bias, addend } = factors;
  const { batch, rows } = batchAndRows(factors);
  const m = rows.extent;
  const n = output.shape.at(-1)!;
  const k = a.shape.at(-1)!;
  let products = 1;
  for (const { extent } of batch) products *= extent;
  const [tileRows, tileColumns] = tileOf(products, m, n, k);
  const tiles = products * Math.ceil(m / tileRows) * Math.ceil(n / tileColumns);
  const perTask = Math.max(1, Math.floor(TASK / (Math.min(tileRows, m) * Math.min(tileColumns, n) * k + 1)));
  const tilesPerTask = Math.min(perTask, Math.ceil(tiles / MANY_TASKS));
  // An eager product of a few elements takes little longer than this list: no spreading.
  const words = [m, n, k, a.at, rows.strides[0]!, a.strides.at(-1)!, b.at, b.strides.at(-2)!, b.strides.at(-1)!];
  words.push(output.at, rows.strides[2]!, bias === undefined ? 0 : bias.at);
  words.push(addend === undefined ? 0 : addend.at, rows.strides[3]!);
  words.push(tileRows, tileColumns, tiles, tilesPerTask, batch.length);
  for (const { extent, strides } of batch) words.push(extent, ...strides.map((stride) => 4 * stride));
  let elements = sizeOf(a.shape) + sizeOf(b.shape) + sizeOf(output.shape);
  if (bias !== undefined) elements += n;
  if (addend !== undefined) elements += sizeOf(addend.shape);
  return {
    kernel: "product",
    words,
    tasks: Math.ceil(tiles / tilesPerTask),
    scratchBytes: GEMM_SCRATCH_BYTES,
    flops: products * m * n * (2 * k + Number(bias !== undefined) + Number(addend !== undefined)),
    bytes: 4 * elements,
  };
}
