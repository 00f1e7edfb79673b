import type { Strided } from "../../storage.js";
import { around, flat } from "./loops.js";

/** Ascending, NaN after everything. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

export function argsort(input: Strided, dim: number, descending: boolean, output: Strided): void {
  const x = flat(input);
  const { outer, extent, inner } = around(x.shape, dim);
  const from = x.storage.array;
  const to = output.storage.array;
  const sign = descending ? -1 : 1;
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < inner; c++) {
      const start = o * extent * inner + c;
      const order = Array.from({ length: extent }, (_, i) => i);
      const at = (i: number) => from[x.offset + start + i * inner]!;
      order.sort((a, b) => sign * compare(at(a), at(b)) || a - b);
      for (let i = 0; i < extent; i++) to[output.offset + start + i * inner] = order[i]!;
    }
  }
}
