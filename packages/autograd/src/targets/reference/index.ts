import type { Target } from "../target.js";
import { attention, attentionGrad } from "./attention.js";
import { copy, fill } from "./copy.js";
import { checkClasses, crossEntropy, crossEntropyGrad } from "./cross-entropy.js";
import { checkFinite } from "./finite.js";
import { checkIndices, gather, indexAdd, indexCopy, indexSelect, scatterAdd } from "./indexing.js";
import { layerNorm, layerNormGrad, standardize } from "./layer-norm.js";
import { matmul } from "./matmul.js";
import { pointwise } from "./pointwise.js";
import { advance, integers, normal, uniform } from "./random.js";
import { argReduce, cumsum, reduce } from "./reduce.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./softmax.js";
import { argsort } from "./sort.js";
import { overlapAdd } from "./windows.js";

/** Plain TypeScript on the JavaScript heap: computes in float64 and rounds at the store. */
export const reference: Target = {
  name: "reference",
  pointwise,
  copy,
  fill,
  reduce,
  argReduce,
  cumsum,
  argsort,
  checkIndices,
  checkClasses,
  checkFinite,
  gather,
  scatterAdd,
  indexSelect,
  indexAdd,
  indexCopy,
  overlapAdd,
  matmul,
  uniform,
  normal,
  integers,
  advance,
  softmax,
  logSoftmax,
  softmaxGrad,
  logSoftmaxGrad,
  layerNorm,
  layerNormGrad,
  standardize,
  crossEntropy,
  crossEntropyGrad,
  attention,
  attentionGrad,
};
