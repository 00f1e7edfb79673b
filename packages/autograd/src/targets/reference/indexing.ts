import { ValueError } from "../../errors.js";
import type { Strided } from "../../storage.js";
import { around, flat, forEachRow } from "./loops.js";

function checkIndex(operation: string, index: number, extent: number): number {
  if (!(index >= 0 && index < extent)) {
    throw new ValueError(`${operation}: index out of range`, {
      got: `${index} for an extent of ${extent}`,
      hint: extent === 0 ? "there is nothing to index" : `indices lie in 0 … ${extent - 1}`,
    });
  }
  return index;
}

/** All indices are checked before the first element is written. */
function checkIndices(operation: string, index: Strided, extent: number): ArrayLike<number> {
  const { storage, offset, size } = flat(index);
  const values = storage.array.subarray(offset, offset + size);
  for (let i = 0; i < values.length; i++) checkIndex(operation, values[i]!, extent);
  return values;
}

const at0 = (strides: readonly number[], dim: number): readonly number[] => strides.map((s, d) => (d === dim ? 0 : s));

export function gather(input: Strided, dim: number, index: Strided, output: Strided): void {
  const indices = checkIndices("gather", index, input.shape[dim] ?? 1);
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
  const indices = checkIndices("scatterAdd", index, output.shape[dim] ?? 1);
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

export function indexSelect(input: Strided, dim: number, index: Strided, output: Strided): void {
  const x = flat(input);
  const { outer, extent, inner } = around(x.shape, dim);
  const indices = checkIndices("indexSelect", index, extent);
  const from = x.storage.array;
  const to = output.storage.array;
  let place = output.offset;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.length; i++) {
      const start = x.offset + (o * extent + indices[i]!) * inner;
      for (let c = 0; c < inner; c++) to[place++] = from[start + c]!;
    }
  }
}

export function indexAdd(source: Strided, dim: number, index: Strided, output: Strided): void {
  const { outer, extent, inner } = around(output.shape, dim);
  const indices = checkIndices("indexAdd", index, extent);
  const x = flat(source);
  const from = x.storage.array;
  const to = output.storage.array;
  let place = x.offset;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.length; i++) {
      const start = output.offset + (o * extent + indices[i]!) * inner;
      for (let c = 0; c < inner; c++) to[start + c]! += from[place++]!;
    }
  }
}

export function indexCopy(source: Strided, dim: number, index: Strided, output: Strided): void {
  const { outer, extent, inner } = around(output.shape, dim);
  const indices = checkIndices("indexCopy", index, extent);
  const x = flat(source);
  const from = x.storage.array;
  const to = output.storage.array;
  let place = x.offset;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.length; i++) {
      const start = output.offset + (o * extent + indices[i]!) * inner;
      for (let c = 0; c < inner; c++) to[start + c] = from[place++]!;
    }
  }
}
