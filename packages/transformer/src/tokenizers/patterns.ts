import { fail, type JsonObject } from "./json.js";

// Python's, Rust's and Oniguruma's \s is Unicode's White_Space, which JavaScript's own \s is not quite.
const space = "\\p{White_Space}";
const word = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}";

const gpt2Source = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** GPT-2's way to cut a text: contractions, and runs of letters, numbers, other signs (each with a space before), spaces. */
export const gpt2Pattern = new RegExp(gpt2Source.replaceAll("\\s", space).replaceAll("\\S", "\\P{White_Space}"), "gu");

/** Runs of word characters, and runs of what is neither these nor space. */
export const whitespacePattern = new RegExp(`[${word}]+|[^${word}${space}]+`, "gu");

/** Runs of anything but space. */
export const nonSpacePattern = /\P{White_Space}+/gu;

/** Each character. */
export const characterSource = "[\\s\\S]";

/** Runs of letters and digits with inner apostrophes and hyphens, and every other sign by itself. */
export const wordSource = "[\\p{L}\\p{N}]+(?:['’-][\\p{L}\\p{N}]+)*|[^\\s\\p{L}\\p{N}]";

/** {@link wordSource} for this engine. */
export const wordPattern = new RegExp(wordSource.replaceAll("\\s", space), "gu");

/** Where a word is written behind a space: not before a closing sign. */
export const beginOfWordSource = "^(?![.,;:!?)\\]}])";

/** The space behind an opening sign. */
export const afterOpeningSource = "(?<=[(\\[{]) ";

/**
 * The regular expressions that a file may hold, as they are written there. Others are refused: they are written for
 * another engine, which reads some of them differently, and a damaged one can run for ever.
 */
const known = new Map<string, RegExp>([
  [gpt2Source, gpt2Pattern],
  [characterSource, /[\s\S]/gu],
  [wordSource, wordPattern],
  [beginOfWordSource, new RegExp(beginOfWordSource, "gu")],
  [afterOpeningSource, new RegExp(afterOpeningSource, "gu")],
]);

/** The `pattern` of an object: { String } as a text, { Regex } as one of the known expressions. */
export function readPattern(json: JsonObject): string | RegExp {
  const pattern = json.object("pattern");
  const regex = pattern.get("Regex");
  if (regex === undefined) {
    const text = pattern.text("String");
    return text === "" ? fail(`${pattern.path}.String must not be empty`, text) : text;
  }
  const hint = "regular expressions are those of GPT-2 and of the tokenizers that are trained here";
  return known.get(regex as string) ?? fail(`this regular expression of ${pattern.path} is not supported`, regex, hint);
}
