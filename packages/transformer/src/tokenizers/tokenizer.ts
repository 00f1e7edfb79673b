import { ArgumentError, checkOptions, type Kind } from "@typegrad/autograd";
import { AddedTokenFinder, readAddedTokens } from "./added-tokens.js";
import { type Decoder, readDecoder } from "./decoders.js";
import { fail, fileText, JsonObject } from "./json.js";
import { type Model, type modelKinds, readModel } from "./models.js";
import { type Normalizer, readNormalizer } from "./normalizers.js";
import { type PostProcessor, readPostProcessor } from "./post-processors.js";
import { type PreTokenizer, readPreTokenizer } from "./pre-tokenizers.js";

/** Options of a tokenizer's `encode`. */
export interface EncodeOptions {
  /** Whether the tokens are added that the file's post-processor puts around a text, as Llama's <s>. Default: true. */
  readonly addSpecialTokens?: boolean;
}

/** Options of a tokenizer's `decode`. */
export interface DecodeOptions {
  /** Whether special tokens, as <s>, are left out of the text. Default: true. */
  readonly skipSpecialTokens?: boolean;
}

const flag: Kind = {
  what: "true or false",
  hint: "pass a plain boolean",
  accepts: (value) => typeof value === "boolean",
};

/** Ids are an array or a typed array. */
function checkIds(ids: ArrayLike<number>): void {
  if (Array.isArray(ids) || (ArrayBuffer.isView(ids) && "length" in ids)) return;
  throw new ArgumentError("decode: ids must be a list of numbers", {
    got: ids === null ? "null" : typeof ids,
    hint: "pass an array or a typed array",
  });
}

/** Text as ids and back, as a `tokenizer.json` of Hugging Face's describes it. */
export abstract class Tokenizer {
  readonly #file: string;
  readonly #normalize: Normalizer;
  readonly #preTokenize: PreTokenizer;
  readonly #model: Model;
  readonly #postProcess: PostProcessor;
  readonly #decode: Decoder;
  readonly #special: ReadonlySet<number>;
  readonly #raw: AddedTokenFinder;
  readonly #normalized: AddedTokenFinder;

  /** @throws CheckpointError for a file that is damaged, or has a part of a kind that is not supported (named) */
  protected constructor(file: unknown, type: keyof typeof modelKinds) {
    this.#file = fileText(file);
    const json = new JsonObject(JSON.parse(this.#file), "the file");
    for (const name of ["truncation", "padding"]) {
      if ((json.get(name) ?? null) !== null) fail(`${name} is not supported`, json.get(name), "set it to null");
    }
    this.#model = readModel(new JsonObject(json.get("model"), "model"), type);
    const added = readAddedTokens(json, this.#model.vocabulary);
    this.#normalize = readNormalizer(json.get("normalizer"));
    this.#preTokenize = readPreTokenizer(json.get("pre_tokenizer"));
    this.#postProcess = readPostProcessor(json.get("post_processor"), this.#model.vocabulary);
    this.#decode = readDecoder(json.get("decoder"));
    this.#special = new Set(added.filter(({ special }) => special).map(({ id }) => id));
    const none: Normalizer = (text) => text;
    this.#raw = new AddedTokenFinder(
      added.filter(({ normalized }) => !normalized),
      none,
    );
    this.#normalized = new AddedTokenFinder(
      added.filter(({ normalized }) => normalized),
      this.#normalize,
    );
  }

  /** One more than the largest id: the rows of a model's embedding. */
  get vocabSize(): number {
    return this.#model.vocabulary.size;
  }

  /** The id of a token as the file writes it ("Ġthe", "</s>"); `undefined` where there is none. */
  idOf(token: string): number | undefined {
    return this.#model.vocabulary.idOf(token);
  }

  /** The token of an id as the file writes it. @throws ValueError where no token has the id */
  tokenOf(id: number): string {
    return this.#model.vocabulary.tokenOf(id);
  }

  /**
   * The ids of a text. Added tokens in the text become their ids; lone surrogates are read as U+FFFD, as UTF-8 does.
   * @throws ValueError for a character without a token, where the file names no token for what is unknown
   */
  encode(text: string, options: EncodeOptions = {}): number[] {
    checkOptions("encode", options, { addSpecialTokens: flag });
    if (typeof text !== "string") {
      throw new ArgumentError("encode: the text must be a string", {
        got: text === null ? "null" : typeof text,
        hint: "for several texts encode each",
      });
    }
    const ids: number[] = [];
    let first = true;
    for (const part of this.#parts(text)) {
      if (typeof part === "number") ids.push(part);
      else for (const piece of this.#preTokenize(part, first)) for (const id of this.#model.encode(piece)) ids.push(id);
      first = false;
    }
    return options.addSpecialTokens === false ? ids : this.#postProcess(ids);
  }

  #parts(text: string): (string | number)[] {
    const wellFormed = text.replace(/\p{Surrogate}/gu, "\uFFFD");
    return this.#raw
      .split(wellFormed)
      .flatMap((part) => (typeof part === "number" ? [part] : this.#normalized.split(this.#normalize(part))));
  }

  /**
   * The text of ids.
   * @throws ValueError for an id that no token has
   */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    checkOptions("decode", options, { skipSpecialTokens: flag });
    checkIds(ids);
    const tokens: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const token = this.tokenOf(ids[i]!);
      if (options.skipSpecialTokens === false || !this.#special.has(ids[i]!)) tokens.push(token);
    }
    return this.#decode(tokens).join("");
  }

  /** The object of a `tokenizer.json`, which Hugging Face reads; `JSON.stringify` of a tokenizer gives its text. */
  toJSON(): Record<string, unknown> {
    return JSON.parse(this.#file);
  }
}
