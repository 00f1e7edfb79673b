import type { Strided } from "../../storage.js";
import { around, flat } from "./loops.js";
import { scratchRow } from "./softmax.js";

export function overlapAdd(source: Strided, dim: number, step: number, dilation: number, output: Strided): void {
  const x = flat(source);
  const from = x.storage.array;
  const { outer, extent, inner } = around(output.shape, dim);
  const [size, count] = [source.shape[dim]!, source.shape[dim + 1]!];
  const length = extent * inner;
  // A window at every element: neighbouring windows are read as one run.
  const [pieces, run] = step === 1 ? [1, count * inner] : [count, inner];
  const sums = scratchRow(length);
  let read = x.offset;
  for (let o = 0; o < outer; o++) {
    sums.fill(0, 0, length);
    for (let k = 0; k < size; k++) {
      for (let i = 0; i < pieces; i++) {
        let place = (i * step + k * dilation) * inner;
        for (const end = place + run; place < end; place++) sums[place]! += from[read++]!;
      }
    }
    output.storage.array.set(sums.subarray(0, length), output.offset + o * length);
  }
}
