/**
 * The Transformer of "Attention Is All You Need" (Vaswani et al. 2017) and its descendants.
 *
 * @module @typegrad/transformer
 */
export {
  type DecoderMaskOptions,
  type DecoderWeights,
  TransformerDecoder,
  TransformerDecoderLayer,
} from "./decoder.js";
export { TransformerEncoder, TransformerEncoderLayer } from "./encoder.js";
export { type Abortable, AbortError } from "./generate/abort.js";
export { type GenerateResult, generate, generateStream } from "./generate/generate.js";
export type { GeneratedToken, Hypothesis } from "./generate/hypothesis.js";
export type { TokenRows } from "./generate/input.js";
export type { GenerativeModel } from "./generate/open.js";
export type { GenerateOptions, StreamOptions } from "./generate/options.js";
export { CausalSelfAttention } from "./gpt/attention.js";
export { GPTBlock } from "./gpt/block.js";
export type { GPTConfig, GPTOptions } from "./gpt/config.js";
export { FeedForward } from "./gpt/feed-forward.js";
export { GPT } from "./gpt/gpt.js";
export { gpt2, llama } from "./gpt/presets.js";
export { type GreedyOptions, greedyDecode } from "./greedy.js";
export type { Activation, LayerOptions, MaskOptions } from "./layer.js";
export { causalMask, paddingMask } from "./masks.js";
export { PositionalEncoding, type PositionalEncodingOptions, sinusoidalEncoding } from "./positions.js";
export type { Files } from "./pretrained/files.js";
export { gpt2Keys } from "./pretrained/gpt2-keys.js";
export { fromTheirs, type Place, theirPart, toTheirs } from "./pretrained/keys.js";
export { llamaKeys } from "./pretrained/llama-keys.js";
export { loadPretrainedModel } from "./pretrained/load-model.js";
export {
  paperBase,
  paperBig,
  type Seq2SeqOptions,
  Seq2SeqTransformer,
  type Seq2SeqWeights,
} from "./seq2seq.js";
export type { StackOptions } from "./stack.js";
export { type BPEOptions, BPETokenizer } from "./tokenizers/bpe-tokenizer.js";
export { CharTokenizer } from "./tokenizers/char-tokenizer.js";
export { type DecodeOptions, type EncodeOptions, Tokenizer } from "./tokenizers/tokenizer.js";
export type { VocabularyOptions } from "./tokenizers/training-options.js";
export { WordTokenizer } from "./tokenizers/word-tokenizer.js";
export { Transformer, type TransformerMasks, type TransformerOptions } from "./transformer.js";
