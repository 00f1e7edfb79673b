/** The operations that are a function and a method: the first operand is the tensor they are called on. */
export { scaledDotProductAttention } from "./composites/attention.js";
export * from "./composites/batch-norm.js";
export * from "./composites/convolution.js";
export * from "./composites/elementwise.js";
export * from "./composites/indexing.js";
export { roll } from "./composites/joining.js";
export * from "./composites/linear.js";
export * from "./composites/losses.js";
export { dropout, layerNorm, logSoftmax, rmsNorm, softmax } from "./composites/networks.js";
export * from "./composites/order.js";
export type { DimArgument, NormOptions, ReduceOptions, VarianceOptions } from "./composites/reductions.js";
export { all, amax, amin, any, logsumexp, mean, norm, prod, std, sum, var } from "./composites/reductions.js";
export * from "./composites/rope.js";
export { expand, flatten, pad, permute, repeat, reshape, squeeze, transpose, unsqueeze } from "./composites/shape.js";
export { chunk, flip, index, select, slice, split } from "./composites/slicing.js";
export {
  abs,
  add,
  cos,
  div,
  eq,
  erf,
  exp,
  expm1,
  ge,
  gt,
  le,
  log,
  log1p,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  neg,
  relu,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  sub,
  tanh,
  where,
} from "./primitives/pointwise.js";
