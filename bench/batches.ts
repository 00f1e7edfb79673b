import { type Tensor, tensor } from "@typegrad/autograd";
import { bitsAt } from "./hash.js";

/** The ids of one step; `tokens` of them are to be predicted. */
export type Batch = Readonly<Record<string, Tensor>>;

const ids = (values: Int32Array, rows: number): Tensor => tensor(values, { shape: [rows, values.length / rows] });

const TEXT_LENGTH = 20_000;

/** A text in which nine of ten tokens follow from the one before; a batch is `rows` windows of it, drawn anew each step. */
export function windows(vocab: number, rows: number, length: number): (step: number) => Batch {
  const text = new Int32Array(TEXT_LENGTH);
  for (let i = 1; i < text.length; i++) {
    text[i] = bitsAt(901, i) % 10 === 9 ? bitsAt(902, i) % vocab : (5 * text[i - 1]! + 17) % vocab;
  }
  return (step) => {
    const input = new Int32Array(rows * length);
    const target = new Int32Array(rows * length);
    for (let row = 0; row < rows; row++) {
      const start = bitsAt(903, step * rows + row) % (text.length - length - 1);
      input.set(text.subarray(start, start + length), row * length);
      target.set(text.subarray(start + 1, start + length + 1), row * length);
    }
    return { input: ids(input, rows), target: ids(target, rows) };
  };
}

/** Rows of `length` of the tokens 1 … 100, to be written backwards; the decoder's input begins with 0. */
export function reversals(rows: number, length: number): (step: number) => Batch {
  return (step) => {
    const source = Int32Array.from(
      { length: rows * length },
      (_, i) => 1 + (bitsAt(904, step * rows * length + i) % 100),
    );
    const target = new Int32Array(source.length);
    const input = new Int32Array(source.length);
    for (let row = 0; row < rows; row++) {
      const [start, end] = [row * length, (row + 1) * length];
      target.set(source.slice(start, end).reverse(), start);
      input.set(target.subarray(start, end - 1), start + 1);
    }
    return { source: ids(source, rows), input: ids(input, rows), target: ids(target, rows) };
  };
}
