import { germanNoun, nouns } from "./lexicon-nouns.js";

/**
 * The German nouns that can open a sentence: plurals and mass nouns without a determiner. They keep their capital
 * letter. Other forms cannot stand there, so that "Junge Hunde" opens with the adjective, not with "der Junge".
 */
const openingNouns: ReadonlySet<string> = new Set(
  nouns.map((noun) => germanNoun(noun, noun.mass ? "singular" : "plural", "nominative")),
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
  const opening = openingNouns.has(first) || first === "I" ? first : first.charAt(0).toLowerCase() + first.slice(1);
  return [opening, ...rest];
}

/** Writes tokens as a sentence: no blank before punctuation, a capital letter at the beginning. */
export function detokenize(tokens: readonly string[]): string {
  const text = tokens.join(" ").replace(/ ([.,;:!?])/g, "$1");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
