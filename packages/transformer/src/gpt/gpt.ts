import { arange, checkTensors, formatShape, ShapeError, type Tensor } from "@typegrad/autograd";
import { Dropout, Embedding, init, type LayerNorm, Linear, Module, ModuleList, type RMSNorm } from "@typegrad/nn";
import { checkLength } from "../positions.js";
import { GPTBlock, newNorm } from "./block.js";
import { type GPTConfig, type GPTOptions, gptConfig } from "./config.js";

/**
 * A decoder-only language model: pre-norm blocks of causal attention and feed-forward networks, a final norm and a head
 * without bias. The defaults are GPT-2's parts (Radford et al. 2019, "Language Models are Unsupervised Multitask
 * Learners"); rotary positions, RMSNorm, SwiGLU and fewer key/value heads make it a Llama (Touvron et al. 2023, "LLaMA",
 * "Llama 2").
 *
 * @throws OptionError, ValueError for options that are unknown, without use or do not fit.
 * @example
 * ```ts
 * const model = new GPT({ vocab: 11, dModel: 8, numHeads: 2, numLayers: 1, context: 5 });
 * model.forward(tensor(Int32Array.of(1, 2, 3), { shape: [1, 3] })); // [B, 3, 11]
 * ```
 */
export class GPT extends Module {
  /** [V, D], a row for each token id. */
  tokenEmbed: Embedding;
  /** [context, D], a row for each position; null with rotary positions. */
  positionEmbed: Embedding | null;
  /** On the sum of embeddings and positions. */
  dropout: Dropout;
  /** The blocks, the first at index 0. */
  blocks: ModuleList<GPTBlock>;
  /** Behind the last block. */
  norm: LayerNorm | RMSNorm;
  /** From the blocks' output to logits: [V, D], without bias. */
  head: Linear;
  /** What the model was built from, with every default filled in. */
  readonly config: GPTConfig;

  constructor(options: GPTOptions) {
    super();
    const config = gptConfig(options);
    const { vocab, dModel, context, numLayers } = config;
    this.config = config;
    this.tokenEmbed = new Embedding(vocab, dModel);
    this.positionEmbed = config.positions === "learned" ? new Embedding(context, dModel) : null;
    this.dropout = new Dropout(config.dropout);
    this.blocks = new ModuleList(Array.from({ length: numLayers }, () => new GPTBlock(config)));
    this.norm = newNorm(config);
    this.head = new Linear(dModel, vocab, { bias: false });
    this.#initialize();
    if (config.tie) this.head.weight = this.tokenEmbed.weight;
  }

  /** What is added to the residual stream starts the smaller the more blocks add to it (Radford et al., section 2.3). */
  #initialize(): void {
    for (const [name, parameter] of this.namedParameters()) {
      const residual = name.endsWith("out_proj.weight") || name.endsWith("down.weight");
      const std = residual ? 0.02 / Math.sqrt(2 * this.config.numLayers) : 0.02;
      if (parameter.ndim > 1) init.normal(parameter, { std });
      else if (name.endsWith("bias")) init.zeros(parameter);
    }
  }

  /** The longest sequence. */
  get context(): number {
    return this.config.context;
  }

  /**
   * Reads each row from the left; a position sees itself and what stands before it.
   * @param ids int32 [B, T]
   * @returns logits [B, T, V] of the token after each position
   * @throws ShapeError for a sequence longer than the context; ValueError for an id outside 0 … V − 1.
   */
  forward(ids: Tensor): Tensor {
    checkTensors("GPT", ids);
    if (ids.ndim !== 2) {
      throw new ShapeError("GPT: ids must be [B, T]", {
        got: formatShape(ids.shape),
        hint: "unsqueeze(0) one sequence",
      });
    }
    checkLength("GPT", ids.shape[1]!, this.context);
    let x = this.dropout.forward(this.#embed(ids)); // [B, T, D]
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.norm.forward(x)); // [B, T, V]
  }

  #embed(ids: Tensor): Tensor {
    const tokens = this.tokenEmbed.forward(ids); // [B, T, D]
    if (this.positionEmbed === null) return tokens;
    return tokens.add(this.positionEmbed.forward(arange(ids.shape[1]!, { dtype: "int32" })));
  }
}
