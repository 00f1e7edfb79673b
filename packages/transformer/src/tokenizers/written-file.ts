import type { AddedToken } from "./added-tokens.js";

/** A `tokenizer.json` of the given parts, in the format's order of fields. */
export const writtenFile = (parts: {
  readonly added_tokens: readonly AddedToken[];
  readonly pre_tokenizer: object;
  readonly post_processor?: object;
  readonly decoder: object;
  readonly model: object;
}): object => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: parts.added_tokens,
  normalizer: null,
  pre_tokenizer: parts.pre_tokenizer,
  post_processor: parts.post_processor ?? null,
  decoder: parts.decoder,
  model: parts.model,
});

/** A special token as a file lists it. */
export const specialToken = (content: string, id: number): AddedToken => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/** Ids by their tokens; the id of a token is its place in the list. */
export const vocabularyOf = (tokens: readonly string[]): Record<string, number> =>
  Object.fromEntries(tokens.map((token, id) => [token, id] as const));

/** A model that has a token for each piece, and one for what is unknown. */
export const wordLevelModel = (tokens: readonly string[], unknown: string): object => ({
  type: "WordLevel",
  vocab: vocabularyOf(tokens),
  unk_token: unknown,
});
