import { checkOptions } from "@typegrad/autograd";
import { checkCorpus, flag, order, positive } from "./checks.js";
import { countNgrams, matches, type NgramCounts, ngramTotal } from "./ngrams.js";
import { signature } from "./signature.js";
import { splitWords } from "./words.js";

/** Options of {@link chrf}. */
export interface ChrfOptions {
  /** The longest n-grams of characters. Default 6. */
  readonly charOrder?: number;
  /** The longest n-grams of words; 0 for none, 2 for chrF++. Default 0. */
  readonly wordOrder?: number;
  /** How many times as much recall weighs as precision. Default 2. */
  readonly beta?: number;
  /** Whether capitals count as small letters. Default false. */
  readonly lowercase?: boolean;
  /** Whether white space counts as characters. Default false. */
  readonly whitespace?: boolean;
}

/** What {@link chrf} finds. */
export interface ChrfScore {
  /** 0 to 100. */
  readonly score: number;
  /** What the score depends on, as sacreBLEU writes it. */
  readonly signature: string;
}

/** The n-grams of one order: how many the hypothesis has, how many the reference, and how many both. */
interface Overlap {
  readonly hypothesis: number;
  readonly reference: number;
  readonly both: number;
}

/** The n-grams of a text, order by order. */
interface Grams {
  readonly counts: NgramCounts;
  readonly total: number;
}

/** A sign of ASCII at the end of a word, or else at its beginning, is a word of its own. */
const signs = /^(.+)([!-/:-@[-`{-~])$|^([!-/:-@[-`{-~])(.+)$/su;

const wordsAndSigns = (text: string): string[] =>
  splitWords(text).flatMap((word) => {
    const [, before, last, first, after] = signs.exec(word) ?? [];
    if (last !== undefined) return [before!, last];
    return first === undefined ? [word] : [first, after!];
  });

function grams(items: readonly string[], longest: number, separator: "" | " "): Grams[] {
  return Array.from({ length: longest }, (_, i) => ({
    counts: countNgrams(items, i + 1, separator),
    total: ngramTotal(items.length, i + 1),
  }));
}

const overlaps = (hypothesis: readonly Grams[], reference: readonly Grams[]): Overlap[] =>
  hypothesis.map(({ counts, total }, i) => ({
    // An order that the reference is too short for does not count.
    hypothesis: reference[i]!.total === 0 ? 0 : total,
    reference: reference[i]!.total,
    both: matches(counts, reference[i]!.counts),
  }));

/** F_β of the means of precision and recall over the orders that both sides have n-grams of; 0 to 1. */
function fScore(all: readonly Overlap[], beta: number): number {
  const counted = all.filter(({ hypothesis, reference }) => hypothesis > 0 && reference > 0);
  if (counted.length === 0) return 0;
  const precision = counted.reduce((sum, { both, hypothesis }) => sum + both / hypothesis, 0) / counted.length;
  const recall = counted.reduce((sum, { both, reference }) => sum + both / reference, 0) / counted.length;
  const weight = beta * beta;
  return precision + recall === 0 ? 0 : ((1 + weight) * precision * recall) / (weight * precision + recall);
}

/**
 * chrF of a corpus: the F-score (1 + β²) · P · R / (β² · P + R) of n-grams of characters, where P and R are the means over
 * the orders of precision and recall. With several references each sentence counts by the one it scores best with.
 * Popović 2015 (https://aclanthology.org/W15-3049), with `wordOrder: 2` chrF++ (Popović 2017,
 * https://aclanthology.org/W17-4770), as sacreBLEU defines them.
 *
 * @param hypotheses whole texts, one a sentence; an empty one has no characters
 * @param references for each hypothesis all of its references; empty ones are left out
 * @throws ArgumentError for what is no list of strings; ValueError for an empty list, or a sentence without a reference;
 * ShapeError for lists of unequal length; OptionError for unknown options and values.
 * @example
 * ```ts
 * const { score, signature } = chrf(["a cat"], [["a bat"]], { charOrder: 2 });
 * score; // 54.1667
 * signature; // "nrefs:1|case:mixed|eff:yes|nc:2|nw:0|space:no|version:2.6.0"
 * ```
 */
export function chrf(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: ChrfOptions = {},
): ChrfScore {
  const kinds = { charOrder: order(1), wordOrder: order(0), beta: positive, lowercase: flag, whitespace: flag };
  checkOptions("chrf", options, kinds);
  const { charOrder = 6, wordOrder = 0, beta = 2, lowercase = false, whitespace = false } = options;
  const given = checkCorpus("chrf", hypotheses, references);
  const gramsOf = (text: string): Grams[] => {
    const cased = lowercase ? text.toLowerCase() : text;
    const characters = [...(whitespace ? cased : splitWords(cased).join(""))];
    return [...grams(characters, charOrder, ""), ...grams(wordsAndSigns(cased), wordOrder, " ")];
  };
  const best = given.map((texts, i) => {
    const hypothesis = gramsOf(hypotheses[i]!);
    const all = texts.map((text) => overlaps(hypothesis, gramsOf(text)));
    return all.reduce((one, other) => (fScore(other, beta) > fScore(one, beta) ? other : one));
  });
  const sums = best.reduce((sum, one) =>
    sum.map((overlap, n) => ({
      hypothesis: overlap.hypothesis + one[n]!.hypothesis,
      reference: overlap.reference + one[n]!.reference,
      both: overlap.both + one[n]!.both,
    })),
  );
  return {
    score: 100 * fScore(sums, beta),
    signature: signature(given, {
      case: lowercase ? "lc" : "mixed",
      eff: "yes",
      nc: String(charOrder),
      nw: String(wordOrder),
      space: whitespace ? "yes" : "no",
    }),
  };
}
