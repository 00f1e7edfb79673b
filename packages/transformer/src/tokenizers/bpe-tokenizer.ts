import { ArgumentError, OptionError } from "@typegrad/autograd";
import { learnMerges } from "./bpe-training.js";
import { byteAlphabet, toByteCharacters } from "./byte-map.js";
import { fail, fileText, JsonObject } from "./json.js";
import { gpt2Pattern } from "./patterns.js";
import { Tokenizer } from "./tokenizer.js";
import { checkTrainingOptions, checkVocabSize, countPieces } from "./training-options.js";
import { specialToken, vocabularyOf, writtenFile } from "./written-file.js";

/** Options of {@link BPETokenizer.train}. */
export interface BPEOptions {
  /** The most tokens: 256 bytes, the special tokens, and one for each merge. */
  readonly vocabSize: number;
  /** The fewest occurrences of a pair that is merged. Default: 1. */
  readonly minFrequency?: number;
  /** Tokens that stand for no text, behind all others. Default: GPT-2's "<|endoftext|>". */
  readonly specialTokens?: readonly string[];
}

const endOfText = "<|endoftext|>";

/** GPT-2's tokenizer but for the special tokens: bytes as characters, no space before a text. */
function byteLevelFile(
  vocab: Readonly<Record<string, unknown>>,
  merges: readonly unknown[],
  special: readonly (readonly [token: string, id: number])[],
): object {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return writtenFile({
    added_tokens: special.map(([token, id]) => specialToken(token, id)),
    pre_tokenizer: byteLevel,
    post_processor: { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges,
    },
  });
}

/**
 * Byte pair encoding: byte-level as GPT-2's (Radford et al. 2019), trained here or read, and SentencePiece's with byte
 * fallback as Llama's, read from a `tokenizer.json`.
 *
 * @example
 * ```ts
 * const tokenizer = BPETokenizer.train(["low lower lowest"], { vocabSize: 260 });
 * tokenizer.tokenOf(258); // "Ġlow"
 * tokenizer.encode("low lower"); // [257, 258, 68, 81]
 * tokenizer.decode([257, 258]); // "low low"
 * ```
 */
export class BPETokenizer extends Tokenizer {
  private constructor(file: unknown) {
    super(file, "BPE");
  }

  /**
   * Learns merges from texts: the most frequent pair of neighbours becomes a token, of equally frequent ones that of the
   * smaller ids, until there are `vocabSize` tokens or no pair is left.
   *
   * @throws OptionError for a `vocabSize` that has no room for 256 bytes and the special tokens
   */
  static train(texts: string | Iterable<string>, options: BPEOptions): BPETokenizer {
    const operation = "BPETokenizer.train";
    checkTrainingOptions(operation, options);
    const { vocabSize, minFrequency = 1, specialTokens = [endOfText] } = options;
    checkVocabSize(operation, vocabSize ?? 0, 256 + specialTokens.length, "256 bytes and the special tokens");
    const pieces = countPieces(operation, texts, (text) => text.match(gpt2Pattern) ?? []);
    const words = new Map(Array.from(pieces, ([piece, count]) => [toByteCharacters(piece), count] as const));
    const { tokens, merges } = learnMerges(words, vocabSize - specialTokens.length, minFrequency);
    const taken = specialTokens.find((token) => tokens.includes(token));
    if (taken !== undefined) {
      throw new OptionError(`${operation}: a special token is a token of the text as well`, {
        got: JSON.stringify(taken),
        hint: "choose one that the texts do not have, such as <|endoftext|>",
      });
    }
    const special = specialTokens.map((token, i) => [token, tokens.length + i] as const);
    return new BPETokenizer(byteLevelFile(vocabularyOf([...tokens, ...specialTokens]), merges, special));
  }

  /**
   * Reads a `tokenizer.json`, as text or parsed: the model BPE, with the parts that GPT-2's and Llama's families use.
   *
   * @throws CheckpointError for a damaged file, and for a part of a kind that is not supported (named)
   */
  static fromJSON(file: unknown): BPETokenizer {
    return new BPETokenizer(file);
  }

  /**
   * Reads GPT-2's own two files.
   *
   * @param vocab `vocab.json` (or `encoder.json`), as text or parsed: ids by tokens
   * @param merges the text of `merges.txt` (or `vocab.bpe`): a pair a line
   * @param options `specialTokens`: those of the vocabulary that stand for no text. Default: "<|endoftext|>", if there
   * @throws CheckpointError for files that are damaged or do not belong together
   */
  static fromVocabAndMerges(
    vocab: unknown,
    merges: string,
    options: { readonly specialTokens?: readonly string[] } = {},
  ): BPETokenizer {
    checkTrainingOptions("BPETokenizer.fromVocabAndMerges", options);
    if (typeof merges !== "string") {
      throw new ArgumentError("BPETokenizer.fromVocabAndMerges: merges must be a text", {
        got: typeof merges,
        hint: "pass the content of merges.txt",
      });
    }
    const ids = new JsonObject(JSON.parse(fileText(vocab)), "vocab.json");
    const { specialTokens = ids.get(endOfText) === undefined ? [] : [endOfText] } = options;
    const missing = byteAlphabet.find((character) => ids.get(character) === undefined);
    if (missing !== undefined) fail("vocab.json lacks a byte, so it is not a byte-level vocabulary", missing);
    const lines = merges.split(/\r?\n/).filter((line, i) => line !== "" && !(i === 0 && line.startsWith("#version")));
    const special = specialTokens.map((token) => [token, ids.count(token)] as const);
    return new BPETokenizer(byteLevelFile(ids.fields, lines, special));
  }
}
