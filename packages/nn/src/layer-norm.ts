import { checkOptions, ones, type Shape, type Tensor, zeros } from "@typegrad/autograd";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether there are a weight and a bias to learn. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

/** (x − mean) / √(variance + eps) · weight + bias over the last dims (Ba et al. 2016). */
export class LayerNorm extends Module {
  weight: Parameter | null;
  bias: Parameter | null;
  readonly shape: Shape;
  readonly eps: number;

  /** @param shape the last extents, or the last one alone */
  constructor(shape: number | Shape, options: LayerNormOptions = {}) {
    super();
    checkOptions("LayerNorm", options, ["eps", "elementwiseAffine", "bias"]);
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    this.shape = typeof shape === "number" ? [shape] : shape;
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.shape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.shape)) : null;
  }

  /** @param x [.., ...shape] */
  forward(x: Tensor): Tensor {
    return x.layerNorm(this.shape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
}
