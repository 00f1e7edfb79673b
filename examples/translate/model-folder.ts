import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors, writeSafetensors } from "@typegrad/nn";
import { type Seq2SeqOptions, Seq2SeqTransformer } from "@typegrad/transformer";
import { InputError } from "./errors.js";
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

/** Written beside its place and renamed, so that there is never half a file. */
function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

const WEIGHTS = "model.safetensors";
const SETTINGS = "model.json";

/** Writes weights, vocabularies and settings. */
export function saveTranslator(folder: string, { model, settings, source, target, words }: Translator): void {
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, WEIGHTS), writeSafetensors(model.stateDict(), { format: "pt" }));
  const json = { settings, words: words.name, source: source.words, target: target.words };
  writeWhole(join(folder, SETTINGS), `${JSON.stringify(json, null, 1)}\n`);
}

/** Reads what {@link saveTranslator} wrote. Throws an InputError for a folder without a model. */
export function loadTranslator(folder: string): Translator {
  const { settings, words, source, target } = readSettings(folder);
  const model = new Seq2SeqTransformer(settings);
  model.loadStateDict(readSafetensors(read(folder, WEIGHTS)).tensors);
  model.eval();
  return { model, settings, source: new Vocabulary(source), target: new Vocabulary(target), words: wordsNamed(words) };
}

function read(folder: string, name: string): Uint8Array {
  try {
    return readFileSync(join(folder, name));
  } catch {
    throw new InputError(`translate: ${name} is missing`, {
      got: folder,
      hint: "name the folder that npm start wrote, for instance out/translate",
    });
  }
}

interface Stored {
  readonly settings: Seq2SeqOptions;
  readonly words: string;
  readonly source: readonly string[];
  readonly target: readonly string[];
}

function readSettings(folder: string): Stored {
  const bytes = read(folder, SETTINGS);
  try {
    const stored = JSON.parse(new TextDecoder().decode(bytes)) as Stored;
    if (Array.isArray(stored.source) && Array.isArray(stored.target) && typeof stored.settings === "object")
      return stored;
  } catch {
    // Told below.
  }
  throw new InputError(`translate: ${SETTINGS} is damaged`, { got: folder, hint: "train the model again" });
}
