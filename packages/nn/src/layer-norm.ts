import { checkOptions, checkTensors, formatShape, ones, type Shape, type Tensor, zeros } from "@typegrad/autograd";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkEps, normalizedShape } from "./sizes.js";

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether there are a weight and a bias to learn. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

/**
 * (x − mean) / √(variance + eps) · weight + bias over the last dims (Ba et al. 2016); the variance is the biased one.
 * The weight starts as ones, the bias as zeros.
 *
 * @throws ValueError for extents that are not whole numbers or an eps below 0.
 * @example
 * ```ts
 * new LayerNorm(4).forward(tensor([1, 2, 3, 4])).mean().item(); // 0
 * ```
 */
export class LayerNorm extends Module {
  /** A factor for each element, of the normalised shape; null without `elementwiseAffine`. */
  weight: Parameter | null;
  /** Added to each element, of the normalised shape; null where there is none. */
  bias: Parameter | null;
  /** The extents of the last dims, which are normalised over. */
  readonly shape: Shape;
  /** Added to the variance. */
  readonly eps: number;

  /** @param shape the last extents, or the last one alone */
  constructor(shape: number | Shape, options: LayerNormOptions = {}) {
    super();
    checkOptions("LayerNorm", options, ["eps", "elementwiseAffine", "bias"]);
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    this.shape = normalizedShape("LayerNorm", shape);
    this.eps = checkEps("LayerNorm", eps);
    this.weight = elementwiseAffine ? new Parameter(ones(this.shape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.shape)) : null;
  }

  /**
   * @param x [.., ...shape]
   * @throws ShapeError when the last extents are others.
   */
  forward(x: Tensor): Tensor {
    checkTensors("LayerNorm", x);
    return x.layerNorm(this.shape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }

  protected override extraRepr(): string {
    return `${formatShape(this.shape)}, eps=${this.eps}, elementwiseAffine=${this.weight !== null}`;
  }
}
