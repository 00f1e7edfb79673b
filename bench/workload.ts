import { crossEntropy, type Tensor } from "@typegrad/autograd";
import type { Module } from "@typegrad/nn";
import { Adam } from "@typegrad/trainer";
import { GPT, Seq2SeqTransformer } from "@typegrad/transformer";
import { type Batch, reversals, windows } from "./batches.js";
import { fillGPT, fillSeq2Seq } from "./weights.js";

/** What is trained: the same model, weights and batches as in the other programs that it is compared with. */
export interface Workload {
  readonly model: Module;
  readonly optimizer: Adam;
  /** How many tokens of a batch are predicted. */
  readonly tokens: number;
  batch(step: number): Batch;
  loss(batch: Batch): Tensor;
}

const VOCAB = 65;

const gpts = {
  S: { width: 64, heads: 4, layers: 2, length: 64, rows: 8 },
  M: { width: 128, heads: 4, layers: 4, length: 128, rows: 16 },
  L: { width: 384, heads: 6, layers: 6, length: 256, rows: 8 },
} as const;

/** The sizes by name; C is the encoder–decoder, the others are GPTs. */
export type Size = keyof typeof gpts | "C";

/** The names of all sizes. */
export const sizes: readonly Size[] = ["S", "M", "L", "C"];

const meanLoss = (logits: Tensor, target: Tensor, labelSmoothing: number): Tensor =>
  crossEntropy(logits.reshape([-1, logits.shape.at(-1)!]), target.reshape([-1]), { labelSmoothing });

function languageModel(size: keyof typeof gpts, dropout: number): Workload {
  const { width, heads, layers, length, rows } = gpts[size];
  const model = new GPT({
    vocab: VOCAB,
    dModel: width,
    numHeads: heads,
    numLayers: layers,
    context: length,
    activation: "gelu_tanh",
    dropout,
  });
  fillGPT(model);
  return {
    model,
    optimizer: new Adam(model.parameters(), { lr: 1e-3 }),
    tokens: rows * length,
    batch: windows(VOCAB, rows, length),
    loss: ({ input, target }) => meanLoss(model.forward(input!), target!, 0),
  };
}

function translation(dropout: number): Workload {
  const [vocab, rows, length] = [8000, 32, 32];
  const model = new Seq2SeqTransformer({
    srcVocab: vocab,
    tgtVocab: vocab,
    dModel: 256,
    numHeads: 8,
    numEncoderLayers: 3,
    numDecoderLayers: 3,
    dimFeedforward: 1024,
    dropout,
    finalNorm: false,
    tie: "all",
    maxLength: length,
    padId: vocab - 1, // Does not come in the batches, in which 0 is a token like any other.
  });
  fillSeq2Seq(model);
  return {
    model,
    optimizer: new Adam(model.parameters(), { lr: 5e-4 }),
    tokens: rows * length,
    batch: reversals(rows, length),
    loss: ({ source, input, target }) => meanLoss(model.forward(source!, input!), target!, 0.1),
  };
}

/** The workload of a size, with its weights as they are before the first step. */
export const workload = (size: Size, dropout = 0): Workload =>
  size === "C" ? translation(dropout) : languageModel(size, dropout);
