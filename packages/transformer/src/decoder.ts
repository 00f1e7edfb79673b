import { checkOptions, type Tensor } from "@typegrad/autograd";
import { type LayerNorm, MultiheadAttention } from "@typegrad/nn";
import { type LayerOptions, type MaskOptions, maskOptions, ResidualLayer, type With, type Without } from "./layer.js";
import { LayerStack, type StackOptions } from "./stack.js";

/** What the decoder may attend to: in the target, and in the encoder's output. */
export interface DecoderMaskOptions extends MaskOptions {
  /** As `mask`, for the memory: bool [T, S], [B, T, S] or [B, H, T, S]. */
  readonly memoryMask?: Tensor | null;
  /** As `bias`, for the memory. */
  readonly memoryBias?: Tensor | null;
  /** As `keyMask`, for the memory: [B, S]. */
  readonly memoryKeyMask?: Tensor | null;
}

const decoderMaskOptions = [...maskOptions, "memoryMask", "memoryBias", "memoryKeyMask"];

/** The attention weights of a decoder layer: over the target [B, H, T, T] and over the memory [B, H, T, S]. */
export interface DecoderWeights {
  /** Over the target: [B, H, T, T]. */
  readonly self: Tensor;
  /** Over the memory: [B, H, T, S]. */
  readonly cross: Tensor;
}

/**
 * Masked self-attention, attention to the encoder's output, and a feed-forward network (section 3.1).
 *
 * @example
 * ```ts
 * const layer = new TransformerDecoderLayer({ dModel: 8, numHeads: 2, dimFeedforward: 16 });
 * layer.forward(randn([2, 3, 8]), randn([2, 5, 8]), { causal: true }); // [B, 3, 8]
 * ```
 */
export class TransformerDecoderLayer extends ResidualLayer {
  /** Attention of the target to itself. */
  selfAttn: MultiheadAttention;
  /** Attention to the memory. */
  multiheadAttn: MultiheadAttention;
  /** The norm of the self-attention sub-layer. */
  norm1: LayerNorm;
  /** The norm of the sub-layer that attends to the memory. */
  norm2: LayerNorm;
  /** The norm of the feed-forward sub-layer. */
  norm3: LayerNorm;

  constructor(options: LayerOptions) {
    super("TransformerDecoderLayer", options);
    this.selfAttn = new MultiheadAttention(options.dModel, options.numHeads);
    this.multiheadAttn = new MultiheadAttention(options.dModel, options.numHeads);
    this.norm1 = this.newNorm();
    this.norm2 = this.newNorm();
    this.norm3 = this.newNorm();
  }

  /**
   * Self-attention, attention to the memory, then the feed-forward network, each added to what went in.
   * @param tgt [B, T, D]
   * @param memory [B, S, D], the encoder's output
   * @returns [B, T, D]; with `needWeights` the attention weights too
   * @throws OptionError for unknown options; ShapeError when shapes do not fit.
   */
  forward(tgt: Tensor, memory: Tensor, options: With<DecoderMaskOptions>): [Tensor, DecoderWeights];
  forward(tgt: Tensor, memory: Tensor, options?: Without<DecoderMaskOptions>): Tensor;
  forward(
    tgt: Tensor,
    memory: Tensor,
    options: With<DecoderMaskOptions> | Without<DecoderMaskOptions> = {},
  ): [Tensor, DecoderWeights] | Tensor {
    checkOptions("TransformerDecoderLayer.forward", options, decoderMaskOptions);
    const { memoryMask = null, memoryBias = null, memoryKeyMask = null, needWeights = false, ...own } = options;
    const ask = { needWeights, averageWeights: false };
    const input = this.before(tgt, this.norm1);
    const [attended, self] = this.selfAttn.forward(input, input, input, { ...own, ...ask });
    const x = this.join(tgt, attended, this.norm1);
    const crossMasks = { mask: memoryMask, bias: memoryBias, keyMask: memoryKeyMask, ...ask };
    const [crossed, cross] = this.multiheadAttn.forward(this.before(x, this.norm2), memory, memory, crossMasks);
    const out = this.feedForward(this.join(x, crossed, this.norm2), this.norm3);
    return needWeights ? [out, { self: self!, cross: cross! }] : out;
  }
}

/**
 * N decoder layers, one on the other.
 *
 * @example
 * ```ts
 * const decoder = new TransformerDecoder({ dModel: 8, numHeads: 2, dimFeedforward: 16, numLayers: 3 });
 * decoder.forward(randn([2, 3, 8]), randn([2, 5, 8]), { causal: true }); // [B, 3, 8]
 * ```
 */
export class TransformerDecoder extends LayerStack<TransformerDecoderLayer> {
  constructor(options: StackOptions) {
    super("TransformerDecoder", options, (layer) => new TransformerDecoderLayer(layer));
  }

  /**
   * The layers one after the other, then the final norm, if any.
   * @param tgt [B, T, D]
   * @param memory [B, S, D], the encoder's output
   * @returns [B, T, D]; with `needWeights` each layer's attention weights too
   * @throws OptionError for unknown options; ShapeError when shapes do not fit.
   */
  forward(tgt: Tensor, memory: Tensor, options: With<DecoderMaskOptions>): [Tensor, DecoderWeights[]];
  forward(tgt: Tensor, memory: Tensor, options?: Without<DecoderMaskOptions>): Tensor;
  forward(
    tgt: Tensor,
    memory: Tensor,
    options: With<DecoderMaskOptions> | Without<DecoderMaskOptions> = {},
  ): [Tensor, DecoderWeights[]] | Tensor {
    checkOptions("TransformerDecoder.forward", options, decoderMaskOptions);
    const [out, weights] = this.through<DecoderWeights>(tgt, (layer, x) =>
      options.needWeights ? layer.forward(x, memory, options) : layer.forward(x, memory, options),
    );
    return options.needWeights ? [out, weights] : out;
  }
}
