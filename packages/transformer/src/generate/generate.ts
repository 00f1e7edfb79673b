import { nextTurn } from "@typegrad/autograd";
import { type Abortable, checkAborted } from "./abort.js";
import { beamSearch } from "./beam-search.js";
import { chooseAtRandom, chooseGreedily } from "./choosing.js";
import type { Decoding, GeneratedToken, Hypothesis } from "./hypothesis.js";
import { inference } from "./inference.js";
import type { TokenRows } from "./input.js";
import { type GenerativeModel, type Opening, openingOf } from "./open.js";
import {
  checkEnds,
  checkGenerateOptions,
  checkStreamOptions,
  type GenerateOptions,
  type StreamOptions,
  tokenLimit,
} from "./options.js";
import { processorsOf } from "./processors.js";
import { decodeTokens } from "./token-by-token.js";

/** What {@link generate} gives. */
export interface GenerateResult {
  /** The tokens written for each row: the best hypothesis. The prompt is not among them, the end token is. */
  readonly ids: number[][];
  /** The score of each row's ids: log-probability, in beam search with the length penalty. */
  readonly scores: number[];
  /** All hypotheses of each row, best first: `beams` in beam search (fewer where fewer ended), otherwise one. */
  readonly hypotheses: Hypothesis[][];
}

/**
 * Writes text with a model, for each row of a batch as for the row alone. There is a turn of the event loop after each
 * token; the model is in evaluation only while it computes, and as it was in between and afterwards.
 *
 * Greedy decoding takes the most likely token, p(y_t | y_<t, x) at its greatest; sampling draws from softmax(logits)
 * after repetition penalty (Keskar et al. 2019), temperature, top-k (Fan et al. 2018) and top-p (Holtzman et al. 2020);
 * beam search keeps several hypotheses and orders them with a length penalty (Wu et al. 2016). A row ends with `eosId`,
 * with a sequence of `stop`, or with `maxTokens`.
 *
 * @param model a GPT, whose input are prompts, or a Seq2SeqTransformer, whose input are source sentences
 * @param input a list of ids for each row, or int32 [B, T] (for a Seq2SeqTransformer padded with its padId)
 * @returns ids, scores and hypotheses, a row each
 * @throws OptionError, ValueError, ShapeError, DTypeError, ArgumentError for bad options and input; AbortError when the
 * signal says so.
 * @example
 * ```ts
 * const model = new GPT({ vocab: 11, dModel: 8, numHeads: 2, numLayers: 1, context: 16 });
 * const prompts = [[1, 2, 3], [4]];
 * const { ids } = await generate(model, prompts, { maxTokens: 5, stop: [[7, 8]] });
 * ids.length; // 2
 * const settings = { temperature: 0.8, topK: 5, topP: 0.9, generator: new Generator(1) };
 * await generate(model, prompts, { strategy: "sample", ...settings, maxTokens: 5 });
 * await generate(model, prompts, { strategy: "beam", beams: 3, maxTokens: 5 });
 * ```
 */
export async function generate(
  model: GenerativeModel,
  input: TokenRows,
  options: GenerateOptions = {},
): Promise<GenerateResult> {
  const tokens = stream("generate", model, decode("generate", model, input, options), options.signal);
  for (;;) {
    const { value, done } = await tokens.next();
    if (done) return value;
    options.onToken?.(value);
  }
}

/**
 * {@link generate} as a stream: the tokens one after the other as they are written, the rows of a step in their order.
 * The iterator's return value is the result. Leaving the loop ends the work. Beam search has no stream: it knows no token
 * before its end.
 *
 * @throws at once what {@link generate} rejects with for bad options and input.
 * @example
 * ```ts
 * const model = new GPT({ vocab: 11, dModel: 8, numHeads: 2, numLayers: 1, context: 16 });
 * const written: number[] = [];
 * for await (const { token } of generateStream(model, [[1, 2, 3]], { maxTokens: 4 })) written.push(token);
 * written.length; // 4
 * ```
 */
export function generateStream(
  model: GenerativeModel,
  input: TokenRows,
  options: StreamOptions = {},
): AsyncGenerator<GeneratedToken, GenerateResult, undefined> {
  checkStreamOptions("generateStream", options);
  return stream("generateStream", model, decode("generateStream", model, input, options), options.signal);
}

async function* stream(
  operation: string,
  model: GenerativeModel,
  steps: Decoding,
  signal: Abortable | undefined,
): AsyncGenerator<GeneratedToken, GenerateResult, undefined> {
  for (;;) {
    checkAborted(operation, signal);
    const step = inference(model, () => steps.next());
    if (step.done) return resultOf(step.value);
    yield* step.value;
    await nextTurn();
  }
}

/** Checks everything at once and gives the steps, of which none is done yet. They belong inside {@link inference}. */
export function decode(operation: string, model: GenerativeModel, input: TokenRows, options: GenerateOptions) {
  checkGenerateOptions(operation, options);
  const opening = openingOf(operation, model, input);
  checkEnds(operation, options, opening.vocab);
  return stepsOf(opening, { ...options, maxTokens: tokenLimit(operation, options, opening.capacity) });
}

function* stepsOf({ batch, eosId: own, open }: Opening, options: GenerateOptions & { maxTokens: number }): Decoding {
  if (batch === 0) return [];
  const { maxTokens, eosId = own, stop = [], strategy = "greedy" } = options;
  const limits = { maxTokens, eosId, stop };
  if (strategy === "beam") {
    const { beams = 4, lengthPenalty = 0.6 } = options;
    return yield* beamSearch(open(), { ...limits, beams, lengthPenalty });
  }
  const choose = strategy === "greedy" ? chooseGreedily : chooseAtRandom(batch, options.generator);
  return yield* decodeTokens(open(), { ...limits, choose, processors: processorsOf(options) });
}

function resultOf(hypotheses: Hypothesis[][]): GenerateResult {
  const best = hypotheses.map(([first]) => first!);
  return { ids: best.map(({ ids }) => ids), scores: best.map(({ score }) => score), hypotheses };
}
