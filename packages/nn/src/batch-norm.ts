import {
  batchNorm,
  checkOptions,
  checkTensors,
  div,
  formatShape,
  noGrad,
  ones,
  ShapeError,
  type Tensor,
  ValueError,
  zeros,
} from "@typegrad/autograd";
import { Module } from "./module.js";
import { Buffer, Parameter } from "./parameter.js";
import { checkEps, checkSize } from "./sizes.js";

/** Options of {@link BatchNorm1d}. */
export interface BatchNorm1dOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** The share of a batch in the running statistics; null: the average over all batches. Default 0.1. */
  readonly momentum?: number | null;
  /** Whether there are a weight and a bias to learn. Default true. */
  readonly affine?: boolean;
  /** Whether there are running statistics; without them, evaluation too takes those of the batch. Default true. */
  readonly trackRunningStats?: boolean;
}

/**
 * (x − mean) / √(variance + eps) · weight + bias, channel by channel (Ioffe & Szegedy 2015). In training mean and variance
 * are the batch's, over all but the channels, and move the running ones; in evaluation they are the running ones. The
 * running variance is the unbiased one.
 *
 * @throws ValueError for sizes or shares that make no sense.
 * @example
 * ```ts
 * const norm = new BatchNorm1d(3);
 * norm.forward(randn([5, 3, 7])); // mean 0 and variance 1 over the 35 values of each channel
 * norm.eval().forward(randn([1, 3])); // with the running statistics
 * ```
 */
export class BatchNorm1d extends Module {
  /** A factor for each channel, [C]; null without `affine`. */
  weight: Parameter | null;
  /** Added to each channel, [C]; null without `affine`. */
  bias: Parameter | null;
  /** [C] */
  runningMean: Tensor | null;
  /** [C] */
  runningVar: Tensor | null;
  /** int32, 0-d: how many batches the running statistics have seen. */
  numBatchesTracked: Tensor | null;
  /** The number of channels C. */
  readonly numFeatures: number;
  /** Added to the variance. */
  readonly eps: number;
  /** The share of a batch in the running statistics; null for the average over all. */
  readonly momentum: number | null;

  /** @param numFeatures the number of channels C */
  constructor(numFeatures: number, options: BatchNorm1dOptions = {}) {
    super();
    checkOptions("BatchNorm1d", options, ["eps", "momentum", "affine", "trackRunningStats"]);
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
    this.numFeatures = checkSize("BatchNorm1d", "numFeatures", numFeatures);
    this.eps = checkEps("BatchNorm1d", eps);
    if (momentum !== null && !(momentum >= 0 && momentum <= 1)) {
      throw new ValueError("BatchNorm1d: momentum is a share, or null for an average", {
        got: String(momentum),
        hint: "momentum lies in [0, 1]",
      });
    }
    this.momentum = momentum;
    const shape = [numFeatures];
    this.weight = affine ? new Parameter(ones(shape)) : null;
    this.bias = affine ? new Parameter(zeros(shape)) : null;
    this.runningMean = trackRunningStats ? Buffer(zeros(shape)) : null;
    this.runningVar = trackRunningStats ? Buffer(ones(shape)) : null;
    this.numBatchesTracked = trackRunningStats ? Buffer(zeros([], { dtype: "int32" })) : null;
  }

  /**
   * @param x [B, C] or [B, C, L]
   * @returns of x's shape
   * @throws ShapeError for another shape.
   * @throws ValueError in training with a single value a channel.
   */
  forward(x: Tensor): Tensor {
    checkTensors("BatchNorm1d", x);
    if ((x.ndim !== 2 && x.ndim !== 3) || x.shape[1] !== this.numFeatures) {
      throw new ShapeError("BatchNorm1d: x must be [B, C] or [B, C, L]", {
        got: `${formatShape(x.shape)} for ${this.numFeatures} channels`,
        hint: "channels stand on dim 1: x.transpose(1, 2) for [B, L, C]",
      });
    }
    const { weight, bias, runningMean, runningVar, numBatchesTracked, eps } = this;
    const training = this.training || runningMean === null;
    const seen = numBatchesTracked === null || !training ? null : noGrad(() => numBatchesTracked.add(1));
    const momentum = this.momentum ?? (seen === null ? 1 : div(1, seen.to("float64")));
    const result = batchNorm(x, { runningMean, runningVar, weight, bias, training, momentum, eps });
    if (seen !== null) noGrad(() => numBatchesTracked!.assign(seen));
    return result;
  }

  protected override extraRepr(): string {
    const tracked = `affine=${this.weight !== null}, trackRunningStats=${this.runningMean !== null}`;
    return `${this.numFeatures}, eps=${this.eps}, momentum=${this.momentum}, ${tracked}`;
  }
}
