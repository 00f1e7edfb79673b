import type { Lowering } from "../step.js";
import { crossEntropy, crossEntropyGrad } from "./cross-entropy.js";
import { layerNorm, layerNormGrad, standardize } from "./layer-norm.js";
import { matmul } from "./matmul.js";
import { reduce } from "./reduce.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./softmax.js";

/** What each instruction becomes, by the name of its kernel; what is not here the reference does. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  crossEntropy,
  crossEntropyGrad,
  layerNorm,
  layerNormGrad,
  logSoftmax,
  logSoftmaxGrad,
  matmul,
  reduce,
  softmax,
  softmaxGrad,
  standardize,
};
