import type { TypedArray } from "../../dtype.js";
import type { Strided } from "../../storage.js";
import { forEachRow } from "../reference/loops.js";
import type { AttentionGradients, AttentionOperands, AttentionSettings } from "../target.js";
import type { Machine } from "./machine.js";
import { aligned, bytesOf, load, type Operand, operandAt } from "./operand.js";

/** What is computed for each head, and how many elements of each result a head has: 0 where it is not computed. */
interface Work {
  readonly kernel: "attend" | "attendBackward";
  readonly gradient: Strided | null;
  /** Of the output, and of the gradients of query, key and value. */
  readonly sizes: readonly [number, number, number, number];
  /** How many matrices [T, S] the kernel needs to work in. */
  readonly matrices: number;
}

/** The words of a head, in the order of `assembly/attention.ts`; the fifth is the scale, a float. */
const HEAD_WORDS = 30;
const SCALE = 4;

/** Plans the operands one behind the other; `null` stays where there is none. */
function layOut(tensors: readonly (Strided | null)[], from: number): { laid: (Operand | null)[]; end: number } {
  let end = from;
  const laid = tensors.map((tensor) => {
    if (tensor === null) return null;
    const operand = operandAt(tensor, end);
    end = operand.end;
    return operand;
  });
  return { laid, end };
}

/** Runs a kernel head by head, and hands each result, with all its heads, to the one who takes it. */
function forEachHead(
  machine: Machine,
  { query, key, value, mask, bias }: AttentionOperands,
  { scale, causal }: AttentionSettings,
  { kernel, gradient, sizes, matrices }: Work,
  take: (result: number, elements: TypedArray) => void,
): void {
  const [items, heads, rows, depth] = query.shape as [number, number, number, number];
  const [columns, width] = [key.shape[2]!, value.shape[3]!];
  const tensors = [query, key, value, mask, bias, gradient];
  const scores = 4 * matrices * rows * (Math.ceil(columns / 4) * 4);
  const resultBytes = sizes.map((size) => aligned(4 * size * items * heads));
  const bytes = [...tensors.map(bytesOf), aligned(4 * HEAD_WORDS), ...resultBytes, scores].reduce((x, y) => x + y);
  machine.lend(bytes, (free) => {
    const { laid, end: head } = layOut(tensors, free);
    let end = aligned(head + 4 * HEAD_WORDS);
    const results = resultBytes.map((length) => {
      const at = end;
      end += length;
      return at;
    });
    const { views } = machine.memory;
    for (const operand of laid) if (operand !== null) load(operand, views);
    const steps = laid.map((x) => (x === null ? [0, 0, 0] : [x.bytes * x.strides[0]!, x.bytes * x.strides[1]!, 0]));
    const starts = laid.map((x) => x?.at ?? 0);
    forEachRow([items, heads, 1], steps, starts, (positions, index) => {
      const places = laid.flatMap((x, i) => (x === null ? [0, 0, 0] : [positions[i]!, x.strides[2]!, x.strides[3]!]));
      const into = results.map((at, i) => at + 4 * sizes[i]! * index);
      const sized = [rows, columns, depth, width, 0, Number(causal)];
      views.words.set([...sized, ...places, ...into, end, machine.work], head / 4);
      views.floats[head / 4 + SCALE] = scale;
      machine.kernels[kernel](head);
    });
    results.forEach((at, i) => {
      take(i, views.floats.subarray(at / 4, at / 4 + sizes[i]! * items * heads));
    });
  });
}

/** `Target.attention` of float32. The log-sum-exp is not needed: the backward pass computes the weights anew. */
export function attention(
  machine: Machine,
  operands: AttentionOperands,
  settings: AttentionSettings,
  output: Strided,
): void {
  const [rows, width] = output.shape.slice(-2) as [number, number];
  const work: Work = { kernel: "attend", gradient: null, sizes: [rows * width, 0, 0, 0], matrices: 1 };
  forEachHead(machine, operands, settings, work, (result, elements) => {
    if (result === 0) output.storage.array.set(elements, output.offset);
  });
}

/** `Target.attentionGrad` of float32. */
export function attentionGrad(
  machine: Machine,
  operands: AttentionOperands,
  settings: AttentionSettings,
  gradient: Strided,
  gradients: AttentionGradients,
): void {
  const { query, key, value } = operands;
  const ofHead = ({ shape }: Strided): number => shape[2]! * shape[3]!;
  const sizes = [0, ofHead(query), ofHead(key), ofHead(value)] as const;
  const work: Work = { kernel: "attendBackward", gradient, sizes, matrices: 2 };
  const into = [null, gradients.query, gradients.key, gradients.value];
  forEachHead(machine, operands, settings, work, (result, elements) => {
    into[result]?.storage.array.set(elements, into[result].offset);
  });
}
