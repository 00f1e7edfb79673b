import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { manualSeed, TypegradError } from "@typegrad/autograd";
import { encodePairs } from "./batches.js";
import { type Corpus, folderCorpus, grammarCorpus } from "./corpus.js";
import { InputError } from "./errors.js";
import { buildTranslator, saveTranslator } from "./model-folder.js";
import { type Options, readOptions, usage } from "./options.js";
import { grammarPreset, type Preset, textPreset } from "./presets.js";
import { writeTranslationReport } from "./report.js";
import { train } from "./training.js";
import { judge } from "./translating.js";
import { Vocabulary } from "./vocabulary.js";

// npm start: trains the Transformer to translate, judges it on held-out sentences, saves it and writes a report.

async function main(options: Options): Promise<void> {
  const preset: Preset = options.data === null ? grammarPreset(options) : textPreset(options);
  const corpus: Corpus =
    options.data === null
      ? grammarCorpus(options.seed, preset.trainingPairs)
      : folderCorpus(options.data, options.src, options.tgt);
  const { words } = corpus;
  const vocabularies = (["source", "target"] as const).map((side) =>
    Vocabulary.from(
      corpus.train.map((pair) => words.split(pair[side])),
      preset.minCount,
    ),
  ) as [Vocabulary, Vocabulary];
  const encode = (pairs: Corpus["train"]) => encodePairs(pairs, words, vocabularies, preset.model.maxLength);
  const samples = { train: encode(corpus.train), validation: encode(corpus.validation) };
  if (samples.train.length === 0 || samples.validation.length === 0) {
    throw new InputError("translate: no sentence is short enough for the model", {
      got: `${corpus.train.length} pairs, positions for ${preset.model.maxLength} tokens`,
      hint: "hand in shorter sentences",
    });
  }
  manualSeed(options.seed);
  const translator = buildTranslator(preset.model, vocabularies, words);
  const parameters = translator.model.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
  console.log(`${corpus.name}: ${samples.train.length} sentence pairs to learn from, ${corpus.test.length} held out`);
  console.log(`vocabulary: ${vocabularies[0].size} source words, ${vocabularies[1].size} target words`);
  console.log(`model: ${parameters} parameters, width ${preset.model.dModel}\n`);

  mkdirSync(options.out, { recursive: true });
  const run = await train(translator.model, samples, preset.recipe, join(options.out, "log.jsonl"));
  saveTranslator(options.out, translator);

  console.log(`\ntranslating ${corpus.test.length} held-out sentences ...`);
  const judged = judge(translator, corpus.test);
  for (const { source, output, correct } of judged.slice(0, 5)) {
    console.log(`  ${source}\n    ${output} ${correct ? "(right)" : "(not the reference)"}`);
  }
  const report = join(options.out, "report.html");
  await writeTranslationReport(report, { translator, options, corpus, run, judged, parameters });
  const exact = (100 * judged.filter(({ correct }) => correct).length) / Math.max(1, judged.length);
  if (run.stoppedBy === "minutes") {
    console.log(`\nto repeat this run to the bit: --steps ${run.steps} --decay root in place of --minutes`);
  }
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
