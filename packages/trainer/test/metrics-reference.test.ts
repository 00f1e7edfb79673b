import { describe, expect, test } from "@jest/globals";
import {
  type BleuOptions,
  bleu,
  type ChrfOptions,
  chrf,
  type RougeScore,
  type RougeType,
  rouge,
} from "@typegrad/trainer";
import { tokenizers } from "../src/metrics/tokenizers.js";
import { missing, readReference } from "./metrics-reference.js";

const describeReference = missing === null ? describe : describe.skip;
const note = missing === null ? "" : ` (${missing})`;

interface Case {
  readonly corpus: string;
  /** Of a sentence. */
  readonly index?: number;
  readonly options: Readonly<Record<string, never>>;
  readonly score: number;
  readonly precisions: readonly number[];
  readonly bp: number;
  readonly sys_len: number;
  readonly ref_len: number;
  readonly counts: readonly number[];
  readonly totals: readonly number[];
}

interface SacreBleu {
  readonly corpora: Readonly<Record<string, { hypotheses: string[]; references: string[][] }>>;
  readonly corpus_bleu: readonly Case[];
  readonly sentence_bleu: readonly Case[];
  readonly chrf: readonly Case[];
  readonly tokenizer: readonly (Readonly<Record<"13a" | "intl" | "char", string>> & { readonly text: string })[];
}

const { corpora, corpus_bleu, sentence_bleu, ...others } = readReference<SacreBleu>("bleu.json", {
  corpora: {},
  corpus_bleu: [],
  sentence_bleu: [],
  chrf: [],
  tokenizer: [],
});

const ourNames: Readonly<Record<string, string>> = {
  smooth_method: "smooth",
  smooth_value: "smoothValue",
  effective_order: "effectiveOrder",
  max_ngram_order: "maxOrder",
  char_order: "charOrder",
  word_order: "wordOrder",
};

const ours = (options: Case["options"]): object =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [ourNames[name] ?? name, value]));

/** Hypotheses and, for each, its references: the files have them by stream. */
function textsOf({ corpus, index }: Case): [string[], string[][]] {
  const { hypotheses, references } = corpora[corpus]!;
  const chosen = index === undefined ? [...hypotheses.keys()] : [index];
  return [chosen.map((i) => hypotheses[i]!), chosen.map((i) => references.map((stream) => stream[i]!))];
}

/** Within 5e−7, number by number. */
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6));

const title = ({ corpus, index, options }: Case): string =>
  `${corpus}${index === undefined ? "" : ` ${index}`} ${JSON.stringify(options)}`;

describeReference(`sacreBLEU's values${note}`, () => {
  test("are there: of 156 corpora, 156 sentences, 48 corpora for chrF, 8 texts for tokens", () => {
    expect([corpus_bleu, sentence_bleu, others.chrf, others.tokenizer].map(({ length }) => length)).toEqual([
      156, 156, 48, 8,
    ]);
  });

  for (const one of [...corpus_bleu, ...sentence_bleu]) {
    test(`BLEU of ${title(one)}`, () => {
      const got = bleu(...textsOf(one), ours(one.options) as BleuOptions);
      expect([got.score, got.brevityPenalty]).toEqual(close([one.score, one.bp]));
      expect(got.precisions).toEqual(close(one.precisions));
      expect([got.hypothesisLength, got.referenceLength]).toEqual([one.sys_len, one.ref_len]);
      expect([got.counts, got.totals]).toEqual([one.counts, one.totals]);
    });
  }

  for (const one of others.chrf) {
    test(`chrF of ${title(one)}`, () => {
      expect([chrf(...textsOf(one), ours(one.options) as ChrfOptions).score]).toEqual(close([one.score]));
    });
  }

  for (const one of others.tokenizer) {
    test(`tokens of ${one.text}`, () => {
      for (const name of ["13a", "intl", "char"] as const) {
        expect(tokenizers[name](one.text)).toEqual(one[name].split(/ +/));
      }
    });
  }
});

type Scores = Readonly<Record<string, RougeScore>>;

interface RougeCase {
  readonly id: string;
  readonly target: string;
  readonly prediction: string;
  readonly expected: Scores;
  readonly expected_porter_stemmed: Scores;
}

const { cases } = readReference<{ cases: readonly RougeCase[] }>("rouge.json", { cases: [] });

describeReference(`rouge_score's values${note}`, () => {
  test("are there: of 52 texts", () => {
    expect(cases.length).toBe(52);
  });

  for (const { id, prediction, target, expected, expected_porter_stemmed } of cases) {
    test(id, () => {
      for (const [stemmer, all] of [[false, expected] as const, [true, expected_porter_stemmed] as const]) {
        const types = Object.keys(all) as RougeType[];
        const got: Scores = rouge(prediction, target, { types, stemmer });
        expect(Object.keys(got)).toEqual(types);
        for (const type of types) {
          for (const value of ["precision", "recall", "fmeasure"] as const) {
            expect(Math.abs(got[type]![value] - all[type]![value])).toBeLessThan(1e-9);
          }
        }
      }
    });
  }
});
