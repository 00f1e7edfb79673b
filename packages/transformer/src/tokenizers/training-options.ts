import { ArgumentError, checkOptions, type Kind, OptionError } from "@typegrad/autograd";
import { ID_LIMIT } from "./vocabulary.js";

/** Options of {@link CharTokenizer.train} and {@link WordTokenizer.train}. */
export interface VocabularyOptions {
  /** The most tokens, special ones included; the rarest are left out. Default: as many as there are. */
  readonly vocabSize?: number;
  /** The fewest occurrences of a token. Default: 1. */
  readonly minFrequency?: number;
  /** Tokens that stand for no text, as "<s>". */
  readonly specialTokens?: readonly string[];
}

const positive: Kind = {
  what: `a whole number from 1 to ${ID_LIMIT}`,
  hint: "for instance 8000",
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= ID_LIMIT,
};

const isToken = (value: unknown): boolean => typeof value === "string" && value !== "" && !/\p{Surrogate}/u.test(value);

const tokens: Kind = {
  what: "a list of different texts, none of them empty",
  hint: 'for instance ["<s>", "</s>"]',
  accepts: (value) => Array.isArray(value) && Array.from(value).every(isToken) && new Set(value).size === value.length,
};

/** @throws OptionError for an option that is unknown or of the wrong kind */
export const checkTrainingOptions = (operation: string, options: object): void =>
  checkOptions(operation, options, { vocabSize: positive, minFrequency: positive, specialTokens: tokens });

/** @throws OptionError where fewer tokens are asked for than there must be */
export function checkVocabSize(operation: string, size: number, fewest: number, what: string): void {
  if (size >= fewest) return;
  throw new OptionError(`${operation}: vocabSize is too small`, {
    got: String(size),
    hint: `at least ${fewest}: ${what}`,
  });
}

/** How often each piece occurs in the texts, in the order in which the pieces come first. */
export function countPieces(
  operation: string,
  texts: string | Iterable<string>,
  piecesOf: (text: string) => Iterable<string>,
): Map<string, number> {
  const wrong = (value: unknown): never => {
    throw new ArgumentError(`${operation}: the texts must be strings`, {
      got: value === null ? "null" : typeof value,
      hint: "pass an array of strings",
    });
  };
  if (typeof (texts as Iterable<string>)?.[Symbol.iterator] !== "function") wrong(texts);
  const counts = new Map<string, number>();
  for (const text of typeof texts === "string" ? [texts] : texts) {
    if (typeof text !== "string") wrong(text);
    const wellFormed = text.replace(/\p{Surrogate}/gu, "\uFFFD");
    for (const piece of piecesOf(wellFormed)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  return counts;
}

/** The pieces that are kept, most frequent first; of equally frequent ones the smaller in UTF-16. */
export function mostFrequent(counts: ReadonlyMap<string, number>, size: number, minFrequency = 1): string[] {
  const kept = [...counts].filter(([, count]) => count >= minFrequency);
  kept.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return kept.slice(0, size).map(([piece]) => piece);
}
