import { ValueError } from "../../errors.js";
import type { Strided } from "../../storage.js";
import { around, flat, forEachRow } from "./loops.js";

function checkIndex(what: string, index: number, extent: number): number {
  if (!(index >= 0 && index < extent)) {
    throw new ValueError(`${what} out of range`, {
      got: `${index} for an extent of ${extent}`,
      hint: extent === 0 ? "there is nothing to index" : `indices lie in 0 … ${extent - 1}`,
    });
  }
  return index;
}

/** All indices, which are checked before the first element is written. */
function checkedIndices(what: string, index: Strided, extent: number): ArrayLike<number> {
  const { storage, offset, size } = flat(index);
  const values = storage.array.subarray(offset, offset + size);
  for (let i = 0; i < values.length; i++) checkIndex(what, values[i]!, extent);
  return values;
}

export function checkIndices(index: Strided, extent: number, what: string): void {
  checkedIndices(what, index, extent);
}

const at0 = (strides: readonly number[], dim: number): readonly number[] => strides.map((s, d) => (d === dim ? 0 : s));

export function gather(input: Strided, dim: number, index: Strided, output: Strided, what: string): void {
  const indices = checkedIndices(what, index, input.shape[dim] ?? 1);
  const from = input.storage.array;
  const to = output.storage.array;
  const strides = at0(input.strides, dim);
  const along = input.strides[dim] ?? 0;
  const count = index.shape.at(-1) ?? 1;
  const step = strides.at(-1) ?? 0;
  if (output.size === 0) return;
  forEachRow(index.shape, [strides], [input.offset], ([start], row) => {
    for (let i = 0; i < count; i++) {
      const place = row * count + i;
      to[output.offset + place] = from[start! + i * step + indices[place]! * along]!;
    }
  });
}

export function scatterAdd(source: Strided, dim: number, index: Strided, output: Strided): void {
  const indices = checkedIndices("scatterAdd: index", index, output.shape[dim] ?? 1);
  const to = output.storage.array;
  const strides = at0(output.strides, dim);
  const along = output.strides[dim] ?? 0;
  const from = source.storage.array;
  const count = index.shape.at(-1) ?? 1;
  const step = strides.at(-1) ?? 0;
  const sourceStep = source.strides.at(-1) ?? 0;
  if (index.size === 0) return;
  forEachRow(index.shape, [strides, source.strides], [output.offset, source.offset], ([start, read], row) => {
    for (let i = 0; i < count; i++) {
      to[start! + i * step + indices[row * count + i]! * along]! += from[read! + i * sourceStep]!;
    }
  });
}

/**
 * Calls `visit` with where each slice lies: at index[i] along the dim in `whole`, and at i in `part`; both contiguous, a
 * slice being `length` elements in a row.
 */
function forEachSlice(
  what: string,
  { whole, part, dim, index }: { whole: Strided; part: Strided; dim: number; index: Strided },
  visit: (inWhole: number, inPart: number, length: number) => void,
): void {
  const { outer, extent, inner } = around(whole.shape, dim);
  const indices = checkedIndices(what, index, extent);
  let place = part.offset;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.length; i++) {
      visit(whole.offset + (o * extent + indices[i]!) * inner, place, inner);
      place += inner;
    }
  }
}

export function indexSelect(input: Strided, dim: number, index: Strided, output: Strided, what: string): void {
  const whole = flat(input);
  const from = whole.storage.array;
  const to = output.storage.array;
  forEachSlice(what, { whole, part: output, dim, index }, (start, place, length) => {
    for (let c = 0; c < length; c++) to[place + c] = from[start + c]!;
  });
}

export function indexAdd(source: Strided, dim: number, index: Strided, output: Strided): void {
  const part = flat(source);
  const from = part.storage.array;
  const to = output.storage.array;
  forEachSlice("indexAdd: index", { whole: output, part, dim, index }, (start, place, length) => {
    for (let c = 0; c < length; c++) to[start + c]! += from[place + c]!;
  });
}

export function indexCopy(source: Strided, dim: number, index: Strided, output: Strided): void {
  const part = flat(source);
  const from = part.storage.array;
  const to = output.storage.array;
  forEachSlice("indexCopy: index", { whole: output, part, dim, index }, (start, place, length) => {
    for (let c = 0; c < length; c++) to[start + c] = from[place + c]!;
  });
}
