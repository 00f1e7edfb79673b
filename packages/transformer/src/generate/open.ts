import { ArgumentError, tensor, ValueError } from "@typegrad/autograd";
import { GPT } from "../gpt/gpt.js";
import { Seq2SeqTransformer } from "../seq2seq.js";
import type { DecodingState } from "./decoding-state.js";
import { GPTState } from "./gpt-state.js";
import { readRows, type TokenRows } from "./input.js";
import { Seq2SeqState } from "./seq2seq-state.js";

/** The models that text is generated with. */
export type GenerativeModel = GPT | Seq2SeqTransformer;

/** A checked input that decoding can start from. */
export interface Opening {
  /** The number of rows B. */
  readonly batch: number;
  /** The number of ids that can be written. */
  readonly vocab: number;
  /** The most tokens that there are positions for in every row. */
  readonly capacity: number;
  /** The model's own end token. */
  readonly eosId: number | undefined;
  /** Computes what comes before the first step. */
  readonly open: () => DecodingState;
}

/**
 * Reads the input for the model; nothing is computed yet.
 * @throws ArgumentError for a model of another kind; what {@link readRows} throws.
 */
export function openingOf(operation: string, model: GenerativeModel, input: TokenRows): Opening {
  if (model instanceof GPT) return gptOpening(operation, model, input);
  if (model instanceof Seq2SeqTransformer) return seq2seqOpening(operation, model, input);
  throw new ArgumentError(`${operation}: the model must be one that writes text`, {
    got: (model as object | null)?.constructor?.name ?? String(model),
    hint: "a GPT or a Seq2SeqTransformer",
  });
}

function gptOpening(operation: string, model: GPT, input: TokenRows): Opening {
  const vocab = model.tokenEmbed.weight.shape[0]!;
  const prompts = readRows(operation, input, { vocab, maxLength: model.config.context });
  const longest = Math.max(0, ...prompts.map(({ length }) => length));
  // The last token is written behind the last position: nothing reads it.
  const capacity = model.config.context - longest + 1;
  return { batch: prompts.length, vocab, capacity, eosId: undefined, open: () => new GPTState(model, prompts) };
}

function seq2seqOpening(operation: string, model: Seq2SeqTransformer, input: TokenRows): Opening {
  const { padId, maxLength, eosId } = model;
  const rows = readRows(operation, input, { vocab: model.srcEmbed.weight.shape[0]!, maxLength });
  const blank = rows.findIndex((row) => row.every((id) => id === padId));
  if (blank >= 0) {
    throw new ValueError(`${operation}: a row of the input is empty`, {
      got: `nothing but padding in row ${blank}`,
      hint: "leave empty sentences out",
    });
  }
  const longest = Math.max(0, ...rows.map(({ length }) => length));
  const padded = rows.flatMap((row) => [...row, ...new Array<number>(longest - row.length).fill(padId)]);
  const src = tensor(Int32Array.from(padded), { shape: [rows.length, longest] });
  const vocab = model.generator.weight.shape[0]!;
  return { batch: rows.length, vocab, capacity: maxLength, eosId, open: () => new Seq2SeqState(model, src) };
}
