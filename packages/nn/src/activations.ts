import { checkOptions, checkTensors, type GeluOptions, OptionError, type Tensor, ValueError } from "@typegrad/autograd";
import { Module } from "./module.js";

/**
 * max(x, 0), element by element.
 *
 * @example
 * ```ts
 * new ReLU().forward(tensor([-1, 0, 1])).toArray(); // [0, 0, 1]
 * ```
 */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    checkTensors("ReLU", x);
    return x.relu();
  }
}

/**
 * x Φ(x), with the error function or the tanh approximation (Hendrycks & Gimpel 2016), element by element.
 *
 * @example
 * ```ts
 * new GELU().forward(tensor([-1, 0, 1])).toArray(); // [-0.1587, 0, 0.8413]
 * ```
 */
export class GELU extends Module {
  /** "none" for the error function, "tanh" for the approximation. */
  readonly approximate: NonNullable<GeluOptions["approximate"]>;

  constructor(options: GeluOptions = {}) {
    super();
    checkOptions("GELU", options, ["approximate"]);
    const { approximate = "none" } = options;
    if (approximate !== "none" && approximate !== "tanh") {
      throw new OptionError("GELU: no such approximation", { got: String(approximate), hint: 'use "none" or "tanh"' });
    }
    this.approximate = approximate;
  }

  forward(x: Tensor): Tensor {
    checkTensors("GELU", x);
    return x.gelu({ approximate: this.approximate });
  }

  protected override extraRepr(): string {
    return `approximate="${this.approximate}"`;
  }
}

/**
 * x σ(x), also called swish, element by element.
 *
 * @example
 * ```ts
 * new SiLU().forward(tensor([-1, 0, 1])).toArray(); // [-0.2689, 0, 0.7311]
 * ```
 */
export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    checkTensors("SiLU", x);
    return x.silu();
  }
}

/**
 * The hyperbolic tangent, element by element.
 *
 * @example
 * ```ts
 * new Tanh().forward(tensor([-1, 0, 1])).toArray(); // [-0.7616, 0, 0.7616]
 * ```
 */
export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    checkTensors("Tanh", x);
    return x.tanh();
  }
}

/**
 * 1 / (1 + e^−x), element by element.
 *
 * @example
 * ```ts
 * new Sigmoid().forward(tensor([-1, 0, 1])).toArray(); // [0.2689, 0.5, 0.7311]
 * ```
 */
export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    checkTensors("Sigmoid", x);
    return x.sigmoid();
  }
}

/**
 * e^x / Σ e^x along a dim, the last one by default.
 *
 * @throws ValueError for a dim that is not a whole number; {@link Softmax.forward} throws a ShapeError for one that x lacks.
 * @example
 * ```ts
 * new Softmax().forward(tensor([0, 0, 0, 0])).toArray(); // [0.25, 0.25, 0.25, 0.25]
 * ```
 */
export class Softmax extends Module {
  /** The dim along which elements add up to 1. */
  readonly dim: number;

  constructor(dim = -1) {
    super();
    if (!Number.isInteger(dim)) {
      throw new ValueError("Softmax: a dim is a whole number", { got: String(dim), hint: "-1 is the last one" });
    }
    this.dim = dim;
  }

  /**
   * Elements that add up to 1 along the dim.
   * @param x of any shape with that dim
   * @returns of x's shape
   */
  forward(x: Tensor): Tensor {
    checkTensors("Softmax", x);
    return x.softmax(this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
