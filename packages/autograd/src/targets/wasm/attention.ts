import type { Strided } from "../../storage.js";
import { forEachRow } from "../reference/loops.js";
import type { AttentionGradients, AttentionOperands, AttentionSettings } from "../target.js";
import type { Machine, Views } from "./machine.js";
import { aligned, load, type Operand, operandAt } from "./operand.js";

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

/** Runs a kernel head by head; gives the memory, and the addresses of the results, each with all its heads. */
function forEachHead(
  machine: Machine,
  { query, key, value, mask, bias }: AttentionOperands,
  { scale, causal }: AttentionSettings,
  { kernel, gradient, sizes, matrices }: Work,
): { readonly views: Views; readonly results: readonly number[] } {
  const [items, heads, rows, depth] = query.shape as [number, number, number, number];
  const [columns, width] = [key.shape[2]!, value.shape[3]!];
  const { laid, end: head } = layOut([query, key, value, mask, bias, gradient], machine.free);
  let end = aligned(head + 4 * HEAD_WORDS);
  const results = sizes.map((size) => {
    const at = end;
    end = aligned(at + 4 * size * items * heads);
    return at;
  });
  const views = machine.views(end + 4 * matrices * rows * (Math.ceil(columns / 4) * 4));
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
  return { views, results };
}

const copyOut = ({ floats }: Views, address: number, size: number, to: Strided, offset: number): void =>
  to.storage.array.set(floats.subarray(address / 4, address / 4 + size), offset);

/** `Target.attention` of float32. The log-sum-exp is not needed: the backward pass computes the weights anew. */
export function attention(
  machine: Machine,
  operands: AttentionOperands,
  settings: AttentionSettings,
  output: Strided,
): void {
  const [rows, width] = output.shape.slice(-2) as [number, number];
  const work: Work = { kernel: "attend", gradient: null, sizes: [rows * width, 0, 0, 0], matrices: 1 };
  const { views, results } = forEachHead(machine, operands, settings, work);
  copyOut(views, results[0]!, output.size, output, output.offset);
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
  const { views, results } = forEachHead(machine, operands, settings, work);
  [gradients.query, gradients.key, gradients.value].forEach((result, i) => {
    copyOut(views, results[i + 1]!, result.size, result, result.offset);
  });
}
