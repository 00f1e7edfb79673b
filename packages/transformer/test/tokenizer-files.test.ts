import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { BPETokenizer, WordTokenizer } from "../src/index.js";
import { llamaLike } from "./llama-like.js";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");
const data = join(repository, "..", "shared", "data");
const read = (...path: string[]): string => readFileSync(join(data, ...path), "utf8");

/** A test of files that are no part of the project, skipped where they are not beside it. */
const testWith = (folder: string, name: string, run: () => void): void => {
  if (existsSync(join(data, folder))) test(name, run);
  else test.skip(`${name} (skipped: ../shared/data/${folder} is absent)`, run);
};

interface Encoding {
  readonly text: string;
  readonly ids: readonly number[];
}

describe("GPT-2's vocabulary", () => {
  testWith("gpt2-tokenizer", "gives its encodings, both ways, read from either form", () => {
    const { cases, long } = JSON.parse(read("gpt2-tokenizer", "encodings.json")) as Record<string, Encoding[]>;
    const merges = read("gpt2-tokenizer", "merges.txt");
    const tokenizers = [
      BPETokenizer.fromVocabAndMerges(read("gpt2-tokenizer", "vocab.json"), merges),
      BPETokenizer.fromJSON(gunzipSync(readFileSync(join(data, "gpt2-tokenizer", "tokenizer.json.gz"))).toString()),
    ];
    for (const tokenizer of tokenizers) {
      expect(tokenizer.vocabSize).toBe(50257);
      for (const { text, ids } of [...cases!, ...long!]) {
        expect(tokenizer.encode(text)).toEqual(ids);
        expect(tokenizer.decode(ids)).toBe(text);
      }
    }
  });

  testWith("gpt2-tokenizer", "encodes the whole of Tiny Shakespeare", () => {
    const { tinyshakespeare_full: expected } = JSON.parse(read("gpt2-tokenizer", "encodings.json"));
    const merges = read("gpt2-tokenizer", "merges.txt");
    const tokenizer = BPETokenizer.fromVocabAndMerges(read("gpt2-tokenizer", "vocab.json"), merges);
    const text = read("tinyshakespeare", "input.txt");
    const begin = process.cpuUsage();
    const ids = tokenizer.encode(text);
    const { user } = process.cpuUsage(begin);
    const bytes = new DataView(new ArrayBuffer(2 * ids.length));
    ids.forEach((id, i) => {
      bytes.setUint16(2 * i, id, true);
    });
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(expected.sha256_of_uint16le_ids);
    expect(ids).toHaveLength(expected.count);
    expect(tokenizer.decode(ids)).toBe(text);
    expect(user / 1e6).toBeLessThan(2);
  });
});

describe("a small Llama's vocabulary", () => {
  testWith("stories260K", "gives the ids of its prompt, and the text of its story", () => {
    const tokenizer = BPETokenizer.fromJSON(read("stories260K", "tokenizer.json"));
    const expected = JSON.parse(read("stories260K", "expected.json"));
    expect(tokenizer.encode(expected.prompt)).toEqual(expected.ids_with_bos);
    expect(tokenizer.encode(expected.prompt, { addSpecialTokens: false })).toEqual(expected.ids_with_bos.slice(1));
    expect(tokenizer.decode(expected.ids_with_bos)).toBe(expected.prompt);
    const story = tokenizer.decode(expected.greedy_ids_200_steps);
    expect(story.length).toBeGreaterThan(400);
    expect(expected.greedy_text_256_steps.startsWith(story)).toBe(true);
  });

  testWith("tinyshakespeare", "of our own training reads its text back", () => {
    const text = read("tinyshakespeare", "input.txt");
    const begin = process.cpuUsage();
    const tokenizer = BPETokenizer.train([text], { vocabSize: 256 + 8000 + 1 });
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(10);
    expect(tokenizer.vocabSize).toBe(8257);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });
});

describe("a file with byte fallback", () => {
  const tokenizer = BPETokenizer.fromJSON(llamaLike());

  test("merges pieces, writes others in bytes, begins with <s>", () => {
    expect(tokenizer.encode("ab abc")).toEqual([1, 264, 264, 262]);
    expect(tokenizer.encode("é", { addSpecialTokens: false })).toEqual([259, 3 + 0xc3, 3 + 0xa9]);
    expect(tokenizer.encode("")).toEqual([1]);
    expect(tokenizer.encode("a</s>", { addSpecialTokens: false })).toEqual([259, 260, 2]);
  });

  test.each(["ab abc", " ab  c", "", "naïve 今天 👩‍👩‍👧", "a\nb\tc", "\0"])("writes and reads back %j", (sample) => {
    expect(tokenizer.decode(tokenizer.encode(sample))).toBe(sample);
  });

  test("makes U+FFFD of each byte that is no text", () => {
    expect(tokenizer.decode([3 + 0xc3, 3 + 0x28, 260])).toBe("\uFFFD\uFFFDa");
  });

  test("reads Metaspace as the normalizers that do the same", () => {
    const { normalizer, ...file } = llamaLike();
    const meta = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false };
    const other = BPETokenizer.fromJSON({ ...file, pre_tokenizer: meta });
    for (const sample of ["ab abc", "c  a", "é"]) expect(other.encode(sample)).toEqual(tokenizer.encode(sample));
    expect(normalizer).toBeDefined();
    const decoded = BPETokenizer.fromJSON({ ...file, pre_tokenizer: meta, decoder: meta });
    expect(decoded.decode(decoded.encode("ab ab"))).toBe("ab ab");
  });
});

describe("added tokens", () => {
  const token = (content: string, id: number, flags: object) => ({ content, id, special: true, ...flags });
  const file = {
    ...llamaLike(),
    added_tokens: [
      token("<a>", 300, {}),
      token("<a><a>", 301, {}),
      token("<m>", 302, { lstrip: true, rstrip: true }),
      token("word", 303, { single_word: true }),
      token("b c", 304, { normalized: true, special: false }),
    ],
    normalizer: { type: "Replace", pattern: { String: " " }, content: "▁" },
    post_processor: null,
  };
  const tokenizer = BPETokenizer.fromJSON(file);

  test("the longest is found, spaces beside it are taken, parts of words are not", () => {
    expect(tokenizer.encode("<a><a><a>")).toEqual([301, 300]);
    expect(tokenizer.encode("a <m>  b")).toEqual([260, 302, 261]);
    expect(tokenizer.encode("a word")).toEqual([260, 259, 303]);
    expect(tokenizer.encode("words")).not.toContain(303);
    expect(tokenizer.encode("ab c")).toEqual([260, 304]);
    expect(tokenizer.vocabSize).toBe(305);
  });
});

test("words of a file with a pre-tokenizer of Hugging Face's", () => {
  const file = (pre_tokenizer: object): object => ({
    pre_tokenizer,
    model: { type: "WordLevel", vocab: { "?": 0, it: 1, "'": 2, s: 3, "it's": 4, "1": 5, "12": 6 }, unk_token: "?" },
  });
  const encode = (pre: object, text: string): number[] => WordTokenizer.fromJSON(file(pre)).encode(text);
  expect(encode({ type: "Whitespace" }, "it's")).toEqual([1, 2, 3]);
  expect(encode({ type: "WhitespaceSplit" }, "it's new")).toEqual([4, 0]);
  expect(encode({ type: "Digits", individual_digits: true }, "it11")).toEqual([1, 5, 5]);
  expect(encode({ type: "Digits", individual_digits: false }, "it12")).toEqual([1, 6]);
  const split = (behavior: string): object => ({ type: "Split", pattern: { String: "'" }, behavior, invert: false });
  expect(encode(split("Isolated"), "it's")).toEqual([1, 2, 3]);
  expect(encode(split("Removed"), "it's")).toEqual([1, 3]);
  const sequence = { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, split("Removed")] };
  expect(encode(sequence, "it's 12")).toEqual([1, 3, 6]);
});
