import {
  checkOptions,
  checkTensors,
  formatShape,
  ones,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  type Tensor,
} from "@typegrad/autograd";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkEps, normalizedShape } from "./sizes.js";

/** Options of {@link RMSNorm}. */
export interface RMSNormOptions {
  /** Added to the mean square. Default null: the distance from 1 to the next number of x's dtype, as PyTorch has it. */
  readonly eps?: number | null;
  /** Whether there is a weight to learn. Default true. */
  readonly elementwiseAffine?: boolean;
}

/** The distance from 1 to the next number: 2^−52, 2^−23. */
const machineEpsilon = (x: Tensor): number => (x.dtype === "float64" ? Number.EPSILON : 1 / 8388608);

/**
 * x / √(mean x² + eps) · weight over the last dims (Zhang & Sennrich 2019). The weight starts as ones.
 *
 * @throws ValueError for extents that are not whole numbers or an eps below 0.
 * @example
 * ```ts
 * new RMSNorm(2).forward(tensor([3, 4])).toArray(); // [0.8485, 1.1314]
 * ```
 */
export class RMSNorm extends Module {
  /** A factor for each element, of the normalised shape; null where there is none. */
  weight: Parameter | null;
  /** The extents of the last dims, which are normalised over. */
  readonly shape: Shape;
  /** Added to the mean square. */
  readonly eps: number | null;

  /** @param shape the last extents, or the last one alone */
  constructor(shape: number | Shape, options: RMSNormOptions = {}) {
    super();
    checkOptions("RMSNorm", options, ["eps", "elementwiseAffine"]);
    const { eps = null, elementwiseAffine = true } = options;
    this.shape = normalizedShape("RMSNorm", shape);
    this.eps = eps === null ? null : checkEps("RMSNorm", eps);
    this.weight = elementwiseAffine ? new Parameter(ones(this.shape)) : null;
  }

  /**
   * @param x [.., ...shape]
   * @throws ShapeError when the last extents are others.
   */
  forward(x: Tensor): Tensor {
    checkTensors("RMSNorm", x);
    const lead = x.shape.slice(0, -this.shape.length);
    if (!sameShape(x.shape, [...lead, ...this.shape])) {
      throw new ShapeError("RMSNorm: the last dims must have the normalised shape", {
        got: `${formatShape(x.shape)} over ${formatShape(this.shape)}`,
        hint: "x is [.., ...shape]",
      });
    }
    const width = sizeOf(this.shape);
    const rows = x.reshape([sizeOf(lead), width]);
    const weight = this.weight?.reshape([width]) ?? null;
    return rows.rmsNorm({ weight, eps: this.eps ?? machineEpsilon(x) }).reshape(x.shape);
  }

  protected override extraRepr(): string {
    return `${formatShape(this.shape)}, eps=${this.eps}, elementwiseAffine=${this.weight !== null}`;
  }
}
