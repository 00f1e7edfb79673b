import { type BleuScore, bleu } from "@typegrad/trainer";
import { greedyDecode } from "@typegrad/transformer";
import { padRows } from "./batches.js";
import { InputError } from "./errors.js";
import type { Pair } from "./grammar/index.js";
import type { Translator } from "./model-folder.js";

/** Sentences translated at once. */
const BATCH = 64;

/**
 * The translations of the sentences, in their order. Similar lengths share a batch.
 * @throws InputError for a sentence that is empty or longer than the model's positions.
 */
export function translate({ model, source, target, words }: Translator, sentences: readonly string[]): string[] {
  const rows = sentences.map((sentence) => source.encode(words.split(sentence)));
  rows.forEach((row, i) => {
    if (row.length < 2 || row.length > model.maxLength) {
      throw new InputError("translate: the sentence is empty or too long", {
        got: `${row.length - 1} words: ${sentences[i]!.slice(0, 80)}`,
        hint: `at most ${model.maxLength - 1} words`,
      });
    }
  });
  const order = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length || a - b);
  const result = new Array<string>(rows.length);
  for (let start = 0; start < order.length; start += BATCH) {
    const part = order.slice(start, start + BATCH);
    const longest = Math.max(...part.map((i) => rows[i]!.length));
    const decoded = greedyDecode(model, padRows(part.map((i) => rows[i]!)), {
      maxTokens: Math.min(model.maxLength, 2 * longest + 10),
    });
    part.forEach((i, k) => {
      result[i] = words.join(target.decode(decoded[k]!));
    });
  }
  return result;
}

/** The words of the sentences that all share the id of the unknown word, each once. */
export function unknownWords({ source, words }: Translator, sentences: readonly string[]): string[] {
  const all = sentences.flatMap((sentence) => words.split(sentence));
  return [...new Set(all)].filter((word) => !source.has(word));
}

/** A held-out sentence and what the model made of it. */
export interface Judged {
  readonly source: string;
  /** The reference as it was written. */
  readonly written: string;
  /** The reference cut into words and joined again, as outputs are. */
  readonly reference: string;
  readonly output: string;
  readonly correct: boolean;
}

/** Translates held-out pairs; correct is what equals the reference word by word. */
export function judge(translator: Translator, pairs: readonly Pair[]): Judged[] {
  const { words, model, source } = translator;
  const fitting = pairs.filter((pair) => source.encode(words.split(pair.source)).length <= model.maxLength);
  const outputs = translate(
    translator,
    fitting.map((pair) => pair.source),
  );
  return fitting.map((pair, i) => {
    const reference = words.join(words.split(pair.target));
    const output = outputs[i]!;
    return { source: pair.source, written: pair.target, reference, output, correct: output === reference };
  });
}

/** BLEU against the references as they were written; null if all of them are empty. */
export function bleuOf(judged: readonly Judged[]): BleuScore | null {
  const comparable = judged.filter(({ written }) => written !== "");
  if (comparable.length === 0) return null;
  return bleu(
    comparable.map(({ output }) => output),
    comparable.map(({ written }) => [written]),
  );
}
