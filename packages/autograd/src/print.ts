import { format } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Extents above this are abbreviated to their first and last three items. */
const LONG = 1000;
const EDGE = 3;

function numberText(value: number, dtype: string): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  if (dtype === "int32" || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e8)) return value.toExponential(4);
  return value.toFixed(4);
}

/** The tensor as PyTorch prints it: aligned, abbreviated in the middle when long, with shape and dtype. */
export function toText(x: Tensor): string {
  const { data, shape, dtype } = x;
  const shorten = x.size > LONG;
  const texts = new Map<number, string>();
  const visible = (extent: number): number[] => {
    const all = [...Array(extent).keys()];
    return shorten && extent > 2 * EDGE ? [...all.slice(0, EDGE), -1, ...all.slice(-EDGE)] : all;
  };
  const visit = (depth: number, start: number, size: number): void => {
    if (depth === shape.length) {
      texts.set(start, numberText(data[start]!, dtype));
      return;
    }
    for (const i of visible(shape[depth]!))
      if (i >= 0) visit(depth + 1, start + i * (size / shape[depth]!), size / shape[depth]!);
  };
  if (x.size > 0) visit(0, 0, x.size);
  const width = Math.max(0, ...[...texts.values()].map((text) => text.length));
  const write = (depth: number, start: number, size: number): string => {
    if (depth === shape.length) return texts.get(start)!.padStart(width);
    const step = size / shape[depth]!;
    const parts = visible(shape[depth]!).map((i) => (i < 0 ? "..." : write(depth + 1, start + i * step, step)));
    const last = depth === shape.length - 1;
    const between = last ? ", " : `,${"\n".repeat(shape.length - 1 - depth)}${" ".repeat(depth + 8)}`;
    return `[${parts.join(between)}]`;
  };
  const body = x.size === 0 ? "[]" : write(0, 0, x.size);
  const notes = [`shape=${format(shape)}`, `dtype=${dtype}`];
  if (x.requiresGrad) notes.push("requiresGrad=true");
  return `tensor(${body}, ${notes.join(", ")})`;
}
