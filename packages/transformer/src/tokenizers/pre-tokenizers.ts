import { toByteCharacters } from "./byte-map.js";
import { fail, JsonObject, type Reader, readKind } from "./json.js";
import { gpt2Pattern, nonSpacePattern, readPattern, whitespacePattern } from "./patterns.js";

/** What cuts a text into pieces, over whose ends no token reaches. `first`: whether the text begins there. */
export type PreTokenizer = (text: string, first: boolean) => readonly string[];

const matches = (text: string, pattern: RegExp): readonly string[] => text.match(pattern) ?? [];

/** The matches and what lies between them, each a piece of its own. */
function isolated(text: string, pattern: RegExp): string[] {
  const pieces: string[] = [];
  let begin = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > begin) pieces.push(text.slice(begin, match.index));
    if (match[0] !== "") pieces.push(match[0]);
    begin = match.index + match[0].length;
  }
  if (begin < text.length) pieces.push(text.slice(begin));
  return pieces;
}

function readSplit(json: JsonObject): PreTokenizer {
  const pattern = readPattern(json);
  const behavior = json.text("behavior");
  const invert = json.flag("invert", false);
  if (typeof pattern === "string") {
    if (behavior === "Removed" && !invert) return (text) => text.split(pattern).filter((piece) => piece !== "");
    if (behavior === "Isolated") {
      const separate = (text: string): string[] =>
        text.split(pattern).flatMap((piece, i) => (i === 0 ? [piece] : [pattern, piece]));
      return (text) => separate(text).filter((piece) => piece !== "");
    }
  } else {
    if (behavior === "Removed" && invert) return (text) => matches(text, pattern);
    if (behavior === "Isolated") return (text) => isolated(text, pattern);
  }
  const hint = "Isolated, or Removed of a text, or Removed and inverted of a regular expression";
  return fail(`this behavior of ${json.path} is not supported`, { behavior, invert }, hint);
}

function readMetaspace(json: JsonObject): PreTokenizer {
  const replacement = json.text("replacement", "▁");
  const scheme = prependScheme(json);
  const split = json.flag("split", true);
  if (replacement === "") fail(`${json.path}.replacement must not be empty`, replacement);
  return (text, first) => {
    let replaced = text.replaceAll(" ", () => replacement);
    const prepends = scheme === "always" || (scheme === "first" && first);
    if (prepends && replaced !== "" && !replaced.startsWith(replacement)) replaced = replacement + replaced;
    if (!split) return replaced === "" ? [] : [replaced];
    const parts = replaced.split(replacement).map((part, i) => (i === 0 ? part : replacement + part));
    return parts.filter((part) => part !== "");
  };
}

/** Where Metaspace writes its sign before a text; older files have a flag instead. */
export function prependScheme(json: JsonObject): "always" | "first" | "never" {
  const scheme = json.text("prepend_scheme", json.flag("add_prefix_space", true) ? "always" : "never");
  if (scheme === "always" || scheme === "first" || scheme === "never") return scheme;
  return fail(`this prepend_scheme of ${json.path} is not supported`, scheme, "supported: always, first, never");
}

const kinds: Readonly<Record<string, Reader<PreTokenizer>>> = {
  Sequence: (json) => {
    const parts = json.objects("pretokenizers").map((part) => readKind(kinds, part));
    return (text, first) => {
      let pieces: readonly string[] = [text];
      for (const part of parts) pieces = pieces.flatMap((piece, i) => part(piece, first && i === 0));
      return pieces;
    };
  },
  ByteLevel: (json) => {
    const prefix = json.flag("add_prefix_space", true);
    const cuts = json.flag("use_regex", true);
    return (text) => {
      const prefixed = prefix && text !== "" && !text.startsWith(" ") ? ` ${text}` : text;
      return (cuts ? matches(prefixed, gpt2Pattern) : [prefixed]).map(toByteCharacters);
    };
  },
  Metaspace: readMetaspace,
  Split: readSplit,
  Digits: (json) => {
    const pattern = json.flag("individual_digits", false) ? /\p{N}/gu : /\p{N}+/gu;
    return (text) => isolated(text, pattern);
  },
  Whitespace: () => (text) => matches(text, whitespacePattern),
  WhitespaceSplit: () => (text) => matches(text, nonSpacePattern),
};

/** The pre-tokenizer of a tokenizer's file; null leaves the text in one piece. */
export const readPreTokenizer = (json: unknown): PreTokenizer =>
  json === null || json === undefined ? (text) => [text] : readKind(kinds, new JsonObject(json, "pre_tokenizer"));
