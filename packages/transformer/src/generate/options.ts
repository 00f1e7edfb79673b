import { checkOptions, Generator, type Kind, OptionError, ValueError } from "@typegrad/autograd";
import type { Abortable } from "./abort.js";
import type { GeneratedToken } from "./hypothesis.js";

/** Options of {@link generate} and {@link generateStream}. One that the strategy does not use is refused. */
export interface GenerateOptions {
  /** The most tokens to write for a row. Default: as many as there are positions for beside the longest prompt. */
  readonly maxTokens?: number;
  /** "greedy": the most likely token; "sample": a random one; "beam": beam search. Default "greedy". */
  readonly strategy?: "greedy" | "sample" | "beam";
  /** sample: the logits are divided by it. Default 1. */
  readonly temperature?: number;
  /** sample: only the k most likely tokens are drawn. Default: all. */
  readonly topK?: number;
  /** sample: only the nucleus of this probability is drawn, in (0, 1]. Default 1: all. */
  readonly topP?: number;
  /** greedy, sample: above 1, tokens that the row holds already become less likely. Default 1: they do not. */
  readonly repetitionPenalty?: number;
  /** beam: the hypotheses kept for each row. Default 4. */
  readonly beams?: number;
  /** beam: α of the length penalty ((5 + length) / 6)^α; 0 is none. Default 0.6. */
  readonly lengthPenalty?: number;
  /** The token that ends a row. Default: the model's own, if it has one. */
  readonly eosId?: number;
  /** Sequences of tokens that end a row. */
  readonly stop?: readonly (readonly number[])[];
  /** sample: where the random numbers come from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** greedy, sample: called with each token as it is written. */
  readonly onToken?: (token: GeneratedToken) => void;
  /** An `AbortSignal`: the work ends with an {@link AbortError} before the next token. */
  readonly signal?: Abortable;
}

/** Options of {@link generateStream}. */
export interface StreamOptions extends Omit<GenerateOptions, "beams" | "lengthPenalty" | "onToken"> {
  /** As in {@link GenerateOptions}, but for beam search, which knows no token before its end. */
  readonly strategy?: "greedy" | "sample";
}

const number = (accepts: (value: number) => boolean, what: string, hint: string): Kind => ({
  what,
  hint,
  accepts: (value) => typeof value === "number" && Number.isFinite(value) && accepts(value),
});
const count = (hint: string): Kind =>
  number((value) => Number.isInteger(value) && value >= 1, "a whole number from 1", hint);
const positive = (hint: string): Kind => number((value) => value > 0, "a number above 0", hint);
const isId = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

const kinds: Readonly<Record<keyof GenerateOptions, Kind>> = {
  maxTokens: count("the most tokens to write for a row"),
  strategy: {
    what: "a strategy",
    hint: '"greedy", "sample" or "beam"',
    accepts: (value) => typeof value === "string" && Object.hasOwn(used, value),
  },
  temperature: positive('for the most likely token always, use the strategy "greedy"'),
  topK: count("leave it out to draw from all tokens"),
  topP: number((value) => value > 0 && value <= 1, "a probability above 0", "in (0, 1]; 1 draws from all tokens"),
  repetitionPenalty: positive("1 changes nothing, 1.2 makes what was written less likely"),
  beams: count("4 is usual; 1 keeps one hypothesis"),
  lengthPenalty: number(() => true, "a finite number", "0.6 is usual; 0 is none"),
  eosId: { what: "a token id", hint: "a whole number from 0", accepts: isId },
  stop: {
    what: "a list of sequences of token ids, none of them empty",
    hint: "[[13], [7, 8]]",
    accepts: (value) =>
      Array.isArray(value) && value.every((end) => Array.isArray(end) && end.length > 0 && end.every(isId)),
  },
  generator: {
    what: "a Generator",
    hint: "new Generator(seed)",
    accepts: (value) => value instanceof Generator,
  },
  onToken: {
    what: "a function",
    hint: "({ row, token }) => …",
    accepts: (value) => typeof value === "function",
  },
  signal: {
    what: "an AbortSignal",
    hint: "new AbortController().signal",
    accepts: (value) => typeof (value as Abortable | null)?.aborted === "boolean",
  },
};

const always = ["maxTokens", "strategy", "eosId", "stop", "signal"];
const used: Readonly<Record<NonNullable<GenerateOptions["strategy"]>, readonly string[]>> = {
  greedy: [...always, "repetitionPenalty", "onToken"],
  sample: [...always, "repetitionPenalty", "onToken", "temperature", "topK", "topP", "generator"],
  beam: [...always, "beams", "lengthPenalty"],
};

/** @throws OptionError for an option that is unknown, of the wrong kind, or not used by the strategy. */
export function checkGenerateOptions(operation: string, options: GenerateOptions): void {
  checkOptions(operation, options, kinds);
  const { strategy = "greedy" } = options;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || used[strategy].includes(name)) continue;
    const users = Object.entries(used).filter(([, names]) => names.includes(name));
    throw new OptionError(`${operation}: the strategy "${strategy}" does not use ${name}`, {
      got: `{ ${Object.keys(options).join(", ")} }`,
      hint: `leave it out, or use ${users.map(([user]) => `"${user}"`).join(" or ")}`,
    });
  }
}

/** @throws OptionError for what a stream has no use for. */
export function checkStreamOptions(operation: string, options: GenerateOptions): void {
  if (options.strategy !== "beam" && options.onToken === undefined) return;
  throw new OptionError(`${operation}: a stream has no use for beam search or onToken`, {
    got: `{ ${Object.keys(options).join(", ")} }`,
    hint: "loop over the stream, or await generate",
  });
}

/**
 * The number of tokens to write at most.
 * @throws ValueError when there are fewer positions.
 */
export function tokenLimit(operation: string, { maxTokens }: GenerateOptions, capacity: number): number {
  if (maxTokens === undefined || maxTokens <= capacity) return maxTokens ?? capacity;
  throw new ValueError(`${operation}: maxTokens out of range`, {
    got: String(maxTokens),
    hint: `use a whole number from 1 to ${capacity}, which is what the model has positions for`,
  });
}

/** @throws ValueError when the end token or a stop sequence holds what is no token. */
export function checkEnds(operation: string, { eosId, stop = [] }: GenerateOptions, vocab: number): void {
  const wrong = [eosId ?? 0, ...stop.flat()].find((id) => id >= vocab);
  if (wrong === undefined) return;
  throw new ValueError(`${operation}: eosId or stop names what is no token`, {
    got: `${wrong} of ${vocab} tokens`,
    hint: `use whole numbers from 0 to ${vocab - 1}`,
  });
}
