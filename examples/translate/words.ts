import { detokenize, tokenize } from "./grammar/index.js";

/** How text becomes words and words text. */
export interface Words {
  readonly name: string;
  split(text: string): string[];
  join(words: readonly string[]): string;
}

/** The grammar's own way, which knows what is capitalised only because it begins a sentence. */
export const grammarWords: Words = { name: "grammar", split: tokenize, join: detokenize };

/** Runs of letters and digits (with inner apostrophes and hyphens), and every other sign by itself. */
export const plainWords: Words = {
  name: "plain",
  split: (text) => text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu) ?? [],
  join: (words) =>
    words
      .join(" ")
      .replace(/ ([.,;:!?)\]}])/g, "$1")
      .replace(/([([{]) /g, "$1"),
};

/** All ways there are. */
export const wordKinds: readonly Words[] = [grammarWords, plainWords];

/** The way that a model was trained with. */
export const wordsNamed = (name: string): Words => wordKinds.find((words) => words.name === name)!;
