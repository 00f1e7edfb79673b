import { checkOptions, checkTensors, type Tensor, zeros } from "@typegrad/autograd";
import * as init from "./init/index.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkSize } from "./sizes.js";

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
}

/**
 * x Wᵀ + b. The weight is [outFeatures, inFeatures]; it and the bias start uniform within ±1 / √inFeatures.
 *
 * @throws ValueError for sizes that are not whole numbers.
 * @example
 * ```ts
 * new Linear(3, 2).forward(ones([5, 3])).shape; // [5, 2]
 * ```
 */
export class Linear extends Module {
  /** W: [outFeatures, inFeatures]. */
  weight: Parameter;
  /** b: [outFeatures]; null where there is none. */
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkOptions("Linear", options, ["bias"]);
    checkSize("Linear", "inFeatures", inFeatures);
    this.weight = new Parameter(zeros([checkSize("Linear", "outFeatures", outFeatures), inFeatures]));
    this.bias = options.bias === false ? null : new Parameter(zeros([outFeatures]));
    const bound = inFeatures === 0 ? 0 : 1 / Math.sqrt(inFeatures);
    init.uniform(this.weight, { a: -bound, b: bound });
    if (this.bias !== null) init.uniform(this.bias, { a: -bound, b: bound });
  }

  /**
   * @param x [.., inFeatures]
   * @returns [.., outFeatures]
   */
  forward(x: Tensor): Tensor {
    checkTensors("Linear", x);
    const product = x.matmul(this.weight.transpose(0, 1)); // [.., outFeatures]
    return this.bias === null ? product : product.add(this.bias);
  }

  protected override extraRepr(): string {
    const [outFeatures, inFeatures] = this.weight.shape;
    return `inFeatures=${inFeatures}, outFeatures=${outFeatures}, bias=${this.bias !== null}`;
  }
}
