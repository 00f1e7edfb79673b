import type { Seq2SeqOptions } from "@typegrad/transformer";
import { InputError } from "./errors.js";
import { specialWords } from "./vocabulary.js";
import { wordKinds } from "./words.js";

/** What stands beside the weights. */
export interface Settings {
  readonly settings: Seq2SeqOptions;
  /** The SHA-256 of the weights' file. */
  readonly weights: string;
  /** How text becomes words. */
  readonly words: string;
  /** The source vocabulary; a word's position is its id. */
  readonly source: readonly string[];
  /** The target vocabulary. */
  readonly target: readonly string[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is wrong with a list that should be a vocabulary of so many words, or null. */
function vocabularyProblem(side: string, words: unknown, size: unknown): string | null {
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) return `${side} is no list of words`;
  if (specialWords.some((word, id) => words[id] !== word))
    return `${side} does not begin with ${specialWords.join(" ")}`;
  if (new Set(words).size !== words.length) return `${side} has a word twice`;
  return words.length === size ? null : `${words.length} ${side} words for a model of ${size}`;
}

function problemOf(stored: unknown): string | null {
  if (!isObject(stored) || !isObject(stored.settings)) return "no settings of a model";
  if (typeof stored.weights !== "string") return "no hash of the weights";
  if (!wordKinds.some(({ name }) => name === stored.words)) return `words ${JSON.stringify(stored.words)}`;
  const { srcVocab, tgtVocab } = stored.settings;
  return vocabularyProblem("source", stored.source, srcVocab) ?? vocabularyProblem("target", stored.target, tgtVocab);
}

/**
 * The settings in the bytes of a file.
 * @param path named in errors
 * @throws InputError for what is not JSON, incomplete, or a vocabulary that does not fit the model.
 */
export function readSettings(path: string, bytes: Uint8Array): Settings {
  let stored: unknown;
  try {
    stored = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    stored = null;
  }
  const problem = problemOf(stored);
  if (problem === null) return stored as Settings;
  throw new InputError("translate: the settings of the model are damaged", {
    got: `${path}: ${problem}`,
    hint: "train the model again",
  });
}
