/**
 * Reverse-mode automatic differentiation over typed arrays.
 *
 * @module @typegrad/autograd
 */
export { detectAnomaly } from "./anomaly.js";
export { type BackwardOptions, backward, type GradOptions, grad } from "./backward.js";
export { checkpoint } from "./checkpoint.js";
export { type Compiled, type CompileOptions, compile } from "./compile/compile.js";
export { setMemoryLimit } from "./compile/program-cache.js";
export type { AttentionOptions } from "./composites/attention.js";
export { einsum } from "./composites/einsum.js";
export { cat, stack } from "./composites/joining.js";
export type { DropoutOptions, LayerNormOptions } from "./composites/networks.js";
export { oneHot } from "./composites/one-hot.js";
export type { IndexItem } from "./composites/slicing.js";
export {
  arange,
  type CreateOptions,
  eye,
  full,
  linspace,
  ones,
  onesLike,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from "./create.js";
export { type Computed, type CustomOperation, customOp, type SavedValues } from "./custom-op.js";
export { type DotOptions, graphToDot } from "./dot.js";
export { type DType, isFloat, type Promotable, promote, type TypedArray } from "./dtype.js";
export {
  AnomalyError,
  ArgumentError,
  CheckpointError,
  CompileError,
  checkOptions,
  DTypeError,
  GradError,
  type Kind,
  NonFiniteError,
  OptionError,
  ShapeError,
  TypegradError,
  ValueError,
} from "./errors.js";
export { nextTurn } from "./event-loop.js";
export { type CheckFiniteOptions, checkFinite } from "./finite.js";
export {
  type Arguments,
  type Blocks,
  type FunctionalOptions,
  hessian,
  jacobian,
  jvp,
  type Same,
  type Tensors,
  vjp,
} from "./functional.js";
export { adaptiveStep, addScaled, firstMoment, secondMoment } from "./fused/updates.js";
export { checkTensors } from "./kinds.js";
export * as math from "./math.js";
export { measureTape, type TapeMeasure } from "./measure-tape.js";
export { Tensor } from "./methods.js";
export { gradEnabled, noGrad } from "./mode.js";
export * from "./ops.js";
export type { Operand } from "./primitives/declare.js";
export {
  bernoulli,
  type DrawOptions,
  Generator,
  type GeneratorState,
  manualSeed,
  permutation,
  type RandomOptions,
  rand,
  randint,
  randn,
} from "./random.js";
export { checkShape, format as formatShape, type Shape, sameShape, sizeOf } from "./shape.js";
export { setThreads, threadsReady } from "./targets/wasm/threads/index.js";
export { type GradientHook, type NestedArray, wrap } from "./tensor.js";
export type { TensorData } from "./tensor-data.js";
export { currentTracing } from "./tracing.js";
export { isPlainObject } from "./tree.js";
export { onWarning, warn } from "./warnings.js";
