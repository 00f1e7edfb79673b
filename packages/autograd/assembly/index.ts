// What the WebAssembly module exports. `scripts/compile-kernels.mjs` compiles and embeds it.

export { attention } from "./attention";
export { attentionGrad } from "./attention-grad";
export { crossEntropy, crossEntropyGrad } from "./cross-entropy";
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
