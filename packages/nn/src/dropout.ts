import { checkOptions, checkTensors, type Generator, type Tensor, ValueError } from "@typegrad/autograd";
import { Module } from "./module.js";

/** Options of {@link Dropout}. */
export interface DropoutOptions {
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * In training, elements become 0 with probability p and the others are divided by 1 − p (Srivastava et al. 2014); in
 * evaluation x itself.
 *
 * @throws ValueError for a p outside [0, 1].
 * @example
 * ```ts
 * const dropout = new Dropout(0.5);
 * dropout.forward(ones([3])); // each element is 0 or 2
 * dropout.eval().forward(ones([3])).toArray(); // [1, 1, 1]
 * ```
 */
export class Dropout extends Module {
  /** The probability with which an element becomes 0. */
  readonly p: number;
  readonly #generator: Generator | undefined;

  constructor(p = 0.5, options: DropoutOptions = {}) {
    super();
    checkOptions("Dropout", options, ["generator"]);
    if (!(p >= 0 && p <= 1)) {
      throw new ValueError("Dropout: not a probability", { got: String(p), hint: "p lies in [0, 1]" });
    }
    this.p = p;
    this.#generator = options.generator;
  }

  /**
   * In training x with elements dropped, in evaluation x itself.
   * @param x of any shape
   * @returns of x's shape
   */
  forward(x: Tensor): Tensor {
    checkTensors("Dropout", x);
    const generator = this.#generator;
    return x.dropout({ p: this.p, training: this.training, ...(generator && { generator }) });
  }

  protected override extraRepr(): string {
    return `p=${this.p}`;
  }
}
