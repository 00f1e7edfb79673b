import { describe, expect, test } from "@jest/globals";
import { Generator, randint, TypegradError } from "@typegrad/autograd";
import { BPETokenizer, CharTokenizer, WordTokenizer } from "../src/index.js";
import { llamaLike } from "./llama-like.js";

const bpe = BPETokenizer.train("the cat sat", { vocabSize: 262 });
type File = Record<string, unknown>;
const reading = (change: object) => () => BPETokenizer.fromJSON({ ...llamaLike(), ...change });
const model = (change: object) => reading({ model: { ...(llamaLike().model as object), ...change } });
const any = (value: unknown): never => value as never;
const vocab = { ...(llamaLike().model as { vocab: File }).vocab };
let deep: object = { type: "NFC" };
for (let i = 0; i < 20; i++) deep = { type: "Sequence", normalizers: [deep] };
const cyclic: File = {};
cyclic.self = cyclic;
const replace = (pattern: object): object => ({ type: "Replace", pattern, content: "x" });
const template = (single: object[], special_tokens: object): object => ({
  post_processor: { type: "TemplateProcessing", single, special_tokens },
});
const gpt2Vocab = (bpe.toJSON().model as { vocab: File }).vocab;

const rows: readonly (readonly [problem: string, run: () => unknown])[] = [
  ["ValueError: decode: no token has this id", () => bpe.decode([0, 262])],
  ["ValueError: decode: no token has this id", () => bpe.decode([-1])],
  ["ValueError: decode: no token has this id", () => bpe.decode([0.5])],
  ["ValueError: decode: no token has this id", () => bpe.decode(any(["1"]))],
  ["ArgumentError: decode: ids must be a list", () => bpe.decode(any(3))],
  ["ArgumentError: decode: ids must be a list", () => bpe.decode(any(null))],
  ["ArgumentError: encode: the text must be a string", () => bpe.encode(any(["a"]))],
  ['OptionError: encode: unknown option "add"', () => bpe.encode("", any({ add: true }))],
  ['OptionError: decode: option "skipSpecialTokens"', () => bpe.decode([], any({ skipSpecialTokens: 1 }))],
  ["OptionError: BPETokenizer.train: vocabSize is too small", () => BPETokenizer.train("a", { vocabSize: 256 })],
  ["OptionError: BPETokenizer.train: vocabSize is too small", () => BPETokenizer.train("a", any({}))],
  ['OptionError: BPETokenizer.train: option "vocabSize"', () => BPETokenizer.train("a", { vocabSize: 2.5 })],
  ['OptionError: CharTokenizer.train: option "specialTokens"', () => CharTokenizer.train("a", { specialTokens: [""] })],
  [
    "OptionError: CharTokenizer.train: vocabSize is too small",
    () => CharTokenizer.train("a", { vocabSize: 1, specialTokens: ["<s>"] }),
  ],
  [
    "OptionError: WordTokenizer.train: vocabSize is too small",
    () => WordTokenizer.train("a", { vocabSize: 1, specialTokens: ["<s>"] }),
  ],
  ["ArgumentError: WordTokenizer.train: the texts must be strings", () => WordTokenizer.train(any([1]))],
  ["ArgumentError: WordTokenizer.train: the texts must be strings", () => WordTokenizer.train(any(1))],
  [
    "OptionError: BPETokenizer.train: a special token is a token of the text as well",
    () => BPETokenizer.train("aa", { vocabSize: 300, specialTokens: ["aa"] }),
  ],
  ["CheckpointError: tokenizer.json: it is not JSON", () => BPETokenizer.fromJSON("{")],
  ["CheckpointError: tokenizer.json: it is not JSON", () => BPETokenizer.fromJSON(undefined)],
  ["CheckpointError: tokenizer.json: it is not JSON", () => BPETokenizer.fromJSON(cyclic)],
  ["CheckpointError: tokenizer.json: the file must be an object", () => BPETokenizer.fromJSON([])],
  ["CheckpointError: tokenizer.json: model must be an object", () => BPETokenizer.fromJSON({})],
  ["CheckpointError: tokenizer.json: this kind of model is not supported", model({ type: "Unigram" })],
  ["CheckpointError: tokenizer.json: this kind of model is not supported", () => WordTokenizer.fromJSON(bpe.toJSON())],
  ['this kind of normalizer is not supported\ngot: "Precompiled"', reading({ normalizer: { type: "Precompiled" } })],
  ['this kind of pre_tokenizer is not supported\ngot: "Bert', reading({ pre_tokenizer: { type: "BertPreTokenizer" } })],
  ["this kind of post_processor is not supported", reading({ post_processor: { type: "constructor" } })],
  ["this kind of decoder is not supported", reading({ decoder: { type: "CTC" } })],
  ["truncation is not supported", reading({ truncation: { max_length: 8 } })],
  ["padding is not supported", reading({ padding: {} })],
  ["objects lie too deep in each other", reading({ normalizer: deep })],
  [
    "this regular expression of normalizer.pattern is not supported",
    reading({ normalizer: replace({ Regex: "(a+)+$" }) }),
  ],
  ["normalizer with a regular expression is not supported", reading({ normalizer: replace({ Regex: "[\\s\\S]" }) })],
  ["normalizer.pattern.String must not be empty", reading({ normalizer: replace({ String: "" }) })],
  ["normalizer.content must be a text", reading({ normalizer: { type: "Replace", pattern: { String: "a" } } })],
  ["normalizer.strip_left must be true or false", reading({ normalizer: { type: "Strip", strip_left: 1 } })],
  [
    "this behavior of pre_tokenizer is not supported",
    reading({ pre_tokenizer: { type: "Split", pattern: { String: "a" }, behavior: "Contiguous" } }),
  ],
  ["pre_tokenizer.replacement must not be empty", reading({ pre_tokenizer: { type: "Metaspace", replacement: "" } })],
  ["decoder.replacement must not be empty", reading({ decoder: { type: "Metaspace", replacement: "" } })],
  [
    "this prepend_scheme of pre_tokenizer is not supported",
    reading({ pre_tokenizer: { type: "Metaspace", prepend_scheme: "last" } }),
  ],
  ["decoder.start must be a whole number", reading({ decoder: { type: "Strip", content: " ", start: -1, stop: 0 } })],
  ["decoder.decoders must be a list", reading({ decoder: { type: "Sequence" } })],
  [
    "an id of post_processor.special_tokens.<s> is not in",
    reading(template([{ SpecialToken: { id: "<s>" } }], { "<s>": { ids: [999] } })),
  ],
  ["must be the sequence A", reading(template([{ Sequence: { id: "B" } }], {}))],
  ["post_processor.special_tokens.<x> must be an object", reading(template([{ SpecialToken: { id: "<x>" } }], {}))],
  ["added_tokens[0].content must not be empty", reading({ added_tokens: [{ id: 300, content: "" }] })],
  ["one id is that of two tokens", reading({ added_tokens: [{ id: 1, content: "<x>" }] })],
  ["one token has two ids", reading({ added_tokens: [{ id: 300, content: "<s>" }] })],
  ['the id of "a" must be a whole number', model({ vocab: { ...vocab, a: 1.5 } })],
  ['the id of "a" must be a whole number', model({ vocab: { ...vocab, a: 2 ** 26 } })],
  ['the merge ["a","zz"] refers to an unknown token\ngot: "zz"', model({ merges: [["a", "zz"]] })],
  ['the merge "a c" refers to an unknown token\ngot: "ac"', model({ merges: ["a c"] })],
  ["a merge must be a pair of tokens", model({ merges: ["a b c"] })],
  ["a merge must be a pair of tokens", model({ merges: [["a", 1]] })],
  ["model.unk_token is not in the vocabulary", model({ unk_token: "<none>" })],
  ["dropout of merges is not supported", model({ dropout: 0.1 })],
  ["model.end_of_word_suffix is not supported", model({ end_of_word_suffix: "</w>" })],
  [
    "ValueError: encode: the vocabulary has no token for a part of the text",
    () => model({ unk_token: null, byte_fallback: false })().encode("x"),
  ],
  ["vocab.json lacks a byte", () => BPETokenizer.fromVocabAndMerges({ a: 0 }, "")],
  ["vocab.json must be an object", () => BPETokenizer.fromVocabAndMerges([], "")],
  [
    "vocab.json.<x> must be a whole number",
    () => BPETokenizer.fromVocabAndMerges(gpt2Vocab, "", { specialTokens: ["<x>"] }),
  ],
  ["merges must be a text", () => BPETokenizer.fromVocabAndMerges(gpt2Vocab, any([]))],
  ["a merge must be a pair of tokens", () => BPETokenizer.fromVocabAndMerges(gpt2Vocab, "a")],
];

test.each(rows)("%s", (problem, run) => {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TypegradError);
  expect(String(thrown)).toContain(problem);
  expect(String(thrown).split("\n")).toHaveLength(3);
});

describe("a damaged file is refused, or is a tokenizer that works:", () => {
  const files = { bpe: bpe.toJSON(), llama: llamaLike(), words: WordTokenizer.train("a b a, c").toJSON() };
  const classes = { bpe: BPETokenizer, llama: BPETokenizer, words: WordTokenizer };
  const values: readonly unknown[] = [
    null,
    true,
    -1,
    0,
    7,
    1e9,
    0.5,
    "",
    " ",
    "a",
    "▁",
    "BPE",
    "Sequence",
    [],
    [[]],
    {},
  ];

  /** Changes a node of the tree, chosen by a walk from its root; what it puts there is a value, or another node. */
  function change(root: object, draw: (below: number) => number): void {
    let node = root as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(node);
      if (keys.length === 0) return;
      const key = keys[draw(keys.length)]!;
      const child = node[key];
      if (typeof child === "object" && child !== null && draw(6) > 0) {
        node = child as Record<string, unknown>;
        continue;
      }
      const choice = draw(4);
      if (choice === 0) delete node[key];
      else if (choice === 1) node[keys[draw(keys.length)]!] = structuredClone(child);
      else node[key] = structuredClone(values[draw(values.length)]);
      return;
    }
  }

  function damaged(file: object, draw: (below: number) => number): unknown {
    if (draw(3) === 0) {
      const json = JSON.stringify(file);
      const at = draw(json.length);
      return json.slice(0, at) + ['"', "}", "1", ",", ""][draw(5)]! + json.slice(at + draw(3));
    }
    const copy = structuredClone(file);
    for (let n = 1 + draw(3); n > 0; n--) change(copy, draw);
    return copy;
  }

  // As many as a test may take; set for longer runs.
  const count = Number(process.env.TOKENIZER_MUTANTS ?? 600);

  test.each(["bpe", "llama", "words"] as const)("%s", (name) => {
    const generator = new Generator(11);
    const draw = (below: number): number => randint(below, [1], { generator }).item();
    let [read, refused] = [0, 0];
    for (let i = 0; i < count / 3; i++) {
      try {
        const tokenizer = classes[name].fromJSON(damaged(files[name], draw));
        read++;
        const again = classes[name].fromJSON(JSON.stringify(tokenizer));
        for (const sample of ["the cat, ab", "é\uD800 <s>"]) {
          const ids = tokenizer.encode(sample);
          expect(ids.every((id) => id < tokenizer.vocabSize)).toBe(true);
          expect(again.decode(again.encode(sample))).toBe(tokenizer.decode(ids));
        }
      } catch (error) {
        if (!(error instanceof TypegradError)) throw error;
        expect(error.message.split("\n")).toHaveLength(3);
        refused++;
      }
    }
    expect(read).toBeGreaterThan(count / 100);
    expect(refused).toBeGreaterThan(count / 100);
  });
});
