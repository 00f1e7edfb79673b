import { arange, checkOptions, formatShape, ShapeError, type Tensor } from "@typegrad/autograd";
import { Dropout, Embedding, init, Linear, Module } from "@typegrad/nn";
import { TransformerEncoder } from "./encoder.js";
import type { Activation } from "./layer.js";
import { checkLength } from "./positions.js";

/** What a GPT is made of. */
export interface GPTOptions {
  /** The number of token ids V. */
  readonly vocab: number;
  /** The width D. */
  readonly dModel: number;
  /** The number of heads H, which divides D. */
  readonly numHeads: number;
  /** The number of blocks. */
  readonly numLayers: number;
  /** The longest sequence. */
  readonly context: number;
  /** The feed-forward width F. Default 4 D. */
  readonly dimFeedforward?: number;
  /** "gelu" or "gelu_tanh". Default "gelu". */
  readonly activation?: Activation;
  /** Whether the head is the token embedding. Default false. */
  readonly tie?: boolean;
  /** Default 0. */
  readonly dropout?: number;
  /** Default 1e-5. */
  readonly layerNormEps?: number;
}

const gptOptions = [
  "vocab",
  "dModel",
  "numHeads",
  "numLayers",
  "context",
  "dimFeedforward",
  "activation",
  "tie",
  "dropout",
  "layerNormEps",
];

/**
 * A decoder-only language model: learned positions, pre-norm blocks, a final norm and a head without bias (Radford et
 * al. 2019, "Language Models are Unsupervised Multitask Learners").
 *
 * @example
 * ```ts
 * const model = new GPT({ vocab: 11, dModel: 8, numHeads: 2, numLayers: 1, context: 5 });
 * model.forward(tensor(Int32Array.of(1, 2, 3), { shape: [1, 3] })); // [B, 3, 11]
 * ```
 */
export class GPT extends Module {
  /** [V, D], a row for each token id. */
  tokenEmbed: Embedding;
  /** [context, D], a row for each position. */
  positionEmbed: Embedding;
  /** The blocks and the final norm. */
  blocks: TransformerEncoder;
  /** From the blocks' output to logits: [V, D], without bias. */
  head: Linear;
  /** On the sum of embeddings and positions. */
  dropout: Dropout;
  /** The longest sequence. */
  readonly context: number;

  constructor(options: GPTOptions) {
    super();
    checkOptions("GPT", options, gptOptions);
    const { vocab, dModel, numHeads, numLayers, context, dropout = 0, activation = "gelu" } = options;
    const { dimFeedforward = 4 * dModel, layerNormEps = 1e-5 } = options;
    this.context = context;
    this.tokenEmbed = new Embedding(vocab, dModel);
    this.positionEmbed = new Embedding(context, dModel);
    const layer = { dModel, numHeads, dimFeedforward, dropout, activation, layerNormEps };
    this.blocks = new TransformerEncoder({ ...layer, numLayers, normFirst: true, finalNorm: true });
    this.head = new Linear(dModel, vocab, { bias: false });
    this.dropout = new Dropout(dropout);
    for (const [name, parameter] of this.namedParameters()) {
      // What is added to the residual stream is smaller the more layers add to it (section 2.3).
      const residual = name.endsWith("out_proj.weight") || name.endsWith("linear2.weight");
      if (parameter.ndim > 1) init.normal(parameter, { std: residual ? 0.02 / Math.sqrt(2 * numLayers) : 0.02 });
      else if (name.endsWith("bias")) init.zeros(parameter);
    }
    if (options.tie) this.head.weight = this.tokenEmbed.weight;
  }

  /**
   * Reads each row from the left; a position sees itself and what stands before it.
   * @param ids int32 [B, T]
   * @returns logits [B, T, V] of the token after each position
   * @throws ShapeError for a sequence longer than the context.
   */
  forward(ids: Tensor): Tensor {
    if (ids.ndim !== 2) {
      throw new ShapeError("GPT: ids must be [B, T]", {
        got: formatShape(ids.shape),
        hint: "unsqueeze(0) one sequence",
      });
    }
    const length = ids.shape[1]!;
    checkLength("GPT", length, this.context);
    const positions = this.positionEmbed.forward(arange(length, { dtype: "int32" })); // [T, D]
    const x = this.dropout.forward(this.tokenEmbed.forward(ids).add(positions)); // [B, T, D]
    return this.head.forward(this.blocks.forward(x, { causal: true }));
  }
}
