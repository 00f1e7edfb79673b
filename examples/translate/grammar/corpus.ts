import type { Draw } from "./draw.js";
import { GrammarError } from "./errors.js";
import type { Pair } from "./sample-sentence.js";
import { samplePair } from "./sample-sentence.js";

/** How many sentences each part of a corpus has. */
export type CorpusSizes = { train: number; validation: number; test: number };

/** Three lists of sentences; no English sentence is in two of them, or twice in one. */
export type Corpus = { train: Pair[]; validation: Pair[]; test: Pair[] };

/** The most sentences a corpus can have, far below what the grammar can say, so that drawing never stalls. */
export const maxCorpus = 1_000_000;

/** Draws a corpus. The held-out sentences are drawn first: with the same source they do not depend on `train`. */
export function makeCorpus(sizes: CorpusSizes, draw: Draw): Corpus {
  checkSizes(sizes);
  const seen = new Set<string>();
  const test = distinctPairs(sizes.test, seen, draw);
  const validation = distinctPairs(sizes.validation, seen, draw);
  return { train: distinctPairs(sizes.train, seen, draw), validation, test };
}

function distinctPairs(count: number, seen: Set<string>, draw: Draw): Pair[] {
  const pairs: Pair[] = [];
  let repeats = 0;
  while (pairs.length < count) {
    const pair = samplePair(draw);
    if (!seen.has(pair.source)) {
      seen.add(pair.source);
      pairs.push(pair);
    } else if (++repeats > maxCorpus) {
      throw new GrammarError("the source of randomness repeats itself", {
        got: `${repeats} sentences that were there already, ${pairs.length} of ${count} new ones`,
        hint: "pass a source with a long period, such as the library's generator",
      });
    }
  }
  return pairs;
}

function checkSizes(sizes: CorpusSizes): void {
  for (const part of ["train", "validation", "test"] as const) {
    if (!Number.isInteger(sizes[part]) || sizes[part] < 0) {
      throw new GrammarError(`the number of ${part} sentences must be an integer of at least 0`, {
        got: String(sizes[part]),
        hint: "such as { train: 48000, validation: 500, test: 500 }",
      });
    }
  }
  const total = sizes.train + sizes.validation + sizes.test;
  if (total > maxCorpus) {
    throw new GrammarError(`a corpus has at most ${maxCorpus} distinct sentences`, {
      got: `${sizes.train} train + ${sizes.validation} validation + ${sizes.test} test = ${total}`,
      hint: "ask for fewer, or call samplePair as often as needed if sentences may come twice",
    });
  }
}
