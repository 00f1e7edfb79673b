import type { DType } from "../dtype.js";
import type { PointwiseDeclaration } from "../scalar/pointwise.js";
import type { Strided } from "../storage.js";

/** Reductions that keep a value. */
export type Reduction = "sum" | "max" | "min";

/**
 * What a machine must be able to do for the primitives to run on it. Operands may be strided; `output` is contiguous
 * unless said otherwise, of the right shape and dtype, and its old contents mean nothing.
 */
export interface Target {
  readonly name: string;

  /** A scalar function of every element, for values of `dtype`; operands broadcast to the output's shape. */
  pointwise(declaration: PointwiseDeclaration, dtype: DType, inputs: readonly Strided[], output: Strided): void;
  /** Element by element into `output`, which may be strided; the shapes are equal, the dtype is converted. */
  copy(input: Strided, output: Strided): void;
  /** Every element of `output` (which may be strided) becomes `value`. */
  fill(value: number, output: Strided): void;

  /** Over the given dims (sorted, at least one), which `output` does not have. */
  reduce(kind: Reduction, input: Strided, dims: readonly number[], output: Strided): void;
  /** The position along `dim` of the first extreme (NaN counts as one), int32. */
  argReduce(kind: "max" | "min", input: Strided, dim: number, output: Strided): void;
  /** Sums of the elements up to each along `dim`. */
  cumsum(input: Strided, dim: number, output: Strided): void;
  /** The order that sorts along `dim`, stable, NaN last (first when descending), int32. */
  argsort(input: Strided, dim: number, descending: boolean, output: Strided): void;

  /** Throws unless every index (int32) lies in 0 … extent − 1; `what` as in `gather`. */
  checkIndices(index: Strided, extent: number, what: string): void;
  /** Throws unless every class (int32) lies in 0 … count − 1 or is the one to ignore. */
  checkClasses(target: Strided, count: number, ignoreIndex: number): void;
  /** Throws unless every element is finite; `what` is not, says the error. */
  checkFinite(input: Strided, what: string): void;

  /**
   * output[…, i, …] = input[…, index[…, i, …], …] at `dim`; index has the output's shape. `what` is out of range, says
   * the error, where an index is: "gather: index".
   */
  gather(input: Strided, dim: number, index: Strided, output: Strided, what: string): void;
  /** output[…, index[…, i, …], …] += source[…, i, …] at `dim`, in ascending order of i. */
  scatterAdd(source: Strided, dim: number, index: Strided, output: Strided): void;
  /** Whole slices: output[…, i, …] = input[…, index[i], …] at `dim`; index is 1-d. `what` as in `gather`. */
  indexSelect(input: Strided, dim: number, index: Strided, output: Strided, what: string): void;
  /** Whole slices: output[…, index[i], …] += source[…, i, …] at `dim`, in ascending order of i. */
  indexAdd(source: Strided, dim: number, index: Strided, output: Strided): void;
  /** Whole slices: output[…, index[i], …] = source[…, i, …] at `dim`, in ascending order of i. */
  indexCopy(source: Strided, dim: number, index: Strided, output: Strided): void;

  /** Overlapping windows added up: output[…, i · step + k · dilation, …] = Σ source[…, k, i, …] at `dim`, k ascending. */
  overlapAdd(source: Strided, dim: number, step: number, dilation: number, output: Strided): void;

  /** [.., M, K] · [.., K, N] → [.., M, N]; leading dims broadcast. */
  matmul(a: Strided, b: Strided, output: Strided): void;

  /** Uniform in [0, 1), from a generator's state: int32 [4], key and draw number. */
  uniform(state: Strided, output: Strided): void;
  /** Standard normal, by Box and Muller. */
  normal(state: Strided, output: Strided): void;
  /** Whole numbers in [low, low + count), each from one word by multiplication: no rejection. */
  integers(state: Strided, low: number, count: number, output: Strided): void;

  /** The generator state for the next draw. */
  advance(state: Strided, output: Strided): void;

  /** Along the last dim. */
  softmax(input: Strided, output: Strided): void;
  logSoftmax(input: Strided, output: Strided): void;
  softmaxGrad(gradient: Strided, probabilities: Strided, output: Strided): void;
  logSoftmaxGrad(gradient: Strided, logProbabilities: Strided, output: Strided): void;

  /**
   * Rows of length D over the last dim: (x − mean) / σ · weight + bias. `statistics` [2, N] receives mean and 1/σ of
   * each row; under `rms` the mean is taken to be 0 and σ² is the mean square.
   */
  layerNorm(operands: NormOperands, eps: number, rms: boolean, output: Strided, statistics: Strided): void;
  /** The gradient of the input. */
  layerNormGrad(
    gradient: Strided,
    input: Strided,
    weight: Strided | null,
    statistics: Strided,
    rms: boolean,
    output: Strided,
  ): void;
  /** (x − mean) / σ of each row, from its statistics. */
  standardize(input: Strided, statistics: Strided, output: Strided): void;

  /** Loss per row of logits [N, V] against classes int32 [N]; `logSumExp` [N] is left for the gradient. */
  crossEntropy(
    logits: Strided,
    target: Strided,
    options: CrossEntropySettings,
    output: Strided,
    logSumExp: Strided,
  ): void;
  crossEntropyGrad(
    gradient: Strided,
    logits: Strided,
    target: Strided,
    logSumExp: Strided,
    options: CrossEntropySettings,
    output: Strided,
  ): void;

  /** softmax(scale · Q Kᵀ + bias, masked) V; `logSumExp` [B, H, T] is left for the gradients. */
  attention(operands: AttentionOperands, settings: AttentionSettings, output: Strided, logSumExp: Strided): void;
  attentionGrad(
    operands: AttentionOperands,
    settings: AttentionSettings,
    gradient: Strided,
    logSumExp: Strided,
    results: AttentionGradients,
  ): void;
}

/** The rows [N, D] to normalise, and what they are multiplied with and moved by, both [D]. */
export interface NormOperands {
  readonly input: Strided;
  readonly weight: Strided | null;
  readonly bias: Strided | null;
}

/** How {@link Target.crossEntropy} counts. */
export interface CrossEntropySettings {
  /** Rows with this class have loss 0. */
  readonly ignoreIndex: number;
  /** The share of the target that is spread over all classes. */
  readonly labelSmoothing: number;
}

/** query [B, H, T, K], key [B, H, S, K], value [B, H, S, E]; mask (bool) and bias, where given, [B, H, T, S]. */
export interface AttentionOperands {
  readonly query: Strided;
  readonly key: Strided;
  readonly value: Strided;
  /** True where a query may attend. */
  readonly mask: Strided | null;
  /** Added to the scaled scores. */
  readonly bias: Strided | null;
}

/** The gradients of query, key and value, each of its operand's shape. */
export interface AttentionGradients {
  readonly query: Strided;
  readonly key: Strided;
  readonly value: Strided;
}

/** What the operands of attention do not say. */
export interface AttentionSettings {
  readonly scale: number;
  /** Hide key j from query i where j > i. */
  readonly causal: boolean;
}
