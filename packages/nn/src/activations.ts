import { checkOptions, type GeluOptions, type Generator, type Tensor, ValueError } from "@typegrad/autograd";
import { Module } from "./module.js";

/** max(x, 0). */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** x Φ(x), with the error function or the tanh approximation. */
export class GELU extends Module {
  readonly #options: GeluOptions;

  constructor(options: GeluOptions = {}) {
    super();
    checkOptions("GELU", options, ["approximate"]);
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    return x.gelu(this.#options);
  }
}

/** In training, elements become 0 with probability p and the others are divided by 1 − p. */
export class Dropout extends Module {
  readonly p: number;
  readonly #generator: Generator | undefined;

  constructor(p = 0.5, options: { readonly generator?: Generator } = {}) {
    super();
    checkOptions("Dropout", options, ["generator"]);
    if (!(p >= 0 && p <= 1)) {
      throw new ValueError("Dropout: not a probability", { got: String(p), hint: "p lies in [0, 1]" });
    }
    this.p = p;
    this.#generator = options.generator;
  }

  forward(x: Tensor): Tensor {
    const generator = this.#generator;
    return x.dropout({ p: this.p, training: this.training, ...(generator && { generator }) });
  }
}
