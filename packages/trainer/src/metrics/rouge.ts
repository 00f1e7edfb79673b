import { checkOptions, type Kind } from "@typegrad/autograd";
import { checkText, flag } from "./checks.js";
import { commonSubsequence } from "./common-subsequence.js";
import { countNgrams, matches, ngramTotal } from "./ngrams.js";
import { porterStem } from "./porter-stemmer.js";

/** N-grams of words by their length, the longest common subsequence, and that of summaries, sentence by sentence. */
export type RougeType = `rouge${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}` | "rougeL" | "rougeLsum";

/** Options of {@link rouge}. */
export interface RougeOptions<Type extends RougeType = RougeType> {
  /** What to compute. Default rouge1, rouge2, rougeL and rougeLsum. */
  readonly types?: readonly Type[];
  /** Whether words of more than three letters are cut to their English stems first. Default false. */
  readonly stemmer?: boolean;
}

/** One of the values of {@link rouge}; each from 0 to 1. */
export interface RougeScore {
  /** The share of the hypothesis that is in the reference. */
  readonly precision: number;
  /** The share of the reference that is in the hypothesis. */
  readonly recall: number;
  /** 2 · precision · recall / (precision + recall). */
  readonly fmeasure: number;
}

const known = /^rouge([1-9]|L|Lsum)$/;

const types: Kind = {
  what: "a list of types",
  hint: '"rouge1" to "rouge9", "rougeL" and "rougeLsum", at least one',
  accepts: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    Array.from(value).every((type) => typeof type === "string" && known.test(type)),
};

/** Runs of a to z and digits, in small letters: other scripts have no words here. */
function wordsOf(text: string, stemmer: boolean): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return stemmer ? words.map((word) => (word.length > 3 ? porterStem(word) : word)) : words;
}

/** The score of so many hits; a side without anything to hit has a share of 0. */
function scoreOf(hits: number, hypothesis: number, reference: number): RougeScore {
  const precision = hits / Math.max(1, hypothesis);
  const recall = hits / Math.max(1, reference);
  return { precision, recall, fmeasure: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

function ofNgrams(order: number, hypothesis: readonly string[], reference: readonly string[]): RougeScore {
  const hits = matches(countNgrams(hypothesis, order, " "), countNgrams(reference, order, " "));
  return scoreOf(hits, ngramTotal(hypothesis.length, order), ngramTotal(reference.length, order));
}

const ofSubsequence = (hypothesis: readonly string[], reference: readonly string[]): RougeScore =>
  scoreOf(commonSubsequence(reference, hypothesis).length, hypothesis.length, reference.length);

/**
 * Lin 2004, section 3.2: for each sentence of the reference the words that any sentence of the hypothesis has in common
 * with it; as in ROUGE 1.5.5 no word counts more often than both sides have it.
 */
function ofSummary(hypothesis: readonly string[][], reference: readonly string[][]): RougeScore {
  const [left, wanted] = [hypothesis, reference].map((sentences) => new Map(countNgrams(sentences.flat(), 1, " ")));
  let hits = 0;
  for (const sentence of reference) {
    const union = new Set(hypothesis.flatMap((other) => commonSubsequence(sentence, other)));
    for (const position of union) {
      const word = sentence[position]!;
      const [has, needs] = [left!.get(word) ?? 0, wanted!.get(word) ?? 0];
      if (has === 0 || needs === 0) continue;
      left!.set(word, has - 1);
      wanted!.set(word, needs - 1);
      hits++;
    }
  }
  return scoreOf(hits, hypothesis.flat().length, reference.flat().length);
}

/**
 * ROUGE of a text: how much of a reference it has, and how much of it the reference. `rouge1` to `rouge9` count n-grams of
 * words, `rougeL` the longest common subsequence, `rougeLsum` the same for each sentence, which a line break ends.
 * Lin 2004 (https://aclanthology.org/W04-1013), as Google's rouge_score defines it
 * (https://github.com/google-research/google-research/tree/master/rouge). Words are runs of a to z and digits; the stemmer
 * is Porter's (1980). A text without words scores 0.
 *
 * @param hypothesis the text to judge
 * @param reference the text that was wanted
 * @returns for each of the types its score
 * @throws ArgumentError for what is no string; OptionError for unknown options and types.
 * @example
 * ```ts
 * const { rouge1, rougeL } = rouge("the cat was found", "a cat was found today", { types: ["rouge1", "rougeL"] });
 * rouge1; // { precision: 0.75, recall: 0.6, fmeasure: 0.6667 }
 * rougeL.recall; // 0.6
 * ```
 */
export function rouge<const Type extends RougeType = "rouge1" | "rouge2" | "rougeL" | "rougeLsum">(
  hypothesis: string,
  reference: string,
  options: RougeOptions<Type> = {},
): Record<Type, RougeScore> {
  checkText("rouge", "hypothesis", hypothesis);
  checkText("rouge", "reference", reference);
  checkOptions("rouge", options, { types, stemmer: flag });
  const { stemmer = false } = options;
  const chosen: readonly RougeType[] = options.types ?? ["rouge1", "rouge2", "rougeL", "rougeLsum"];
  const words = [hypothesis, reference].map((text) => wordsOf(text, stemmer)) as [string[], string[]];
  const score = (type: RougeType): RougeScore => {
    if (type === "rougeL") return ofSubsequence(...words);
    if (type !== "rougeLsum") return ofNgrams(Number(type.slice("rouge".length)), ...words);
    const sentences = [hypothesis, reference].map((text) => text.split("\n").map((line) => wordsOf(line, stemmer)));
    return ofSummary(...(sentences as [string[][], string[][]]));
  };
  return Object.fromEntries(chosen.map((type) => [type, score(type)])) as Record<Type, RougeScore>;
}
