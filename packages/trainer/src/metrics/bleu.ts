import { checkOptions, math, OptionError } from "@typegrad/autograd";
import { checkCorpus, flag, oneOf, order, positive } from "./checks.js";
import { countNgrams, matches, mostOfEach, ngramTotal } from "./ngrams.js";
import { signature } from "./signature.js";
import { type BleuTokenizer, tokenizers } from "./tokenizers.js";
import { trimEnd } from "./words.js";

/** What BLEU puts in the place of a precision of 0. */
export type BleuSmoothing = "none" | "floor" | "add-k" | "exp";

/** Options of {@link bleu}. */
export interface BleuOptions {
  /** How texts are cut into words. Default "13a". */
  readonly tokenize?: BleuTokenizer;
  /** Whether capitals count as small letters. Default false. */
  readonly lowercase?: boolean;
  /**
   * What is put in the place of a precision of 0. "exp": 1/2, 1/4, … of a match for the first such order, the second, …;
   * "floor": `smoothValue` of a match; "add-k": every order from 2 up gets `smoothValue` more matches and n-grams;
   * "none": it stays 0, and so does the score. Default "exp".
   */
  readonly smooth?: BleuSmoothing;
  /** For "floor", default 0.1, and "add-k", default 1; with the others there is none. */
  readonly smoothValue?: number | null;
  /** Whether orders of which the hypotheses have no n-gram are left out: for single sentences. Default false. */
  readonly effectiveOrder?: boolean;
  /** The longest n-grams. Default 4. */
  readonly maxOrder?: number;
}

/** What {@link bleu} finds. */
export interface BleuScore {
  /** 0 to 100. */
  readonly score: number;
  /** Of each order, in percent, after smoothing. */
  readonly precisions: readonly number[];
  /** Of each order the n-grams that match; "add-k" adds to them. */
  readonly counts: readonly number[];
  /** Of each order the n-grams of the hypotheses; "add-k" adds to them. */
  readonly totals: readonly number[];
  /** 1, or less where the hypotheses are shorter than the references. */
  readonly brevityPenalty: number;
  /** In words. */
  readonly hypothesisLength: number;
  /** In words, of the reference nearest in length for each sentence. */
  readonly referenceLength: number;
  /** What the score depends on, as sacreBLEU writes it. */
  readonly signature: string;
}

const defaultValues: Readonly<Record<BleuSmoothing, number | null>> = { none: null, floor: 0.1, "add-k": 1, exp: null };

const kinds = {
  tokenize: oneOf(Object.keys(tokenizers)),
  lowercase: flag,
  smooth: oneOf(Object.keys(defaultValues)),
  smoothValue: { ...positive, accepts: (value: unknown) => value === null || positive.accepts(value) },
  effectiveOrder: flag,
  maxOrder: order(1),
};

/** What a corpus adds up to, before smoothing. */
interface Statistics {
  readonly counts: number[];
  readonly totals: number[];
  hypothesisLength: number;
  referenceLength: number;
}

/** The length nearest to that of the hypothesis; of two the shorter. */
const nearest = (lengths: readonly number[], length: number): number =>
  lengths.reduce((best, one) => {
    const [off, least] = [Math.abs(one - length), Math.abs(best - length)];
    return off < least || (off === least && one < best) ? one : best;
  });

function addSentence(
  sums: Statistics,
  hypothesis: readonly string[],
  references: readonly (readonly string[])[],
): void {
  sums.hypothesisLength += hypothesis.length;
  sums.referenceLength += nearest(
    references.map((words) => words.length),
    hypothesis.length,
  );
  for (let n = 1; n <= sums.counts.length; n++) {
    const allowed = mostOfEach(references.map((words) => countNgrams(words, n, " ")));
    sums.counts[n - 1]! += matches(countNgrams(hypothesis, n, " "), allowed);
    sums.totals[n - 1]! += ngramTotal(hypothesis.length, n);
  }
}

/** The smoothed precisions in percent, and how many of them there are n-grams for. "add-k" adds to the sums. */
function smoothed(
  { counts, totals }: Statistics,
  smooth: BleuSmoothing,
  value: number,
): { precisions: number[]; orders: number } {
  const precisions = counts.map(() => 0);
  // Without a single word in common there is nothing to smooth.
  if (counts.every((count) => count === 0)) return { precisions, orders: 0 };
  let share = 1;
  for (let i = 0; i < counts.length; i++) {
    if (smooth === "add-k" && i > 0) {
      counts[i]! += value;
      totals[i]! += value;
    }
    if (totals[i] === 0) return { precisions, orders: i };
    let count = counts[i]!;
    if (count === 0 && smooth === "floor") count = value;
    if (count === 0 && smooth === "exp") {
      share /= 2;
      count = share;
    }
    precisions[i] = (100 * count) / totals[i]!;
  }
  return { precisions, orders: counts.length };
}

function brevity({ hypothesisLength, referenceLength }: Statistics): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : math.exp(1 - referenceLength / hypothesisLength);
}

/** (∏ pₙ)^(1/N); 0 for none, and where one of them is 0. */
const geometricMean = (values: readonly number[]): number =>
  values.length === 0 || values.includes(0)
    ? 0
    : math.exp(values.reduce((sum, value) => sum + math.log(value), 0) / values.length);

/**
 * BLEU of a corpus: BP · (p₁ · … · p_N)^(1/N), where pₙ is the share of the hypotheses' n-grams that a reference has too,
 * each as often as the reference with most of it, and BP = e^(1 − r/c) for c words against the references' r > c, else 1.
 * Papineni et al. 2002 (https://aclanthology.org/P02-1040), as sacreBLEU defines it (Post 2018,
 * https://aclanthology.org/W18-6319); smoothing as compared by Chen & Cherry 2014 (https://aclanthology.org/W14-3346).
 * The score of a single sentence is that of a corpus of one, with `effectiveOrder`.
 *
 * @param hypotheses whole texts, one a sentence; an empty one has no words
 * @param references for each hypothesis all of its references; empty ones are left out
 * @throws ArgumentError for what is no list of strings; ValueError for an empty list, or a sentence without a reference;
 * ShapeError for lists of unequal length; OptionError for unknown options and values, and a `smoothValue` that is not used.
 * @example
 * ```ts
 * const { score, precisions, signature } = bleu(["the cat sat on the mat"], [["the cat is on the mat"]]);
 * score; // 37.9918
 * precisions; // [83.3333, 60, 25, 16.6667]: of 4-grams half a match, by smoothing
 * signature; // "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0"
 * ```
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): BleuScore {
  checkOptions("bleu", options, kinds);
  const { tokenize = "13a", lowercase = false, smooth = "exp", effectiveOrder = false, maxOrder = 4 } = options;
  const value = smoothValueOf(smooth, options.smoothValue ?? null);
  const given = checkCorpus("bleu", hypotheses, references);
  const words = (text: string) => tokenizers[tokenize](trimEnd(lowercase ? text.toLowerCase() : text));
  const zeros = () => new Array<number>(maxOrder).fill(0);
  const sums: Statistics = { counts: zeros(), totals: zeros(), hypothesisLength: 0, referenceLength: 0 };
  given.forEach((texts, i) => {
    addSentence(sums, words(hypotheses[i]!), texts.map(words));
  });
  const { precisions, orders } = smoothed(sums, smooth, value ?? 0);
  const brevityPenalty = brevity(sums);
  return {
    score: brevityPenalty * geometricMean(effectiveOrder ? precisions.slice(0, orders) : precisions),
    precisions,
    ...sums,
    brevityPenalty,
    signature: signature(given, {
      case: lowercase ? "lc" : "mixed",
      eff: effectiveOrder ? "yes" : "no",
      tok: tokenize,
      smooth: value === null ? smooth : `${smooth}[${value.toFixed(2)}]`,
    }),
  };
}

function smoothValueOf(smooth: BleuSmoothing, given: number | null): number | null {
  const byDefault = defaultValues[smooth];
  if (byDefault !== null || given === null) return given ?? byDefault;
  throw new OptionError(`bleu: smoothing "${smooth}" has no value`, {
    got: `smoothValue ${given}`,
    hint: 'leave it out, or smooth by "floor" or "add-k"',
  });
}
