import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { manualSeed, TypegradError } from "@typegrad/autograd";
import { encodePairs, type Sample } from "./batches.js";
import { type Corpus, folderCorpus, grammarCorpus } from "./corpus.js";
import { InputError } from "./errors.js";
import { interruptible } from "./interruption.js";
import { buildTranslator, saveTranslator } from "./model-folder.js";
import { type Options, readOptions, repeatOptions, usage } from "./options.js";
import { grammarPreset, type Preset, textPreset } from "./presets.js";
import { writeTranslationReport } from "./report.js";
import { train } from "./training.js";
import { bleuOf, judge } from "./translating.js";
import { Vocabulary } from "./vocabulary.js";

// npm start: trains the Transformer to translate, judges it on held-out sentences, saves it and writes a report.

const sides = ["source", "target"] as const;

/** A model whose vocabularies come from the corpus, and the corpus as its ids. */
function prepare(corpus: Corpus, { model: sizes, minCount }: Preset, seed: number) {
  const { words } = corpus;
  const vocabularies = sides.map((side) =>
    Vocabulary.from(
      corpus.train.map((pair) => words.split(pair[side])),
      minCount,
    ),
  ) as [Vocabulary, Vocabulary];
  const encode = (part: "train" | "validation" | "test"): Sample[] => {
    const samples = encodePairs(corpus[part], words, vocabularies, sizes.maxLength);
    if (samples.length > 0) return samples;
    throw new InputError(`translate: no ${part} sentence is short enough for the model`, {
      got: `${corpus[part].length} pairs of more than ${sizes.maxLength - 1} words`,
      hint: "hand in shorter sentences",
    });
  };
  const samples = { train: encode("train"), validation: encode("validation"), test: encode("test") };
  manualSeed(seed);
  const translator = buildTranslator(sizes, vocabularies, words);
  const parameters = translator.model.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
  const tooLong = corpus.train.length - samples.train.length;
  const leftOut = tooLong === 0 ? "" : ` (${tooLong} longer than ${sizes.maxLength - 1} words are left out)`;
  console.log(
    `${corpus.name}: ${samples.train.length} sentence pairs to learn from${leftOut}, ${samples.test.length} held out`,
  );
  console.log(`vocabulary: ${vocabularies[0].size} source words, ${vocabularies[1].size} target words`);
  console.log(`model: ${parameters} parameters, width ${sizes.dModel}\n`);
  return { translator, samples, parameters };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new InputError("translate: the folder for the results cannot be written to", {
      got: (error as Error).message,
      hint: "--out DIR names another one",
    });
  }
}

async function main(options: Options): Promise<void> {
  makeFolder(options.out);
  const preset: Preset = options.data === null ? grammarPreset(options) : textPreset(options);
  const corpus: Corpus =
    options.data === null
      ? grammarCorpus(options.seed, preset.trainingPairs)
      : folderCorpus(options.data, options.src, options.tgt);
  const { translator, samples, parameters } = prepare(corpus, preset, options.seed);
  const run = await interruptible(
    "stopping after this step, to save and judge what is learned; Ctrl-C again leaves at once",
    (signal) => train(translator.model, samples, preset.recipe, join(options.out, "log.jsonl"), signal),
  );
  await saveTranslator(options.out, translator);

  console.log(`\ntranslating ${samples.test.length} held-out sentences ...`);
  const judged = judge(translator, corpus.test);
  for (const { source, output, correct } of judged.slice(0, 5)) {
    console.log(`  ${source}\n    ${output || "(nothing)"} ${correct ? "(right)" : "(not the reference)"}`);
  }
  const repeat = repeatOptions(options, preset.recipe, run);
  const report = join(options.out, "report.html");
  // Sentences of a grammar are right or wrong; BLEU is for real text.
  const bleu = options.data === null ? null : bleuOf(judged);
  await writeTranslationReport(report, { translator, options, corpus, run, judged, bleu, parameters, repeat });
  const exact = (100 * judged.filter(({ correct }) => correct).length) / judged.length;
  if (run.stoppedBy !== "steps" && repeat !== null)
    console.log(`\nto repeat this run to the bit: npm start -- ${repeat}`);
  if (bleu !== null) console.log(`\nBLEU: ${bleu.score.toFixed(1)}   ${bleu.signature}`);
  console.log(`\nexact match: ${exact.toFixed(1)} %   report: ${report}`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await main(options);
} catch (error) {
  if (!(error instanceof TypegradError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
