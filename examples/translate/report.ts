import { math, noGrad, stack } from "@typegrad/autograd";
import type { BleuScore } from "@typegrad/trainer";
import {
  type AttentionExample,
  attentionSection,
  curvesSection,
  figuresSection,
  translationsSection,
} from "../report/src/index.js";
import { writeReport } from "../report/src/write.js";
import { padRows } from "./batches.js";
import type { Corpus } from "./corpus.js";
import type { Translator } from "./model-folder.js";
import type { Options } from "./options.js";
import type { Run } from "./training.js";
import type { Judged } from "./translating.js";
import { special } from "./vocabulary.js";

/** All that the report shows. */
export interface Findings {
  readonly translator: Translator;
  readonly options: Options;
  readonly corpus: Corpus;
  readonly run: Run;
  readonly judged: readonly Judged[];
  /** Of real text. */
  readonly bleu: BleuScore | null;
  readonly parameters: number;
  /** The options that repeat the run to the bit, if there are any. */
  readonly repeat: string | null;
}

const count = (of: readonly unknown[]): number[] => of.map((_, i) => i + 1);

/** The share of words, position by position, that equal the reference's. */
function wordAccuracy(judged: readonly Judged[]): number {
  let right = 0;
  let all = 0;
  for (const { reference, output } of judged) {
    const [wanted, got] = [reference.split(" "), output.split(" ")];
    all += Math.max(wanted.length, got.length);
    right += wanted.filter((word, i) => word === got[i]).length;
  }
  return all === 0 ? Number.NaN : right / all;
}

/** 75673 as 75,673. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

function headline({ options, corpus, run, judged, bleu, parameters, repeat }: Findings) {
  const exact = judged.filter(({ correct }) => correct).length / judged.length;
  const last = run.validation.at(-1)?.loss ?? Number.NaN;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return figuresSection("What came out", {
    rows: [
      { label: "exact match", value: percent(exact), note: `of ${judged.length} held-out sentences` },
      ...(bleu === null ? [] : [{ label: "BLEU", value: bleu.score.toFixed(1), note: bleu.signature }]),
      { label: "words right", value: percent(wordAccuracy(judged)), note: "at their place in the sentence" },
      { label: "validation loss", value: last.toFixed(4), note: `perplexity ${math.exp(last).toFixed(3)}` },
      { label: "parameters", value: grouped(parameters), note: "from random numbers" },
      { label: "steps", value: grouped(run.steps), note: `${run.seconds.toFixed(0)} s of training` },
      { label: "sentence pairs", value: grouped(corpus.train.length), note: "to learn from; none of them held out" },
      { label: "seed", value: String(options.seed), note: "the same seed gives the same bits" },
      ...(repeat === null ? [] : [{ label: "command", value: `npm start -- ${repeat}`, code: true }]),
    ],
  });
}

/** Ten right and ten wrong translations, or as many as there are. */
function chosen(judged: readonly Judged[]): Judged[] {
  const right = judged.filter(({ correct }) => correct);
  const wrong = judged.filter(({ correct }) => !correct);
  const some = wrong.slice(0, Math.max(10, 20 - right.length));
  return [...right.slice(0, 20 - some.length), ...some].slice(0, 20);
}

/** Translated sentences whose verb has to move: longest first among the right ones with a subordinate clause. */
function telling(judged: readonly Judged[]): Judged[] {
  const clause = judged.filter(({ reference, correct }) => correct && reference.includes(","));
  const rest = judged.filter((one) => !clause.includes(one));
  return [...clause, ...rest].filter(({ source }) => source.split(" ").length <= 16).slice(0, 4);
}

/** The cross-attention while the model writes its own translation: [layers, heads, T, S]. */
function attentionOf({ model, source, target, words }: Translator, { source: text, output }: Judged): AttentionExample {
  const src = source.encode(words.split(text));
  const tgt = target.encode(words.split(output));
  const { decoder } = noGrad(() =>
    model.forward(padRows([src]), padRows([[special.bos, ...tgt.slice(0, -1)]]), { needWeights: true }),
  );
  const weights = stack(decoder.map(({ cross }) => cross.select(0, 0)));
  return { source: [...words.split(text), "</s>"], target: [...words.split(output), "</s>"], weights: weights.data };
}

const germanOrder =
  " German puts the verb of a subordinate clause, a participle and an infinitive at the end: there the dark cells leave " +
  "the diagonal and reach back to the verb of the source.";

/** Writes the page. */
export async function writeTranslationReport(path: string, findings: Findings): Promise<void> {
  const { translator, options, run, judged } = findings;
  const { numHeads, numDecoderLayers } = translator.settings;
  translator.model.eval();
  const sections = [
    headline(findings),
    curvesSection("Loss", {
      xLabel: "step",
      yLabel: "cross entropy (nats a token)",
      logY: true,
      smooth: 25,
      curves: [
        { name: "training", x: count(run.loss), y: run.loss },
        {
          name: "validation",
          kind: "points",
          x: run.validation.map(({ step }) => step),
          y: run.validation.map(({ loss }) => loss),
        },
      ],
    }),
    curvesSection("Learning rate", {
      xLabel: "step",
      yLabel: "rate",
      curves: [{ name: "rate", x: count(run.rate), y: run.rate }],
    }),
    translationsSection("Translations of sentences never seen", {
      examples: chosen(judged),
      languages: { source: options.src, target: options.tgt },
    }),
    attentionSection("Where the decoder looks", {
      examples: telling(judged).map((one) => attentionOf(translator, one)),
      heads: numHeads ?? 8,
      layers: numDecoderLayers ?? 6,
      explanation:
        "Each row is a word of the translation as it is being written, each column a word of the source; the darker a " +
        "cell, the more of that source word goes into the next word." +
        (options.tgt === "de" ? germanOrder : ""),
    }),
  ];
  await writeReport(path, {
    title: `Translation, ${options.src} → ${options.tgt}`,
    subtitle: "The Transformer of “Attention Is All You Need”, trained from scratch in TypeScript",
    sections,
  });
}
