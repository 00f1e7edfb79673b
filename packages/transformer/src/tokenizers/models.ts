import { utf8 } from "./byte-map.js";
import { fail, type JsonObject, type Reader, readKind } from "./json.js";
import { readMerges } from "./merging.js";
import { readUnknown, readVocabulary, refuseUnknown, type Vocabulary } from "./vocabulary.js";

/** What writes a piece of text in tokens. */
export interface Model {
  readonly vocabulary: Vocabulary;
  readonly encode: (piece: string) => readonly number[];
}

// Words come again and again; a text in one piece does not. The cache is emptied when it is full.
const CACHED_LENGTH = 64;
const CACHED_WORDS = 2 ** 16;

function cached(encode: (piece: string) => readonly number[]): (piece: string) => readonly number[] {
  const cache = new Map<string, readonly number[]>();
  return (piece) => {
    let ids = cache.get(piece);
    if (ids === undefined) {
      ids = encode(piece);
      if (cache.size >= CACHED_WORDS) cache.clear();
      if (piece.length <= CACHED_LENGTH) cache.set(piece, ids);
    }
    return ids;
  };
}

const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;

/** The ids that a file's byte fallback writes a character with: those of its UTF-8 bytes, if the file has them all. */
function fallbackBytes(character: string, vocabulary: Vocabulary): readonly number[] | undefined {
  const ids = Array.from(utf8(character), (byte) => vocabulary.idOf(byteToken(byte)));
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

function checkBpeOptions(json: JsonObject): void {
  if ((json.get("dropout") ?? 0) !== 0) fail("dropout of merges is not supported", json.get("dropout"), "use null");
  for (const name of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    if (json.text(name, "") !== "") fail(`${json.path}.${name} is not supported`, json.get(name), "use null");
  }
}

/** Byte pair encoding: the characters of a piece, merged; others as bytes or as unknown. */
function readBpe(json: JsonObject): Model {
  checkBpeOptions(json);
  const vocabulary = readVocabulary(json);
  const merges = readMerges(json, vocabulary);
  const unknown = readUnknown(json, vocabulary);
  const fuseUnknown = json.flag("fuse_unk", false);
  const byteFallback = json.flag("byte_fallback", false);
  const ignoreMerges = json.flag("ignore_merges", false);

  const symbolsOf = (piece: string): number[] => {
    const symbols: number[] = [];
    let afterUnknown = false;
    for (const character of piece) {
      const id = vocabulary.idOf(character);
      const known = id !== undefined ? [id] : byteFallback ? fallbackBytes(character, vocabulary) : undefined;
      if (known !== undefined) symbols.push(...known);
      else if (!(fuseUnknown && afterUnknown)) symbols.push(unknown ?? refuseUnknown(character));
      afterUnknown = known === undefined;
    }
    return symbols;
  };
  return {
    vocabulary,
    encode: cached((piece) => {
      const whole = ignoreMerges ? vocabulary.idOf(piece) : undefined;
      return whole !== undefined ? [whole] : merges.apply(symbolsOf(piece));
    }),
  };
}

/** A token for each piece: words or characters. */
function readWordLevel(json: JsonObject): Model {
  const vocabulary = readVocabulary(json);
  const unknown = readUnknown(json, vocabulary);
  return { vocabulary, encode: (piece) => [vocabulary.idOf(piece) ?? unknown ?? refuseUnknown(piece)] };
}

/** The models that are read, by their `type`. */
export const modelKinds = { BPE: readBpe, WordLevel: readWordLevel } as const;

/** The model of a tokenizer's file, which must be of one kind; files older than the field `type` are BPE. */
export function readModel(json: JsonObject, type: keyof typeof modelKinds): Model {
  const old = json.get("type") === undefined && json.get("merges") !== undefined;
  const kinds: Readonly<Record<string, Reader<Model>>> = { [type]: modelKinds[type] };
  return old && type === "BPE" ? readBpe(json) : readKind(kinds, json);
}
