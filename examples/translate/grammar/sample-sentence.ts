import type { Draw } from "./draw.js";
import { chance, pick, pickWeighted } from "./draw.js";
import { GrammarError } from "./errors.js";
import { adverbs } from "./lexicon-adverbs.js";
import type { Noun } from "./lexicon-nouns.js";
import type { ClausePlan } from "./sample-clause.js";
import { sampleClause } from "./sample-clause.js";
import { english, englishTokens, german, germanTokens } from "./sentence.js";
import type { Sentence } from "./tree.js";

/** A sentence in English, and its German translation. */
export type Pair = { source: string; target: string };

/** No sentence has more words and punctuation marks than this, in either language. */
export const maxTokens = 24;

/** Attempts at a sentence within {@link maxTokens}; about nineteen of twenty succeed at once. */
const attempts = 1000;

type Shape = readonly ["subject" | "object" | undefined, because: boolean];

/** Where the relative clause of the main clause is, and whether a because-clause follows. */
const shapes: readonly (readonly [shape: Shape, weight: number])[] = [
  [[undefined, false], 54],
  [["subject", false], 7],
  [["object", false], 10],
  [[undefined, true], 24],
  [["subject", true], 2],
  [["object", true], 3],
];

const mainPlan: ClausePlan = {
  gap: undefined,
  relative: undefined,
  pronoun: 10,
  ornaments: { adjective: 60, owner: 16, phrase: 12 },
  place: 60,
};

const becausePlan: ClausePlan = {
  gap: undefined,
  relative: undefined,
  pronoun: 35,
  ornaments: { adjective: 45, owner: 8, phrase: 6 },
  place: 40,
};

/** Draws a sentence of the grammar as a tree. */
export function sampleSentence(draw: Draw): Sentence {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const sentence = sampleOfAnyLength(draw);
    if (englishTokens(sentence).length <= maxTokens && germanTokens(sentence).length <= maxTokens) {
      return sentence;
    }
  }
  throw new GrammarError(`no sentence within ${maxTokens} tokens in ${attempts} attempts`, {
    got: "a source of randomness that draws the same long sentence again and again",
    hint: "draw(n) must give every integer from 0 to n - 1 with the same probability",
  });
}

/** Draws a sentence of the grammar with its translation. */
export function samplePair(draw: Draw): Pair {
  const sentence = sampleSentence(draw);
  return { source: english(sentence), target: german(sentence) };
}

function sampleOfAnyLength(draw: Draw): Sentence {
  const used = new Set<Noun>();
  const [relative, because] = pickWeighted(draw, shapes);
  return {
    adverb: chance(draw, 25) ? pick(draw, Object.values(adverbs)) : undefined,
    main: sampleClause(draw, used, { ...mainPlan, relative }),
    because: because ? sampleClause(draw, used, becausePlan) : undefined,
  };
}
