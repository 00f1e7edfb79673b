import { manualSeed, type Tensor, tensor } from "@typegrad/autograd";
import { init } from "@typegrad/nn";
import { GPT, Seq2SeqTransformer } from "../src/index.js";

/** Rows of ids as a tensor. */
export const ids = (rows: number[][]): Tensor =>
  tensor(Int32Array.from(rows.flat()), { shape: [rows.length, rows[0]!.length] });

/** A language model in float64 whose distributions are far from uniform. */
export function smallGPT({ vocab = 11, context = 13, seed = 1 } = {}): GPT {
  manualSeed(seed);
  const model = new GPT({ vocab, dModel: 8, numHeads: 2, numLayers: 1, context }).to("float64");
  for (const parameter of model.parameters()) if (parameter.ndim > 1) init.normal(parameter, { std: 0.7 });
  return model;
}

/** A translation model in float64, 11 source and 13 target tokens. */
export function smallSeq2Seq(seed = 6): Seq2SeqTransformer {
  manualSeed(seed);
  const sizes = { dModel: 8, numHeads: 2, numEncoderLayers: 1, numDecoderLayers: 2, dimFeedforward: 12 };
  return new Seq2SeqTransformer({ ...sizes, dropout: 0.1, srcVocab: 11, tgtVocab: 13, maxLength: 9 }).to("float64");
}

/** The model's log-probabilities of the token after a text, by the host's functions. */
export function logProbabilitiesAfter(model: GPT, text: readonly number[]): number[] {
  const logits = Array.from(model.forward(ids([[...text]])).select(1, -1).data);
  const max = Math.max(...logits);
  const normalizer = max + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
  return logits.map((logit) => logit - normalizer);
}
