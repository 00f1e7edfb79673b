import {
  type AttentionExample,
  attentionSection,
  curvesSection,
  figuresSection,
  type Report,
  type Translation,
  translationsSection,
} from "../src/index.js";

/** Evenly spread numbers in [0, 1), the same on every run. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const pairs = [
  ["the woman has bought the red book .", "die Frau hat das rote Buch gekauft .", [0, 1, 2, 4, 5, 6, 3, 7]],
  ["he wants to read the newspaper tomorrow .", "er will die Zeitung morgen lesen .", [0, 1, 4, 5, 6, 3, 7]],
  [
    "I know that the child sees the old dog .",
    "ich weiß , dass das Kind den alten Hund sieht .",
    [0, 1, 2, 2, 3, 4, 6, 7, 8, 5, 9],
  ],
  ["yesterday we could not open the door .", "gestern konnten wir die Tür nicht öffnen .", [0, 2, 1, 5, 6, 3, 4, 7]],
] as const;

const translated: readonly (readonly [string, string, string?])[] = [
  ["the woman has bought the red book .", "die Frau hat das rote Buch gekauft ."],
  ["he wants to read the newspaper tomorrow .", "er will die Zeitung morgen lesen ."],
  ["I know that the child sees the old dog .", "ich weiß , dass das Kind den alten Hund sieht ."],
  ["the teacher gives the student a pen .", "der Lehrer gibt dem Schüler einen Stift ."],
  [
    "the small cat sleeps under the table .",
    "die kleine Katze schläft unter dem Tisch .",
    "die kleine Katze schläft unter den Tisch .",
  ],
  ["we have seen the old house .", "wir haben das alte Haus gesehen ."],
  ["yesterday she went to the station .", "gestern ging sie zum Bahnhof ."],
  ["the doctor can not find the key .", "der Arzt kann den Schlüssel nicht finden ."],
  ["my brother drinks cold water .", "mein Bruder trinkt kaltes Wasser ."],
  [
    "the children will write a long letter .",
    "die Kinder werden einen langen Brief schreiben .",
    "die Kinder werden schreiben einen langen Brief .",
  ],
  ["because it rains , we stay at home .", "weil es regnet , bleiben wir zu Hause ."],
  ["the farmer has sold two horses .", "der Bauer hat zwei Pferde verkauft ."],
  ["your sister reads a good book .", "deine Schwester liest ein gutes Buch ."],
  ["the man with the hat is waiting .", "der Mann mit dem Hut wartet ."],
  ["I gave the woman the green apple .", "ich gab der Frau den grünen Apfel .", "ich gab die Frau den grünen Apfel ."],
  ["they must close the window .", "sie müssen das Fenster schließen ."],
  ["the train arrives at eight .", "der Zug kommt um acht an .", "der Zug kommt um acht ."],
  ["you have not answered my question .", "du hast meine Frage nicht beantwortet ."],
  ["the boy wants to become a pilot .", "der Junge will Pilot werden ."],
  ["this bridge is very old .", "diese Brücke ist sehr alt ."],
];

/** Cross-attention [layers, heads, T, S] as a trained model might have it: sharp along `aligned`, later layers sharper. */
export function alignedWeights(aligned: readonly number[], columns: number, layers: number, heads: number) {
  const next = numbers(7);
  const weights: number[] = [];
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      const sharpness = (layer + 1) * [1.6, 2.6, 0.7, 2.1][head % 4]!;
      for (const source of aligned) {
        const wanted = head % 4 === 2 ? Math.max(0, source - 1) : source;
        const scores = Array.from({ length: columns }, (_, s) =>
          Math.exp(sharpness * (s === wanted ? 1.3 : 0) + next() * 1.2),
        );
        const sum = scores.reduce((total, score) => total + score, 0);
        weights.push(...scores.map((score) => score / sum));
      }
    }
  }
  return Float32Array.from(weights);
}

/** Four sentence pairs whose German verb stands at the end. */
export function sampleAttention(layers: number, heads: number): AttentionExample[] {
  return pairs.map(([english, german, aligned], index) => {
    const [source, target] = [english.split(" "), german.split(" ")];
    const weights = alignedWeights(aligned, source.length, layers, heads);
    return {
      source,
      target,
      weights,
      ...(index === 2 && { caption: "A subordinate clause: after “dass” the verb waits for the end." }),
    };
  });
}

/** Twenty translations, four of them wrong. */
export function sampleTranslations(): Translation[] {
  return translated.map(([source, reference, output = reference]) => ({
    source,
    reference,
    output,
    correct: output === reference,
  }));
}

/** What a training run of 3,000 steps might leave. */
export function sampleReport(steps = 3000): Report {
  const next = numbers(1);
  const x = Array.from({ length: steps }, (_, index) => index + 1);
  const falling = (step: number) => 0.35 + 6.4 * Math.exp(-step / 380) + 0.7 * Math.exp(-step / 1500);
  const loss = x.map((step) => falling(step) * (0.86 + 0.28 * next()) + (step === 1412 ? 3.1 : 0));
  const measured = x.filter((step) => step % Math.ceil(steps / 15) === 0);
  const rate = x.map((step) => 128 ** -0.5 * Math.min(step ** -0.5, step * 400 ** -1.5));
  return {
    title: "English → German",
    subtitle: "A Transformer of the 2017 paper, trained from scratch on generated sentence pairs",
    sections: [
      figuresSection("What came out", {
        rows: [
          { label: "exact match", value: "91.3 %", note: "of 1,000 held-out sentences" },
          { label: "token accuracy", value: "98.2 %", note: "teacher-forced, held out" },
          { label: "perplexity", value: 1.274, note: "exp of the held-out loss per token" },
          { label: "parameters", value: 1_184_256 },
          { label: "steps", value: steps, note: "64 sentence pairs each" },
          { label: "training time", value: "2 min 41 s", note: "4 threads" },
          { label: "tokens per second", value: 38_412, note: "source and target, no padding" },
          { label: "seed", value: "1234" },
          { label: "to repeat this run", value: "npm start -- --size M --steps 3000 --seed 1234", code: true },
        ],
      }),
      curvesSection("Loss", {
        curves: [
          { name: "training loss", x, y: loss },
          {
            name: "held-out loss",
            x: measured,
            y: measured.map((step) => falling(step) * 1.04 + 0.02),
            kind: "points",
          },
        ],
        xLabel: "step",
        yLabel: "loss per token (nats)",
        logY: true,
        smooth: 50,
        explanation:
          "How surprised the model is by the right next word; lower is better. The faint line is every single batch, the strong one " +
          "an average over about 50, the dots are sentences it never trains on: dots above the line and rising would mean that it learns by heart.",
      }),
      curvesSection("Held-out accuracy", {
        curves: [
          {
            name: "token accuracy",
            x: measured,
            y: measured.map((step) => 1 - 0.82 * Math.exp(-step / 520)),
            kind: "points",
          },
          {
            name: "exact match",
            x: measured,
            y: measured.map((step) => 0.913 / (1 + Math.exp((1100 - step) / 260))),
            kind: "points",
          },
        ],
        xLabel: "step",
        yLabel: "share right",
        percent: true,
        height: 260,
        explanation:
          "Measured on sentences the model never trains on: the share of words it predicts, and of whole sentences it translates without a single difference.",
      }),
      curvesSection("Learning rate", {
        curves: [{ name: "learning rate", x, y: rate }],
        xLabel: "step",
        yLabel: "learning rate",
        height: 200,
        explanation:
          "The size of each update: it rises during the warm-up, then falls with the square root of the step.",
      }),
      translationsSection("Twenty translations", {
        examples: sampleTranslations(),
        labels: { source: "English", reference: "reference", output: "model" },
        languages: { source: "en", target: "de" },
      }),
      attentionSection("Where the decoder looks", { examples: sampleAttention(2, 4), layers: 2, heads: 4 }),
    ],
  };
}
