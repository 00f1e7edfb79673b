import { checkOptions, type Tensor, ValueError, zeros } from "@typegrad/autograd";
import * as init from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Checks that a size is a whole number of at least `least`. */
export function checkSize(operation: string, name: string, size: number, least = 0): number {
  if (Number.isInteger(size) && size >= least) return size;
  throw new ValueError(`${operation}: ${name} must be a whole number of at least ${least}`, {
    got: String(size),
    hint: `for instance ${Math.max(8, least)}`,
  });
}

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
}

/** x Wᵀ + b: [.., inFeatures] → [.., outFeatures]; the weight is [outFeatures, inFeatures]. */
export class Linear extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkOptions("Linear", options, ["bias"]);
    checkSize("Linear", "inFeatures", inFeatures);
    this.weight = new Parameter(zeros([checkSize("Linear", "outFeatures", outFeatures), inFeatures]));
    this.bias = options.bias === false ? null : new Parameter(zeros([outFeatures]));
    const bound = inFeatures === 0 ? 0 : 1 / Math.sqrt(inFeatures);
    init.uniform(this.weight, -bound, bound);
    if (this.bias !== null) init.uniform(this.bias, -bound, bound);
  }

  /** @param x [.., inFeatures] */
  forward(x: Tensor): Tensor {
    const product = x.matmul(this.weight.transpose(0, 1));
    return this.bias === null ? product : product.add(this.bias);
  }
}
