import { isContiguous } from "../../shape.js";
import type { Strided } from "../../storage.js";
import { forEachRow } from "./loops.js";

/** Element by element, converting the dtype; both sides may be strided. */
export function copy(input: Strided, output: Strided): void {
  if (input.size === 0) return;
  const from = input.storage.array;
  const to = output.storage.array;
  const toBool = output.dtype === "bool" && input.dtype !== "bool";
  if (!toBool && isContiguous(input.shape, input.strides) && isContiguous(output.shape, output.strides)) {
    const whole = input.offset === 0 && input.size === from.length;
    to.set(whole ? from : from.subarray(input.offset, input.offset + input.size), output.offset);
    return;
  }
  const count = input.shape.at(-1) ?? 1;
  const step = input.strides.at(-1) ?? 1;
  const stride = output.strides.at(-1) ?? 1;
  const block = !toBool && step === 1 && stride === 1 && count >= BLOCK;
  forEachRow(input.shape, [input.strides, output.strides], [input.offset, output.offset], ([source, start]) => {
    if (block) to.set(from.subarray(source!, source! + count), start!);
    else if (toBool) for (let i = 0; i < count; i++) to[start! + i * stride] = from[source! + i * step] !== 0 ? 1 : 0;
    else copyRow(count, from, source!, step, to, start!, stride);
  });
}

/** From this length on a row without gaps is copied faster as a block. */
const BLOCK = 16;

type Numbers = { [index: number]: number };

function copyRow(
  count: number,
  from: Numbers,
  source: number,
  step: number,
  to: Numbers,
  start: number,
  stride: number,
): void {
  for (let i = 0; i < count; i++) to[start + i * stride] = from[source + i * step]!;
}

/** Every element of the output, which may be strided, becomes `value`. */
export function fill(value: number, output: Strided): void {
  const { array } = output.storage;
  if (isContiguous(output.shape, output.strides)) {
    array.fill(value, output.offset, output.offset + output.size);
    return;
  }
  const count = output.shape.at(-1) ?? 1;
  const stride = output.strides.at(-1) ?? 1;
  forEachRow(output.shape, [output.strides], [output.offset], ([start]) => {
    for (let i = 0; i < count; i++) array[start! + i * stride] = value;
  });
}
