import { afterOpeningSource, beginOfWordSource, wordPattern, wordSource } from "./patterns.js";
import { Tokenizer } from "./tokenizer.js";
import {
  checkTrainingOptions,
  checkVocabSize,
  countPieces,
  mostFrequent,
  type VocabularyOptions,
} from "./training-options.js";
import { specialToken, wordLevelModel, writtenFile } from "./written-file.js";

const unknown = "<unk>";

/**
 * A token for each word of the training texts and each sign between words; "<unk>" for all others. Decoding puts a space
 * before each word, none before a closing sign or behind an opening one.
 *
 * @example
 * ```ts
 * const tokenizer = WordTokenizer.train(["the dog sees the cat."]);
 * tokenizer.encode("the cat sees the dog."); // [1, 3, 5, 1, 4, 2]
 * tokenizer.decode(tokenizer.encode("the bird sees.")); // "the <unk> sees."
 * ```
 */
export class WordTokenizer extends Tokenizer {
  private constructor(file: unknown) {
    super(file, "WordLevel");
  }

  /**
   * The words of the texts: special tokens first ("<unk>" before them, where it is not one of them), then words, most
   * frequent first, of equally frequent ones the smaller in UTF-16.
   *
   * @throws OptionError for a `vocabSize` that has no room for the special tokens
   */
  static train(texts: string | Iterable<string>, options: VocabularyOptions = {}): WordTokenizer {
    const operation = "WordTokenizer.train";
    checkTrainingOptions(operation, options);
    const { vocabSize = Number.POSITIVE_INFINITY, minFrequency, specialTokens = [] } = options;
    const special = specialTokens.includes(unknown) ? specialTokens : [unknown, ...specialTokens];
    checkVocabSize(operation, vocabSize, special.length, "the special tokens and <unk>");
    const counts = countPieces(operation, texts, (text) => text.match(wordPattern) ?? []);
    for (const token of special) counts.delete(token);
    const words = mostFrequent(counts, vocabSize - special.length, minFrequency);
    const pattern = (source: string): object => ({ Regex: source });
    const file = writtenFile({
      added_tokens: special.flatMap((token, id) => (token === unknown ? [] : [specialToken(token, id)])),
      pre_tokenizer: { type: "Split", pattern: pattern(wordSource), behavior: "Removed", invert: true },
      decoder: {
        type: "Sequence",
        decoders: [
          { type: "Replace", pattern: pattern(beginOfWordSource), content: " " },
          { type: "Fuse" },
          { type: "Replace", pattern: pattern(afterOpeningSource), content: "" },
          { type: "Strip", content: " ", start: 1, stop: 0 },
        ],
      },
      model: wordLevelModel([...special, ...words], unknown),
    });
    return new WordTokenizer(file);
  }

  /**
   * Reads a `tokenizer.json`, as text or parsed, whose model is WordLevel.
   *
   * @throws CheckpointError for a damaged file, and for a part of a kind that is not supported (named)
   */
  static fromJSON(file: unknown): WordTokenizer {
    return new WordTokenizer(file);
  }
}
