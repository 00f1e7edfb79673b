import { fail, JsonObject, type Reader, readKind } from "./json.js";
import { readPattern } from "./patterns.js";

/** What happens to a text before it is cut. */
export type Normalizer = (text: string) => string;

const kinds: Readonly<Record<string, Reader<Normalizer>>> = {
  Sequence: (json) => {
    const normalizers = json.objects("normalizers").map((part) => readKind(kinds, part));
    return (text) => normalizers.reduce((result, normalize) => normalize(result), text);
  },
  Prepend: (json) => {
    const prefix = json.text("prepend");
    return (text) => (text === "" ? "" : prefix + text);
  },
  Replace: (json) => {
    const pattern = readPattern(json);
    const content = json.text("content");
    if (typeof pattern !== "string") fail(`${json.path} with a regular expression is not supported`, pattern.source);
    return (text) => text.replaceAll(pattern, () => content);
  },
  Strip: (json) => {
    const [left, right] = [json.flag("strip_left"), json.flag("strip_right")];
    return (text) => {
      const begun = left ? text.replace(/^\p{White_Space}+/u, "") : text;
      return right ? begun.slice(0, begun.length - trailingSpaces(begun)) : begun;
    };
  },
  Lowercase: () => (text) => text.toLowerCase(),
  NFC: () => (text) => text.normalize("NFC"),
  NFD: () => (text) => text.normalize("NFD"),
  NFKC: () => (text) => text.normalize("NFKC"),
  NFKD: () => (text) => text.normalize("NFKD"),
};

// A regular expression that ends in $ takes the square of a long run of spaces inside the text.
function trailingSpaces(text: string): number {
  let end = text.length;
  while (end > 0 && /\p{White_Space}/u.test(text[end - 1]!)) end--;
  return text.length - end;
}

/** The normalizer of a tokenizer's file; null leaves the text as it is. */
export const readNormalizer = (json: unknown): Normalizer =>
  json === null || json === undefined ? (text) => text : readKind(kinds, new JsonObject(json, "normalizer"));
