import { checkOptions, OptionError, type Tensor, ValueError } from "@typegrad/autograd";
import { Dropout, LayerNorm, Linear, Module } from "@typegrad/nn";

/** What an encoder or decoder layer is made of. */
export interface LayerOptions {
  /** The width D. */
  readonly dModel: number;
  /** The number of heads H, which divides D. */
  readonly numHeads: number;
  /** The feed-forward width F. Default 2048. */
  readonly dimFeedforward?: number;
  /** On the output of each sub-layer, before it is added (Vaswani et al. 2017, section 5.4). Default 0.1. */
  readonly dropout?: number;
  /** Default "relu". "gelu" is the form with the error function, "gelu_tanh" GPT-2's. */
  readonly activation?: Activation;
  /** Normalise what goes into a sub-layer instead of what comes out of the sum. Default false, as in the paper. */
  readonly normFirst?: boolean;
  /** Default 1e-5. */
  readonly layerNormEps?: number;
}

export const layerOptions = [
  "dModel",
  "numHeads",
  "dimFeedforward",
  "dropout",
  "activation",
  "normFirst",
  "layerNormEps",
];

/** The activations of the feed-forward network. */
export type Activation = "relu" | "gelu" | "gelu_tanh";

const activations: Record<Activation, (x: Tensor) => Tensor> = {
  relu: (x) => x.relu(),
  gelu: (x) => x.gelu(),
  gelu_tanh: (x) => x.gelu({ approximate: "tanh" }),
};

/** The function of an activation's name. */
function activationOf(operation: string, name: Activation): (x: Tensor) => Tensor {
  if (Object.hasOwn(activations, name)) return activations[name];
  throw new OptionError(`${operation}: no such activation`, {
    got: String(name),
    hint: `use ${Object.keys(activations).join(", ")}`,
  });
}

/** What encoder and decoder layers share: the feed-forward network, and how a sub-layer is joined to its residual. */
export abstract class ResidualLayer extends Module {
  /** W₁ [F, D] and b₁ [F] of the feed-forward network. */
  linear1: Linear;
  /** W₂ [D, F] and b₂ [D] of the feed-forward network. */
  linear2: Linear;
  /** On the output of each sub-layer, before it is added. */
  dropout: Dropout;
  /** Whether sub-layers normalise what goes in instead of what comes out. */
  readonly normFirst: boolean;
  /** The function between the two linear layers. */
  readonly activation: (x: Tensor) => Tensor;
  readonly #eps: number;

  constructor(name: string, options: LayerOptions) {
    super();
    checkOptions(name, options, layerOptions);
    const { dModel, dimFeedforward = 2048, dropout = 0.1, layerNormEps = 1e-5, normFirst = false } = options;
    this.activation = activationOf(name, options.activation ?? "relu");
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.dropout = new Dropout(dropout);
    this.normFirst = normFirst;
    this.#eps = layerNormEps;
  }

  /** A norm of width D. */
  protected newNorm(): LayerNorm {
    return new LayerNorm(this.linear1.weight.shape[1]!, { eps: this.#eps });
  }

  /** What goes into a sub-layer. */
  protected before(x: Tensor, norm: LayerNorm): Tensor {
    return this.normFirst ? norm.forward(x) : x;
  }

  /** Residual, then norm: LayerNorm(x + Sublayer(x)); with `normFirst` the sub-layer had its norm before. */
  protected join(x: Tensor, sublayer: Tensor, norm: LayerNorm): Tensor {
    const sum = x.add(this.dropout.forward(sublayer));
    return this.normFirst ? sum : norm.forward(sum);
  }

  /** The feed-forward sub-layer with its residual and norm (Vaswani et al. 2017, section 3.3). */
  protected feedForward(x: Tensor, norm: LayerNorm): Tensor {
    const inner = this.activation(this.linear1.forward(this.before(x, norm))); // [B, T, F]
    return this.join(x, this.linear2.forward(inner), norm);
  }
}

/** Checks a number of layers. */
export function checkLayers(operation: string, count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new ValueError(`${operation}: the number of layers is a whole number`, {
    got: String(count),
    hint: "for instance 6",
  });
}

/** What may be attended to. Masks are true where one may attend. */
export interface MaskOptions {
  /** bool [T, S], [B, T, S] or [B, H, T, S]. */
  readonly mask?: Tensor | null;
  /** float of the same shapes, added to the scores. */
  readonly bias?: Tensor | null;
  /** bool [B, S] over the keys, or float, added. */
  readonly keyMask?: Tensor | null;
  /** Hide later positions. Default false. */
  readonly causal?: boolean;
}

export const maskOptions = ["mask", "bias", "keyMask", "causal", "needWeights"];

/** Options of a call that gives the output alone. */
export type Without<Masks> = Masks & { readonly needWeights?: false };

/** Options of a call that gives the attention weights of each head as well. */
export type With<Masks> = Masks & { readonly needWeights: true };
