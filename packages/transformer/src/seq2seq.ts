import { checkOptions, OptionError, type Tensor, ValueError } from "@typegrad/autograd";
import { Embedding, init, Linear, Module } from "@typegrad/nn";
import type { DecoderMaskOptions, DecoderWeights } from "./decoder.js";
import type { MaskOptions } from "./layer.js";
import { paddingMask } from "./masks.js";
import { PositionalEncoding } from "./positions.js";
import { Transformer, type TransformerOptions, transformerOptions } from "./transformer.js";

/** What the translation model is made of. */
export interface Seq2SeqOptions extends TransformerOptions {
  /** The number of source token ids. */
  readonly srcVocab: number;
  /** The number of target token ids. */
  readonly tgtVocab: number;
  /**
   * Which of source embedding, target embedding and output layer are one matrix: "none", "target" (target embedding and
   * output layer) or "all" (the paper's, section 3.4; one vocabulary for both languages). Tied, the output layer has no
   * bias. Default "none".
   */
  readonly tie?: "none" | "target" | "all";
  /** The longest sequence. Default 512. */
  readonly maxLength?: number;
  /** Default 0. */
  readonly padId?: number;
  /** Default 1. */
  readonly bosId?: number;
  /** Default 2. */
  readonly eosId?: number;
}

const own = ["srcVocab", "tgtVocab", "tie", "maxLength", "padId", "bosId", "eosId"];

/** The base model of the paper (table 3): 65 million parameters with a shared vocabulary of 37,000. */
export const paperBase = {
  /** d_model. */
  dModel: 512,
  /** h. */
  numHeads: 8,
  /** N. */
  numEncoderLayers: 6,
  /** N. */
  numDecoderLayers: 6,
  /** d_ff. */
  dimFeedforward: 2048,
  /** P_drop. */
  dropout: 0.1,
  /** Section 3.3. */
  activation: "relu",
  /** Section 3.1: LayerNorm(x + Sublayer(x)). */
  normFirst: false,
  /** The paper has none. */
  finalNorm: false,
  /** Section 3.4. */
  tie: "all",
} as const satisfies Partial<Seq2SeqOptions>;

/** The big model of the paper (table 3): 213 million parameters. */
export const paperBig = {
  ...paperBase,
  /** d_model. */
  dModel: 1024,
  /** h. */
  numHeads: 16,
  /** d_ff. */
  dimFeedforward: 4096,
  /** P_drop. */
  dropout: 0.3,
} as const satisfies Partial<Seq2SeqOptions>;

/** Logits, and the attention weights of every layer. */
export interface Seq2SeqWeights {
  /** [B, T, V]. */
  readonly logits: Tensor;
  /** A layer each: [B, H, S, S]. */
  readonly encoder: readonly Tensor[];
  /** A layer each: self [B, H, T, T] and cross [B, H, T, S]. */
  readonly decoder: readonly DecoderWeights[];
}

/**
 * The Transformer of "Attention Is All You Need", whole: token ids in, logits out. Embeddings are scaled by √D, sinusoids
 * added, and a linear layer on top gives the logits.
 *
 * @example
 * ```ts
 * // The paper's base model, made small enough to be run at once.
 * const small = { dModel: 16, numHeads: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 32 };
 * const model = new Seq2SeqTransformer({ ...paperBase, ...small, srcVocab: 10, tgtVocab: 10 });
 * const src = tensor(Int32Array.of(5, 6, 2), { shape: [1, 3] });
 * const tgt = tensor(Int32Array.of(1, 7), { shape: [1, 2] });
 * model.forward(src, tgt); // [B, 2, 10]
 * ```
 */
export class Seq2SeqTransformer extends Module {
  /** [source vocabulary, D]. */
  srcEmbed: Embedding;
  /** [target vocabulary, D]; the source's own under `tie: "all"`. */
  tgtEmbed: Embedding;
  /** Encoder and decoder. */
  transformer: Transformer;
  /** From the decoder's output to logits: [V, D]. */
  generator: Linear;
  /** The sinusoids, with dropout on the sum. */
  positions: PositionalEncoding;
  /** The width D. */
  readonly dModel: number;
  /** The id that fills rows up; nobody attends to it. */
  readonly padId: number;
  /** The id each target begins with. */
  readonly bosId: number;
  /** The id each target ends with. */
  readonly eosId: number;
  /** The longest sequence. */
  readonly maxLength: number;

  constructor(options: Seq2SeqOptions) {
    super();
    checkOptions("Seq2SeqTransformer", options, [...transformerOptions, ...own]);
    const { srcVocab, tgtVocab, tie = "none", maxLength = 512, padId = 0, bosId = 1, eosId = 2, ...rest } = options;
    checkTie(tie, srcVocab, tgtVocab);
    const { dModel = 512, dropout = 0.1 } = rest;
    this.dModel = dModel;
    this.padId = padId;
    this.bosId = bosId;
    this.eosId = eosId;
    this.maxLength = maxLength;
    this.srcEmbed = new Embedding(srcVocab, dModel);
    this.tgtEmbed = tie === "all" ? this.srcEmbed : new Embedding(tgtVocab, dModel);
    checkIds({ padId }, Math.min(srcVocab, tgtVocab));
    checkIds({ bosId, eosId }, tgtVocab);
    this.transformer = new Transformer(rest);
    this.generator = new Linear(dModel, tgtVocab, { bias: tie === "none" });
    this.positions = new PositionalEncoding(dModel, { maxLength, dropout });
    // Scaled by √D, embeddings of this size have variance 1, as the positions nearly have.
    for (const { weight } of [this.srcEmbed, this.tgtEmbed]) init.normal(weight, { std: 1 / Math.sqrt(dModel) });
    if (tie !== "none") this.generator.weight = this.tgtEmbed.weight;
    else init.xavierUniform(this.generator.weight);
  }

  /**
   * Source and target in, logits out.
   * @param src int32 [B, S], padded with padId
   * @param tgt int32 [B, T], beginning with bosId
   * @returns logits [B, T, V] of the token after each target position; with `needWeights` the attention too
   */
  forward(src: Tensor, tgt: Tensor, options: { readonly needWeights: true }): Seq2SeqWeights;
  forward(src: Tensor, tgt: Tensor, options?: { readonly needWeights?: false }): Tensor;
  forward(src: Tensor, tgt: Tensor, options: { readonly needWeights?: boolean } = {}): Tensor | Seq2SeqWeights {
    checkOptions("Seq2SeqTransformer.forward", options, ["needWeights"]);
    if (!options.needWeights) return this.decode(tgt, this.encode(src), src);
    const needWeights = { needWeights: true } as const;
    const { encoder, decoder } = this.transformer;
    const [memory, encoderWeights] = encoder.forward(this.#embed(this.srcEmbed, src), {
      ...this.#encoderMasks(src),
      ...needWeights,
    });
    const [out, decoderWeights] = decoder.forward(this.#embed(this.tgtEmbed, tgt), memory, {
      ...this.#decoderMasks(tgt, src),
      ...needWeights,
    });
    return { logits: this.generator.forward(out), encoder: encoderWeights, decoder: decoderWeights };
  }

  /** The encoder's output [B, S, D] for source ids [B, S]. */
  encode(src: Tensor): Tensor {
    return this.transformer.encoder.forward(this.#embed(this.srcEmbed, src), this.#encoderMasks(src));
  }

  /** Logits [B, T, V] for target ids [B, T], given the encoder's output for `src`. */
  decode(tgt: Tensor, memory: Tensor, src: Tensor): Tensor {
    return this.generator.forward(this.#decoded(tgt, memory, src));
  }

  /** Logits [B, V] of the token after the last of the target ids [B, T]: all that decoding needs of {@link decode}. */
  nextLogits(tgt: Tensor, memory: Tensor, src: Tensor): Tensor {
    return this.generator.forward(this.#decoded(tgt, memory, src).select(1, -1));
  }

  /** The probabilities [B, T, V] of the token after each target position: the softmax of the last linear layer. */
  probabilities(src: Tensor, tgt: Tensor): Tensor {
    return this.forward(src, tgt).softmax(-1);
  }

  #embed(embedding: Embedding, ids: Tensor): Tensor {
    return this.positions.forward(embedding.forward(ids).mul(Math.sqrt(this.dModel))); // [B, T, D]
  }

  #encoderMasks(src: Tensor): MaskOptions {
    return { keyMask: paddingMask(src, this.padId) };
  }

  #decoderMasks(tgt: Tensor, src: Tensor): DecoderMaskOptions {
    return { keyMask: paddingMask(tgt, this.padId), causal: true, memoryKeyMask: paddingMask(src, this.padId) };
  }

  /** The decoder's output [B, T, D]. */
  #decoded(tgt: Tensor, memory: Tensor, src: Tensor): Tensor {
    const x = this.#embed(this.tgtEmbed, tgt);
    return this.transformer.decoder.forward(x, memory, this.#decoderMasks(tgt, src));
  }
}

function checkIds(ids: Readonly<Record<string, number>>, vocab: number): void {
  for (const [name, id] of Object.entries(ids)) {
    if (Number.isInteger(id) && id >= 0 && id < vocab) continue;
    throw new ValueError(`Seq2SeqTransformer: ${name} is not a token`, {
      got: `${id} of ${vocab} tokens`,
      hint: `use a whole number from 0 to ${vocab - 1}`,
    });
  }
}

function checkTie(tie: string, srcVocab: number, tgtVocab: number): void {
  if (!["none", "target", "all"].includes(tie)) {
    throw new OptionError("Seq2SeqTransformer: no such way to tie", { got: tie, hint: '"none", "target" or "all"' });
  }
  if (tie === "all" && srcVocab !== tgtVocab) {
    throw new OptionError('Seq2SeqTransformer: tie "all" needs one vocabulary', {
      got: `${srcVocab} source and ${tgtVocab} target tokens`,
      hint: 'use one vocabulary for both languages, or tie "target"',
    });
  }
}
