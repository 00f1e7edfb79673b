// What the WebAssembly module exports. `scripts/compile-kernels.mjs` compiles and embeds it.

export { attend, attendBackward } from "./attention";
export { crossEntropy, crossEntropyBackward, paddedRowBytes } from "./cross-entropy";
export { workBytes } from "./gemm";
export { product } from "./product";

/** The address from which on the host may lay out the memory; a multiple of 16, as vectors want it. */
export function freeFrom(): usize {
  return (__heap_base + 15) & ~15;
}
