import { germanNoun, nouns } from "./lexicon-nouns.js";

/** German nouns keep their capital letter wherever they stand. */
const alwaysCapitalised: ReadonlySet<string> = new Set(
  nouns.flatMap((noun) => [...Object.values(noun.german), germanNoun(noun, "plural", "dative")]),
);

/**
 * Splits a sentence into words and punctuation marks. The capital letter that only marks the beginning of the
 * sentence goes, so that "Der" and "der" are one word; a German noun keeps its own.
 */
export function tokenize(sentence: string): string[] {
  const [first, ...rest] = sentence.match(/[^\s.,;:!?]+|[.,;:!?]/g) ?? [];
  if (first === undefined) {
    return [];
  }
  const opening =
    alwaysCapitalised.has(first) || first === "I" ? first : first.charAt(0).toLowerCase() + first.slice(1);
  return [opening, ...rest];
}

/** Writes tokens as a sentence: no blank before punctuation, a capital letter at the beginning. */
export function detokenize(tokens: readonly string[]): string {
  const text = tokens.join(" ").replace(/ ([.,;:!?])/g, "$1");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
