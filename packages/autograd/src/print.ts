import type { DType } from "./dtype.js";
import { format } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** A tensor of more elements is abbreviated: of each dim, this many items from either end. */
const LONG = 1000;
const EDGE = 3;
const DECIMALS = 4;
const LINE_WIDTH = 80;
const OPENING = "tensor(";

/** The elements that are shown, nested as the shape says; `null` where items are left out. */
type Shown = number | null | readonly Shown[];

/** Reads memory through the strides, so that what is left out costs nothing. */
function show(x: Tensor, depth = 0, position = x.offset): Shown {
  if (depth === x.ndim) return x.storage.array[position]!;
  const extent = x.shape[depth]!;
  const items = (first: number, count: number): Shown[] =>
    Array.from({ length: count }, (_, i) => show(x, depth + 1, position + (first + i) * x.strides[depth]!));
  if (x.size <= LONG || extent <= 2 * EDGE) return items(0, extent);
  return [...items(0, EDGE), null, ...items(extent - EDGE, EDGE)];
}

function flatten(shown: Shown, into: number[] = []): number[] {
  if (typeof shown === "number") into.push(shown);
  else if (shown !== null) for (const item of shown) flatten(item, into);
  return into;
}

const sign = (value: number): string => (value < 0 || Object.is(value, -0) ? "-" : "");

/** One format for all floats of a tensor, chosen by those that are finite and not zero. */
function floatFormat(values: readonly number[]): (value: number) => string {
  let [smallest, largest, integral] = [Number.POSITIVE_INFINITY, 0, true];
  for (const value of values) {
    if (value === 0 || !Number.isFinite(value)) continue;
    smallest = Math.min(smallest, Math.abs(value));
    largest = Math.max(largest, Math.abs(value));
    integral &&= Number.isInteger(value);
  }
  const scientific = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
  const digits = (size: number): string => {
    if (!scientific) return integral ? `${size.toFixed(0)}.` : size.toFixed(DECIMALS);
    // Two digits of exponent at least, as C prints them.
    return size.toExponential(DECIMALS).replace(/(?<=e[+-])(?=\d$)/, "0");
  };
  return (value) => {
    if (Number.isNaN(value)) return "nan";
    return sign(value) + (Number.isFinite(value) ? digits(Math.abs(value)) : "inf");
  };
}

function formatOf(dtype: DType, values: readonly number[]): (value: number) => string {
  if (dtype === "bool") return (value) => String(value !== 0);
  return dtype === "int32" ? String : floatFormat(values);
}

/** Rows of columns of one width; a row goes on in a new line where it gets too long, empty lines part matrices. */
function write(shown: readonly Shown[], ndim: number, indent: number, cell: (value: number) => string): string {
  const margin = " ".repeat(indent + 1);
  if (ndim > 1) {
    const parts = shown.map((item) =>
      item === null ? "..." : write(item as readonly Shown[], ndim - 1, indent + 1, cell),
    );
    return `[${parts.join(`,${"\n".repeat(ndim - 1)}${margin}`)}]`;
  }
  const cells = shown.map((item) => (item === null ? " ..." : cell(item as number)));
  const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (cells[0]!.length + 2)));
  const lines = Array.from({ length: Math.ceil(cells.length / perLine) }, (_, i) =>
    cells.slice(i * perLine, (i + 1) * perLine).join(", "),
  );
  return `[${lines.join(`,\n${margin}`)}]`;
}

function body(x: Tensor): string {
  if (x.size === 0) return "[]";
  const shown = show(x);
  const values = flatten(shown);
  const text = formatOf(x.dtype, values);
  if (typeof shown === "number") return text(shown);
  const width = values.reduce((widest, value) => Math.max(widest, text(value).length), 0);
  return write(shown as readonly Shown[], x.ndim, OPENING.length, (value) => text(value).padStart(width));
}

function notes({ shape, dtype, node, requiresGrad }: Tensor): string[] {
  const facts = [`shape=${format(shape)}`, `dtype=${dtype}`];
  if (node !== null) facts.push(`gradFn=<${node.primitive.name.replace(/^./, (c) => c.toUpperCase())}Backward>`);
  else if (requiresGrad) facts.push("requiresGrad=true");
  return facts;
}

/**
 * A tensor as PyTorch prints it, and always with shape and dtype.
 *
 * All floats of a tensor have one format: `1.` where all are integral, four decimals otherwise, and scientific notation
 * where the largest size is above 1e8 or 1000 times the smallest, or the smallest is below 1e-4. Above 1,000 elements
 * each dim shows three items from either end, and nothing else is read. Not-a-number and infinity are `nan` and `inf`.
 * @param x a tensor of any shape and dtype
 * @returns `tensor(…, shape=[…], dtype=…)` in lines of about 80 characters, with `requiresGrad=true` for a leaf that has a
 *   gradient and `gradFn=<…Backward>` for what a recorded operation made
 */
export function toText(x: Tensor): string {
  let text = OPENING + body(x);
  let lineLength = text.length - (text.lastIndexOf("\n") + 1);
  for (const note of notes(x)) {
    const fits = lineLength + 2 + note.length + 1 <= LINE_WIDTH;
    text += fits ? `, ${note}` : `,\n${" ".repeat(OPENING.length)}${note}`;
    lineLength = note.length + (fits ? lineLength + 2 : OPENING.length);
  }
  return `${text})`;
}
