// What the WebAssembly module exports. `scripts/compile-kernels.mjs` compiles and embeds it.

export { attend, attendBackward } from "./attention";
export { crossEntropy, crossEntropyGrad } from "./cross-entropy";
export { workBytes } from "./gemm";
export { gather, indexAdd, indexCopy, indexSelect, scatterAdd } from "./indexing";
export { layerNorm, layerNormGrad, standardize } from "./layer-norm";
export { fill, move } from "./movement";
export { product } from "./product";
export { uniform } from "./random";
export { reduceColumns, reduceRows } from "./reduce";
export { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./softmax";

/** The address from which on the host may lay out the memory; a multiple of 16, as vectors want it. */
export function freeFrom(): usize {
  return (__heap_base + 15) & ~15;
}
