import type { Tensor } from "@typegrad/autograd";
import { Dropout, LayerNorm, Module, RMSNorm } from "@typegrad/nn";
import { CausalSelfAttention } from "./attention.js";
import type { GPTConfig } from "./config.js";
import { FeedForward } from "./feed-forward.js";

/** The norm that a configuration names, of width D. */
export const newNorm = ({ norm, dModel, normEps: eps, bias }: GPTConfig): LayerNorm | RMSNorm =>
  norm === "rms" ? new RMSNorm(dModel, { eps }) : new LayerNorm(dModel, { eps, bias });

/**
 * Attention, then the feed-forward network, each on a normalised input and added to what went in (Radford et al. 2019,
 * section 2.3).
 *
 * @example
 * ```ts
 * const model = new GPT({ vocab: 11, dModel: 8, numHeads: 2, numLayers: 1, context: 5 });
 * model.blocks.at(0)!.forward(randn([2, 5, 8])).shape; // [2, 5, 8]
 * ```
 */
export class GPTBlock extends Module {
  /** On the way into attention. */
  norm1: LayerNorm | RMSNorm;
  /** Attention to the positions before. */
  selfAttn: CausalSelfAttention;
  /** On the way into the feed-forward network. */
  norm2: LayerNorm | RMSNorm;
  /** The same network at each position. */
  feedForward: FeedForward;
  /** On the output of each sub-layer, before it is added. */
  dropout: Dropout;

  constructor(config: GPTConfig) {
    super();
    this.norm1 = newNorm(config);
    this.selfAttn = new CausalSelfAttention(config);
    this.norm2 = newNorm(config);
    this.feedForward = new FeedForward(config);
    this.dropout = new Dropout(config.dropout);
  }

  /**
   * @param x [B, T, D]
   * @returns [B, T, D]
   */
  forward(x: Tensor): Tensor {
    const attended = x.add(this.dropout.forward(this.selfAttn.forward(this.norm1.forward(x))));
    return attended.add(this.dropout.forward(this.feedForward.forward(this.norm2.forward(attended))));
  }
}
