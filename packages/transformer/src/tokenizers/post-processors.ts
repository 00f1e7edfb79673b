import { fail, JsonObject, type Reader, readKind } from "./json.js";
import type { Vocabulary } from "./vocabulary.js";

/** What adds special tokens around the ids of a text. */
export type PostProcessor = (ids: number[]) => number[];

function templateIds(piece: JsonObject, special: JsonObject, vocabulary: Vocabulary): readonly number[] {
  const name = piece.object("SpecialToken").text("id");
  const ids = special.object(name).list("ids");
  const unknown = ids.find((id) => typeof id !== "number" || !vocabulary.hasId(id));
  if (unknown !== undefined) fail(`an id of ${special.path}.${name} is not in the vocabulary`, unknown);
  return ids as readonly number[];
}

const templateOf =
  (vocabulary: Vocabulary): Reader<PostProcessor> =>
  (json) => {
    const special = json.object("special_tokens");
    const pieces = json.objects("single").map((piece) => {
      if (piece.get("Sequence") === undefined) return templateIds(piece, special, vocabulary);
      const id = piece.object("Sequence").text("id");
      return id === "A" ? undefined : fail(`${piece.path} must be the sequence A`, id);
    });
    return (ids) => pieces.flatMap((piece) => piece ?? ids);
  };

/** The post-processor of a tokenizer's file, which may name ids of the vocabulary; null adds nothing. */
export function readPostProcessor(json: unknown, vocabulary: Vocabulary): PostProcessor {
  const kinds: Readonly<Record<string, Reader<PostProcessor>>> = {
    Sequence: (sequence) => {
      const processors = sequence.objects("processors").map((part) => readKind(kinds, part));
      return (ids) => processors.reduce((result, process) => process(result), ids);
    },
    TemplateProcessing: templateOf(vocabulary),
    // It moves offsets, which are not kept here.
    ByteLevel: () => (ids) => ids,
  };
  if (json === null || json === undefined) return (ids) => ids;
  return readKind(kinds, new JsonObject(json, "post_processor"));
}
