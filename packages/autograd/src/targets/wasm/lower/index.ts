import type { Lowering } from "../../step.js";
import { attention, attentionGrad } from "./attention.js";
import { chain } from "./chain.js";
import { crossEntropy, crossEntropyGrad } from "./cross-entropy.js";
import { gather, indexAdd, indexCopy, indexSelect, scatterAdd } from "./indexing.js";
import { layerNorm, layerNormGrad, standardize } from "./layer-norm.js";
import { matmul } from "./matmul.js";
import { copy, fill } from "./movement.js";
import { uniform } from "./random.js";
import { reduce } from "./reduce.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./softmax.js";

/** What each instruction becomes, by the name of its kernel; what is not here the reference does. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  attention,
  attentionGrad,
  chain,
  copy,
  crossEntropy,
  crossEntropyGrad,
  fill,
  gather,
  indexAdd,
  indexCopy,
  indexSelect,
  layerNorm,
  layerNormGrad,
  logSoftmax,
  logSoftmaxGrad,
  matmul,
  reduce,
  scatterAdd,
  softmax,
  softmaxGrad,
  standardize,
  uniform,
};
