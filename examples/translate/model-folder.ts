import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors, writeSafetensors } from "@typegrad/nn";
import { type Seq2SeqOptions, Seq2SeqTransformer } from "@typegrad/transformer";
import { writeWhole } from "../write-whole.js";
import { InputError } from "./errors.js";
import { readSettings, type Settings } from "./model-settings.js";
import { special, Vocabulary } from "./vocabulary.js";
import { type Words, wordsNamed } from "./words.js";

/** A model with all that is needed to translate with it. */
export interface Translator {
  readonly model: Seq2SeqTransformer;
  readonly settings: Seq2SeqOptions;
  readonly source: Vocabulary;
  readonly target: Vocabulary;
  readonly words: Words;
}

/** A new model for two vocabularies. */
export function buildTranslator(
  sizes: Omit<Seq2SeqOptions, "srcVocab" | "tgtVocab" | "padId" | "bosId" | "eosId">,
  [source, target]: readonly [Vocabulary, Vocabulary],
  words: Words,
): Translator {
  const ids = { padId: special.pad, bosId: special.bos, eosId: special.eos };
  const settings = { ...sizes, ...ids, srcVocab: source.size, tgtVocab: target.size };
  return { model: new Seq2SeqTransformer(settings), settings, source, target, words };
}

const WEIGHTS = "model.safetensors";
const SETTINGS = "model.json";

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Writes weights, vocabularies and settings. The settings name the weights they belong to by their hash. */
export async function saveTranslator(folder: string, translator: Translator): Promise<void> {
  const { model, settings, source, target, words } = translator;
  const weights = writeSafetensors(model.stateDict(), { format: "pt" });
  const stored: Settings = {
    settings,
    weights: hashOf(weights),
    words: words.name,
    source: source.words,
    target: target.words,
  };
  await writeWhole(join(folder, WEIGHTS), weights);
  await writeWhole(join(folder, SETTINGS), `${JSON.stringify(stored, null, 1)}\n`);
}

/**
 * Reads what {@link saveTranslator} wrote.
 * @throws InputError for a folder without a model, and for one whose files are damaged or of different runs.
 */
export function loadTranslator(folder: string): Translator {
  const { settings, words, source, target, weights } = readSettings(join(folder, SETTINGS), read(folder, SETTINGS));
  const bytes = read(folder, WEIGHTS);
  if (hashOf(bytes) !== weights) {
    throw new InputError(`translate: ${WEIGHTS} is not the file that ${SETTINGS} belongs to`, {
      got: folder,
      hint: "a run was cut off while it saved, or a file was changed; train the model again",
    });
  }
  const model = new Seq2SeqTransformer(settings);
  model.loadStateDict(readSafetensors(bytes).tensors);
  model.eval();
  return { model, settings, source: new Vocabulary(source), target: new Vocabulary(target), words: wordsNamed(words) };
}

function read(folder: string, name: string): Uint8Array {
  try {
    return readFileSync(join(folder, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`translate: ${name} ${code === "ENOENT" ? "is missing" : `cannot be read (${code})`}`, {
      got: folder,
      hint: "name the folder that npm start wrote, for instance out/translate",
    });
  }
}
