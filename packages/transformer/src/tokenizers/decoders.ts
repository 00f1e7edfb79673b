import { appendTokenBytes, fromStrictUtf8, fromUtf8 } from "./byte-map.js";
import { fail, JsonObject, type Reader, readKind } from "./json.js";
import { readPattern } from "./patterns.js";
import { prependScheme } from "./pre-tokenizers.js";

/** A step from tokens back to text; what the last step gives is joined. */
export type Decoder = (tokens: readonly string[]) => readonly string[];

/** The tokens that are bytes, as <0x0A>, as text; bytes that are no UTF-8 become one U+FFFD each. */
function decodeFallbackBytes(tokens: readonly string[]): string[] {
  const decoded: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) decoded.push(fromStrictUtf8(bytes) ?? "\uFFFD".repeat(bytes.length));
    bytes = [];
  };
  for (const token of tokens) {
    if (/^<0x[0-9A-F]{2}>$/i.test(token)) bytes.push(Number.parseInt(token.slice(3, 5), 16));
    else {
      flush();
      decoded.push(token);
    }
  }
  flush();
  return decoded;
}

function readStrip(json: JsonObject): Decoder {
  const content = json.text("content");
  const [start, stop] = [json.count("start"), json.count("stop")];
  const strip = (token: string): string => {
    const signs = Array.from(token);
    let begin = 0;
    while (begin < start && begin < signs.length && signs[begin] === content) begin++;
    let end = signs.length;
    while (signs.length - end < stop && end > begin && signs[end - 1] === content) end--;
    return signs.slice(begin, end).join("");
  };
  return (tokens) => tokens.map(strip);
}

const kinds: Readonly<Record<string, Reader<Decoder>>> = {
  Sequence: (json) => {
    const decoders = json.objects("decoders").map((part) => readKind(kinds, part));
    return (tokens) => decoders.reduce((result, decode) => decode(result), tokens);
  },
  ByteLevel: () => (tokens) => {
    const bytes: number[] = [];
    for (const token of tokens) appendTokenBytes(token, bytes);
    return [fromUtf8(bytes)];
  },
  ByteFallback: () => decodeFallbackBytes,
  Fuse: () => (tokens) => [tokens.join("")],
  Strip: readStrip,
  Replace: (json) => {
    const pattern = readPattern(json);
    const content = json.text("content");
    return (tokens) => tokens.map((token) => token.replaceAll(pattern, () => content));
  },
  Metaspace: (json) => {
    const replacement = json.text("replacement", "▁");
    const first = prependScheme(json) === "never" ? " " : "";
    if (replacement === "") fail(`${json.path}.replacement must not be empty`, replacement);
    return (tokens) => tokens.map((token, i) => token.replaceAll(replacement, i === 0 ? first : " "));
  },
};

/** The decoder of a tokenizer's file; null puts a space between tokens. */
export const readDecoder = (json: unknown): Decoder =>
  json === null || json === undefined
    ? (tokens) => [tokens.join(" ")]
    : readKind(kinds, new JsonObject(json, "decoder"));
