import { fail, type JsonObject } from "./json.js";
import type { Normalizer } from "./normalizers.js";
import type { Vocabulary } from "./vocabulary.js";

/** A token beside the model's, found in the text before anything else happens to it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

/** Reads the `added_tokens`, and gives those that the model does not know their ids. */
export function readAddedTokens(file: JsonObject, vocabulary: Vocabulary): AddedToken[] {
  return file.objects("added_tokens", []).map((json) => {
    const token: AddedToken = {
      id: json.count("id"),
      content: json.text("content"),
      single_word: json.flag("single_word", false),
      lstrip: json.flag("lstrip", false),
      rstrip: json.flag("rstrip", false),
      normalized: json.flag("normalized", false),
      special: json.flag("special", false),
    };
    if (token.content === "") fail(`${json.path}.content must not be empty`, token.content);
    vocabulary.add(token.content, token.id);
    return token;
  });
}

const isSpace = (character: string): boolean => /^\p{White_Space}$/u.test(character);
const isWordCharacter = (character: string): boolean => /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u.test(character);
const before = (text: string, at: number): string => Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? "";
const after = (text: string, at: number): string => Array.from(text.slice(at, at + 2))[0] ?? "";

/** Finds added tokens in texts: the leftmost first, the longest of those that begin there. */
export class AddedTokenFinder {
  readonly #tokens = new Map<string, AddedToken>();
  readonly #pattern: RegExp | undefined;

  constructor(tokens: readonly AddedToken[], normalize: Normalizer) {
    for (const token of tokens) this.#tokens.set(normalize(token.content), token);
    this.#tokens.delete("");
    const contents = [...this.#tokens.keys()].sort((a, b) => b.length - a.length);
    const literals = contents.map((content) => content.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
    // Without the flag u, since contents are literal and the text is well formed.
    this.#pattern = literals.length > 0 ? new RegExp(literals.join("|"), "g") : undefined;
  }

  /** The text between added tokens, and the ids of these, in order. */
  split(text: string): (string | number)[] {
    if (this.#pattern === undefined) return text === "" ? [] : [text];
    const parts: (string | number)[] = [];
    let begin = 0;
    for (const match of text.matchAll(this.#pattern)) {
      const { id, single_word, lstrip, rstrip } = this.#tokens.get(match[0])!;
      let start = match.index;
      let end = start + match[0].length;
      if (start < begin) continue;
      if (single_word && (isWordCharacter(before(text, start)) || isWordCharacter(after(text, end)))) continue;
      if (lstrip) while (start > begin && isSpace(text[start - 1]!)) start--;
      if (rstrip) while (end < text.length && isSpace(text[end]!)) end++;
      if (start > begin) parts.push(text.slice(begin, start));
      parts.push(id);
      begin = end;
    }
    if (begin < text.length) parts.push(text.slice(begin));
    return parts;
  }
}
