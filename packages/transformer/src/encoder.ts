import { checkOptions, type Tensor } from "@typegrad/autograd";
import { Dropout, LayerNorm, Linear, Module, ModuleList, MultiheadAttention } from "@typegrad/nn";
import { activationOf, checkLayers, type LayerOptions, layerOptions, type MaskOptions, maskOptions } from "./layer.js";

/** Self-attention and a feed-forward network, each with a residual and a norm (Vaswani et al. 2017, section 3.1). */
export class TransformerEncoderLayer extends Module {
  selfAttn: MultiheadAttention;
  linear1: Linear;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout: Dropout;
  readonly normFirst: boolean;
  readonly activation: (x: Tensor) => Tensor;

  constructor(options: LayerOptions) {
    super();
    checkOptions("TransformerEncoderLayer", options, layerOptions);
    const { dModel, numHeads, dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5 } = options;
    this.selfAttn = new MultiheadAttention(dModel, numHeads);
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.norm1 = new LayerNorm(dModel, { eps });
    this.norm2 = new LayerNorm(dModel, { eps });
    this.dropout = new Dropout(dropout);
    this.normFirst = options.normFirst ?? false;
    this.activation = activationOf("TransformerEncoderLayer", options.activation ?? "relu");
  }

  /** @param src [B, S, D] */
  forward(src: Tensor, masks: MaskOptions = {}): Tensor {
    return this.withWeights(src, masks, false)[0];
  }

  /** {@link forward} and, on request, the attention weights [B, H, S, S]. */
  withWeights(src: Tensor, masks: MaskOptions, needWeights: boolean): [Tensor, Tensor | null] {
    checkOptions("TransformerEncoderLayer.forward", masks, maskOptions);
    const input = this.normFirst ? this.norm1.forward(src) : src;
    const options = { ...masks, needWeights, averageWeights: false };
    const [attended, weights] = this.selfAttn.forward(input, input, input, options);
    const x = this.#join(src, attended, this.norm1);
    const inner = this.activation(this.linear1.forward(this.normFirst ? this.norm2.forward(x) : x)); // [B, S, F]
    return [this.#join(x, this.linear2.forward(inner), this.norm2), weights];
  }

  /** Residual, then norm: LayerNorm(x + Sublayer(x)); with `normFirst` the sub-layer had its norm before. */
  #join(x: Tensor, sublayer: Tensor, norm: LayerNorm): Tensor {
    const sum = x.add(this.dropout.forward(sublayer));
    return this.normFirst ? sum : norm.forward(sum);
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
  layers: ModuleList<TransformerEncoderLayer>;
  norm: LayerNorm | null;

  constructor(options: StackOptions) {
    super();
    checkOptions("TransformerEncoder", options, stackOptions);
    const count = checkLayers("TransformerEncoder", options.numLayers);
    this.layers = new ModuleList(Array.from({ length: count }, () => new TransformerEncoderLayer(ofLayer(options))));
    this.norm = options.finalNorm ? new LayerNorm(options.dModel, { eps: options.layerNormEps ?? 1e-5 }) : null;
  }

  /** @param src [B, S, D] */
  forward(src: Tensor, masks: MaskOptions = {}): Tensor {
    return this.withWeights(src, masks, false)[0];
  }

  /** {@link forward} and, on request, each layer's attention weights [B, H, S, S]. */
  withWeights(src: Tensor, masks: MaskOptions, needWeights: boolean): [Tensor, Tensor[]] {
    const all: Tensor[] = [];
    let x = src;
    for (const layer of this.layers) {
      const [next, weights] = layer.withWeights(x, masks, needWeights);
      if (weights !== null) all.push(weights);
      x = next;
    }
    return [this.norm === null ? x : this.norm.forward(x), all];
  }
}
