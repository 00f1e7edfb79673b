import { ValueError } from "@typegrad/autograd";
import { fail, type JsonObject } from "./json.js";

/** One more than the largest id that a file may have, so that two ids fit into one exact number. */
export const ID_LIMIT = 2 ** 26;

/** Two ids as one number, which is smaller the smaller the first, then the second. */
export const pairOf = (left: number, right: number): number => left * ID_LIMIT + right;

/** Tokens and their ids, one of each for one of the other. */
export class Vocabulary {
  readonly #ids = new Map<string, number>();
  readonly #tokens = new Map<number, string>();
  #size = 0;

  /** One more than the largest id: the rows of a model's embedding. */
  get size(): number {
    return this.#size;
  }

  /** @throws CheckpointError where the id is none, or means another token */
  add(token: string, id: unknown): void {
    if (!Number.isSafeInteger(id) || (id as number) < 0 || (id as number) >= ID_LIMIT) {
      fail(`the id of ${JSON.stringify(token)} must be a whole number from 0 to ${ID_LIMIT - 1}`, id);
    }
    const other = this.#tokens.get(id as number) ?? token;
    if (other !== token) fail("one id is that of two tokens", { id, tokens: [other, token] });
    const known = this.#ids.get(token) ?? id;
    if (known !== id) fail("one token has two ids", { token, ids: [known, id] });
    this.#ids.set(token, id as number);
    this.#tokens.set(id as number, token);
    this.#size = Math.max(this.#size, (id as number) + 1);
  }

  /** The id of a token; `undefined` where it has none. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** Whether a token has the id. */
  hasId(id: number): boolean {
    return this.#tokens.has(id);
  }

  /** @throws ValueError where no token has the id */
  tokenOf(id: number): string {
    const token = this.#tokens.get(id);
    if (token !== undefined) return token;
    throw new ValueError("decode: no token has this id", {
      got: String(id),
      hint: `ids are whole numbers from 0 to ${this.#size - 1}`,
    });
  }
}

/** The `vocab` of a model: ids by their tokens. */
export function readVocabulary(model: JsonObject): Vocabulary {
  const vocabulary = new Vocabulary();
  for (const [token, id] of Object.entries(model.object("vocab").fields)) vocabulary.add(token, id);
  return vocabulary;
}

/** What a model makes of text that it has no token for: the id of its `unk_token`, if it names one. */
export function readUnknown(model: JsonObject, vocabulary: Vocabulary): number | undefined {
  if ((model.get("unk_token") ?? null) === null) return undefined;
  const token = model.text("unk_token");
  return vocabulary.idOf(token) ?? fail(`${model.path}.unk_token is not in the vocabulary`, token);
}

/** @throws ValueError always: a text that can't be written in the tokens of the model */
export function refuseUnknown(text: string): never {
  throw new ValueError("encode: the vocabulary has no token for a part of the text, and none for what is unknown", {
    got: JSON.stringify(text.slice(0, 40)),
    hint: "name an unk_token in the tokenizer's file, or train with this text",
  });
}
