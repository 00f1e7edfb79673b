import { broadcastStrides, sizeOf } from "../../shape.js";
import type { Step } from "../step.js";
import type { AttentionSettings } from "../target.js";
import type { Laid } from "./laid.js";
import { floatBits } from "./lower/float-bits.js";
import { GEMM_SCRATCH_BYTES } from "./product.js";

/**
 * query [B, H, T, K], key [B, H, S, K], value [B, H, S, E]; mask (bool) and bias broadcast to [B, H, T, S]; logSumExp
 * float64 [B, H, T], contiguous. Rows of results have neighbours along them.
 */
interface Heads {
  readonly query: Laid;
  readonly key: Laid;
  readonly value: Laid;
  readonly mask: Laid | null;
  readonly bias: Laid | null;
  readonly logSumExp: Laid;
}

/** The operands of attention, and where its result [B, H, T, E] belongs. */
export interface ForwardHeads extends Heads {
  readonly output: Laid;
}

/** The operands of attention, the gradient of its result, and where those of query, key and value belong. */
export interface BackwardHeads extends Heads {
  readonly gradient: Laid;
  readonly queryGradient: Laid;
  readonly keyGradient: Laid;
  readonly valueGradient: Laid;
}

/** Queries of a block: fewer waste less where the triangle of `causal` cuts it, more make less of packing. */
const LEAST_ROWS = 16;
const MOST_ROWS = 128;

/** Scores of a block at most, as far as it has more than {@link LEAST_ROWS}: 512 KiB, for a core's second cache. */
const BLOCK_SCORES = 2 ** 17;

const padded = (columns: number): number => Math.ceil(columns / 4) * 4;

/** How many queries have their scores in memory at a time. It is bits: gradients are added block by block. */
function blockRowsOf(rows: number, columns: number, causal: boolean): number {
  const wanted = causal ? rows / 8 : MOST_ROWS;
  const most = Math.min(MOST_ROWS, wanted, BLOCK_SCORES / padded(columns));
  return Math.min(rows, Math.max(LEAST_ROWS, Math.floor(most / 4) * 4));
}

/** The words of a matrix for each head: where it lies, steps from item to item and head to head in bytes, its strides. */
function wordsOf(matrix: Laid | null, bytes: number): number[] {
  if (matrix === null) return [0, 0, 0, 0, 0];
  const [item, head, row, column] = matrix.strides as [number, number, number, number];
  return [matrix.at, bytes * item, bytes * head, row, column];
}

/** A mask or bias as if it had the shape of the scores. */
function stretched(matrix: Laid | null, shape: readonly number[]): Laid | null {
  return matrix === null ? null : { ...matrix, shape, strides: broadcastStrides(matrix.shape, matrix.strides, shape) };
}

interface Call {
  readonly kernel: string;
  readonly heads: Heads;
  readonly settings: AttentionSettings;
  /** The output or its gradient; then the other three gradients. */
  readonly others: readonly Laid[];
  /** How many blocks of scores are in memory at a time, and products [T, S, width] per head. */
  readonly blocks: number;
  readonly widths: number;
}

function stepOf({ kernel, heads, settings, others, blocks, widths }: Call, tasksOf: (blocksOfHead: number) => number) {
  const { query, key, value, mask, bias, logSumExp } = heads;
  const [items, perItem, rows, depth] = query.shape as [number, number, number, number];
  const [columns, width] = [key.shape[2]!, value.shape[3]!];
  const shape = [items, perItem, rows, columns];
  const blockRows = blockRowsOf(rows, columns, settings.causal);
  const operands = [query, key, value, ...others, ...[mask, bias].filter((x) => x !== null)];
  const share = settings.causal ? 0.5 : 1;
  const step: Step = {
    kernel,
    words: [
      ...[perItem, rows, columns, depth, width],
      ...[floatBits(settings.scale), Number(settings.causal), blockRows, logSumExp.at],
      ...[query, key, value].flatMap((x) => wordsOf(x, 4)),
      ...wordsOf(stretched(mask, shape), 1),
      ...wordsOf(stretched(bias, shape), 4),
      ...others.flatMap((x) => wordsOf(x, 4)),
    ],
    tasks: items * perItem * tasksOf(Math.ceil(rows / blockRows)),
    scratchBytes: GEMM_SCRATCH_BYTES + 4 * blockRows * (blocks * padded(columns) + 1),
    flops: 2 * share * sizeOf(shape) * widths,
    bytes: 4 * operands.reduce((sum, x) => sum + sizeOf(x.shape), 0),
  };
  return step;
}

/** Attention as one call of a kernel, in which blocks of queries are the tasks. */
export function attentionStep(heads: ForwardHeads, settings: AttentionSettings): Step {
  const widths = heads.query.shape[3]! + heads.value.shape[3]!;
  const call: Call = { kernel: "attention", heads, settings, others: [heads.output], blocks: 1, widths };
  return stepOf(call, (blocksOfHead) => blocksOfHead);
}

/** The gradients of attention as one call of a kernel, in which heads are the tasks. */
export function attentionGradStep(heads: BackwardHeads, settings: AttentionSettings): Step {
  const { query, value, gradient, queryGradient, keyGradient, valueGradient } = heads;
  const widths = 3 * query.shape[3]! + 2 * value.shape[3]!;
  const others = [gradient, queryGradient, keyGradient, valueGradient];
  return stepOf({ kernel: "attentionGrad", heads, settings, others, blocks: 2, widths }, () => 1);
}
