import { checkOptions, type Tensor } from "@typegrad/autograd";
import { type LayerNorm, MultiheadAttention } from "@typegrad/nn";
import { type LayerOptions, type MaskOptions, maskOptions, ResidualLayer, type With, type Without } from "./layer.js";
import { LayerStack, type StackOptions } from "./stack.js";

/**
 * Self-attention and a feed-forward network, each with a residual and a norm (Vaswani et al. 2017, section 3.1).
 *
 * @example
 * ```ts
 * const layer = new TransformerEncoderLayer({ dModel: 8, numHeads: 2, dimFeedforward: 16 });
 * layer.forward(randn([2, 5, 8]), { causal: true }); // [B, 5, 8]
 * ```
 */
export class TransformerEncoderLayer extends ResidualLayer {
  /** Attention of the sequence to itself. */
  selfAttn: MultiheadAttention;
  /** The norm of the attention sub-layer. */
  norm1: LayerNorm;
  /** The norm of the feed-forward sub-layer. */
  norm2: LayerNorm;

  constructor(options: LayerOptions) {
    super("TransformerEncoderLayer", options);
    this.selfAttn = new MultiheadAttention(options.dModel, options.numHeads);
    this.norm1 = this.newNorm();
    this.norm2 = this.newNorm();
  }

  /**
   * Attention, then the feed-forward network, each added to what went in.
   * @param src [B, S, D]
   * @returns [B, S, D]; with `needWeights` the attention weights [B, H, S, S] too
   * @throws OptionError for unknown options; ShapeError when shapes do not fit.
   */
  forward(src: Tensor, options: With<MaskOptions>): [Tensor, Tensor];
  forward(src: Tensor, options?: Without<MaskOptions>): Tensor;
  forward(src: Tensor, options: With<MaskOptions> | Without<MaskOptions> = {}): [Tensor, Tensor] | Tensor {
    checkOptions("TransformerEncoderLayer.forward", options, maskOptions);
    const { needWeights = false } = options;
    const input = this.before(src, this.norm1);
    const how = { ...options, needWeights, averageWeights: false };
    const [attended, weights] = this.selfAttn.forward(input, input, input, how);
    const out = this.feedForward(this.join(src, attended, this.norm1), this.norm2);
    return needWeights ? [out, weights!] : out;
  }
}

/**
 * N encoder layers, one on the other.
 *
 * @example
 * ```ts
 * const encoder = new TransformerEncoder({ dModel: 8, numHeads: 2, dimFeedforward: 16, numLayers: 3 });
 * encoder.forward(randn([2, 5, 8])); // [B, 5, 8]
 * ```
 */
export class TransformerEncoder extends LayerStack<TransformerEncoderLayer> {
  constructor(options: StackOptions) {
    super("TransformerEncoder", options, (layer) => new TransformerEncoderLayer(layer));
  }

  /**
   * The layers one after the other, then the final norm, if any.
   * @param src [B, S, D]
   * @returns [B, S, D]; with `needWeights` each layer's attention weights [B, H, S, S] too
   * @throws OptionError for unknown options; ShapeError when shapes do not fit.
   */
  forward(src: Tensor, options: With<MaskOptions>): [Tensor, Tensor[]];
  forward(src: Tensor, options?: Without<MaskOptions>): Tensor;
  forward(src: Tensor, options: With<MaskOptions> | Without<MaskOptions> = {}): [Tensor, Tensor[]] | Tensor {
    checkOptions("TransformerEncoder.forward", options, maskOptions);
    const [out, weights] = this.through<Tensor>(src, (layer, x) =>
      options.needWeights ? layer.forward(x, options) : layer.forward(x, options),
    );
    return options.needWeights ? [out, weights] : out;
  }
}
