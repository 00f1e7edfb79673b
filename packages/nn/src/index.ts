/**
 * Modules, layers, initialisation and safetensors.
 *
 * @module @typegrad/nn
 */
export { Dropout, GELU, ReLU } from "./activations.js";
export { type Layer, ModuleList, Sequential } from "./containers.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export * as init from "./init.js";
export { LayerNorm, type LayerNormOptions } from "./layer-norm.js";
export { Linear, type LinearOptions } from "./linear.js";
export { Module, type StateDict, snakeCase } from "./module.js";
export { type AttendOptions, MultiheadAttention, type MultiheadAttentionOptions } from "./multihead-attention.js";
export { Buffer, type BufferOptions, Parameter } from "./parameter.js";
export { readSafetensors, type SafetensorsFile, writeSafetensors } from "./safetensors.js";
