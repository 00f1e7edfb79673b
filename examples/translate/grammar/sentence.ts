import { englishClause } from "./english.js";
import { germanMainClause, germanSubordinateClause } from "./german-clause.js";
import { detokenize } from "./tokenize.js";
import type { Sentence } from "./tree.js";

/** The sentence in English. */
export function english(sentence: Sentence): string {
  return detokenize(englishTokens(sentence));
}

/** The one right German translation of `english(sentence)`. */
export function german(sentence: Sentence): string {
  return detokenize(germanTokens(sentence));
}

/** The words and punctuation marks of the English sentence. */
export function englishTokens({ adverb, main, because }: Sentence): string[] {
  return [
    ...(adverb ? [adverb.english] : []),
    ...englishClause(main),
    ...(because ? ["because", ...englishClause(because)] : []),
    ".",
  ];
}

/** The words and punctuation marks of the German sentence. */
export function germanTokens({ adverb, main, because }: Sentence): string[] {
  const words = [
    ...germanMainClause(main, adverb?.german),
    ...(because ? [",", ...germanSubordinateClause("weil", because)] : []),
    ".",
  ];
  return words.filter((word, index) => word !== "," || !isPunctuation(words[index + 1]));
}

/** Of two commas that meet only one is written, and none before the full stop. */
function isPunctuation(word: string | undefined): boolean {
  return word === "," || word === ".";
}
