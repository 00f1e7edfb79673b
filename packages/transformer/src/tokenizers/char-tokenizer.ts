import { characterSource } from "./patterns.js";
import { Tokenizer } from "./tokenizer.js";
import {
  checkTrainingOptions,
  checkVocabSize,
  countPieces,
  mostFrequent,
  type VocabularyOptions,
} from "./training-options.js";
import { specialToken, wordLevelModel, writtenFile } from "./written-file.js";

/** What stands for a character that is not known: Unicode's own sign for it. */
const unknown = "\uFFFD";

/**
 * A token for each character (code point) of the training texts, and U+FFFD for all others.
 *
 * @example
 * ```ts
 * const tokenizer = CharTokenizer.train(["banana"]);
 * tokenizer.vocabSize; // 4
 * tokenizer.encode("nab"); // [2, 0, 1]
 * tokenizer.decode(tokenizer.encode("bandana")); // "ban�ana"
 * ```
 */
export class CharTokenizer extends Tokenizer {
  private constructor(file: unknown) {
    super(file, "WordLevel");
  }

  /**
   * The characters of the texts: special tokens first, then characters in the order of their code points, U+FFFD among
   * them. Of more than `vocabSize` the most frequent are kept.
   *
   * @throws OptionError for a `vocabSize` that has no room for the special tokens and U+FFFD
   */
  static train(texts: string | Iterable<string>, options: VocabularyOptions = {}): CharTokenizer {
    const operation = "CharTokenizer.train";
    checkTrainingOptions(operation, options);
    const { vocabSize = Number.POSITIVE_INFINITY, minFrequency, specialTokens = [] } = options;
    const special = specialTokens.filter((token) => token !== unknown);
    checkVocabSize(operation, vocabSize, special.length + 1, "the special tokens and U+FFFD");
    const counts = countPieces(operation, texts, (text) => text);
    for (const token of [...special, unknown]) counts.delete(token);
    const characters = [...mostFrequent(counts, vocabSize - special.length - 1, minFrequency), unknown];
    characters.sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
    const file = writtenFile({
      added_tokens: special.map(specialToken),
      pre_tokenizer: { type: "Split", pattern: { Regex: characterSource }, behavior: "Isolated", invert: false },
      decoder: { type: "Fuse" },
      model: wordLevelModel([...special, ...characters], unknown),
    });
    return new CharTokenizer(file);
  }

  /**
   * Reads a `tokenizer.json`, as text or parsed, whose model is WordLevel.
   *
   * @throws CheckpointError for a damaged file, and for a part of a kind that is not supported (named)
   */
  static fromJSON(file: unknown): CharTokenizer {
    return new CharTokenizer(file);
  }
}
