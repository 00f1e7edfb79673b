/**
 * Modules, layers, initialisation and safetensors.
 *
 * @module @typegrad/nn
 */
export { GELU, ReLU, Sigmoid, SiLU, Softmax, Tanh } from "./activations.js";
export type { AttentionMasks } from "./attention-masks.js";
export { BatchNorm1d, type BatchNorm1dOptions } from "./batch-norm.js";
export { type Layer, ModuleList, Sequential } from "./containers.js";
export { Conv1d, Conv2d, type ConvolutionModuleOptions } from "./convolution.js";
export { Dropout, type DropoutOptions } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export type { ForwardHook } from "./forward-hooks.js";
export * as init from "./init/index.js";
export { LayerNorm, type LayerNormOptions } from "./layer-norm.js";
export { Linear, type LinearOptions } from "./linear.js";
export {
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  KLDivLoss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
  type SmoothL1LossOptions,
} from "./losses.js";
export { Module, type RecurseOptions, snakeCase } from "./module.js";
export { type AttendOptions, MultiheadAttention, type MultiheadAttentionOptions } from "./multihead-attention.js";
export { Buffer, type BufferOptions, Parameter } from "./parameter.js";
export { RMSNorm, type RMSNormOptions } from "./rms-norm.js";
export { readSafetensors, type SafetensorsFile, writeSafetensors } from "./safetensors.js";
export type { LoadOptions, StateDict } from "./state-dict.js";
export { type ModelSummary, type SummaryOptions, type SummaryRow, type SummaryTensor, summary } from "./summary.js";
