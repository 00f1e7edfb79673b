import type { Tensor } from "@typegrad/autograd";
import { Linear, Module } from "@typegrad/nn";
import type { GPTConfig } from "./config.js";

const activations: Readonly<Record<GPTConfig["activation"], (x: Tensor) => Tensor>> = {
  gelu: (x) => x.gelu(),
  gelu_tanh: (x) => x.gelu({ approximate: "tanh" }),
  swiglu: (x) => x.silu(),
};

/**
 * W_down f(W_up x), or with SwiGLU W_down (silu(W_gate x) · W_up x) (Shazeer 2020, "GLU Variants Improve Transformer").
 *
 * @example
 * ```ts
 * const sizes = { vocab: 11, dModel: 8, numHeads: 2, numLayers: 1, context: 5 };
 * const { feedForward } = new GPT({ ...sizes, activation: "swiglu", dimFeedforward: 24 }).blocks.at(0)!;
 * feedForward.forward(randn([2, 5, 8])).shape; // [2, 5, 8]
 * ```
 */
export class FeedForward extends Module {
  /** W_gate [F, D]; null without SwiGLU. */
  gate: Linear | null;
  /** W_up [F, D]. */
  up: Linear;
  /** W_down [D, F]. */
  down: Linear;
  /** What is applied to the gate, or where there is none, to W_up x. */
  readonly activation: (x: Tensor) => Tensor;

  constructor({ dModel, dimFeedforward, activation, bias }: GPTConfig) {
    super();
    this.gate = activation === "swiglu" ? new Linear(dModel, dimFeedforward, { bias }) : null;
    this.up = new Linear(dModel, dimFeedforward, { bias });
    this.down = new Linear(dimFeedforward, dModel, { bias });
    this.activation = activations[activation];
  }

  /**
   * @param x [.., D]
   * @returns [.., D]
   */
  forward(x: Tensor): Tensor {
    const up = this.up.forward(x); // [.., F]
    const inner = this.gate === null ? this.activation(up) : this.activation(this.gate.forward(x)).mul(up);
    return this.down.forward(inner);
  }
}
