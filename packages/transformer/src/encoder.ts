import { checkOptions, type Tensor } from "@typegrad/autograd";
import { LayerNorm, Module, ModuleList, MultiheadAttention } from "@typegrad/nn";
import {
  checkLayers,
  type LayerOptions,
  layerOptions,
  type MaskOptions,
  maskOptions,
  ResidualLayer,
  type With,
  type Without,
} from "./layer.js";

/** Self-attention and a feed-forward network, each with a residual and a norm (Vaswani et al. 2017, section 3.1). */
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

/** What a stack of layers is made of. */
export interface StackOptions extends LayerOptions {
  /** The number of layers N. */
  readonly numLayers: number;
  /** A norm behind the last layer. Default false: the paper's post-norm model has none. */
  readonly finalNorm?: boolean;
}

/** The options of one layer out of those of the stack. */
export const ofLayer = ({ numLayers: _, finalNorm: __, ...layer }: StackOptions): LayerOptions => layer;

export const stackOptions = [...layerOptions, "numLayers", "finalNorm"];

/** N encoder layers, one on the other. */
export class TransformerEncoder extends Module {
  /** The N layers, the first at index 0. */
  layers: ModuleList<TransformerEncoderLayer>;
  /** The norm behind the last layer; null without `finalNorm`. */
  norm: LayerNorm | null;

  constructor(options: StackOptions) {
    super();
    checkOptions("TransformerEncoder", options, stackOptions);
    const count = checkLayers("TransformerEncoder", options.numLayers);
    this.layers = new ModuleList(Array.from({ length: count }, () => new TransformerEncoderLayer(ofLayer(options))));
    this.norm = options.finalNorm ? new LayerNorm(options.dModel, { eps: options.layerNormEps ?? 1e-5 }) : null;
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
    const { needWeights = false, ...masks } = options;
    const all: Tensor[] = [];
    let x = src;
    for (const layer of this.layers) {
      if (needWeights) {
        const [next, weights] = layer.forward(x, { ...masks, needWeights });
        all.push(weights);
        x = next;
      } else x = layer.forward(x, masks);
    }
    const out = this.norm === null ? x : this.norm.forward(x);
    return needWeights ? [out, all] : out;
  }
}
