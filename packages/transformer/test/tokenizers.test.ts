import { describe, expect, test } from "@jest/globals";
import { Generator, randint } from "@typegrad/autograd";
import { BPETokenizer, CharTokenizer, WordTokenizer } from "../src/index.js";

const hard = [
  "",
  " ",
  "  two  spaces  ",
  "line\r\n\n\tline",
  "don't I'LL 12345 3.14",
  "naïve — “quoted” 今天 👩‍👩‍👧 e\u0301",
  "\uFEFFmark \u0085 \u00a0 \u3000",
  "\0\x7f\u{10ffff}",
  "__proto__ constructor",
];
const broken = "a\uD800b\uDC00\uD83D";

const text = "the cat sat on the mat, the other cat didn't sit there; 12 cats sat on 123 mats. Äpfel, Äpfel!";
const bpe = BPETokenizer.train([text], { vocabSize: 300 });

/** Texts of few different letters, so that pairs overlap and counts are equal. */
function randomTexts(seed: number, count: number, letters: string): string[] {
  const generator = new Generator(seed);
  const draw = (below: number): number => randint(below, [1], { generator }).item();
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + draw(40) }, () => letters[draw(letters.length)]).join(""),
  );
}

type Merge = readonly [string, string];
const mergesOf = (tokenizer: BPETokenizer): readonly Merge[] =>
  (tokenizer.toJSON().model as { merges: readonly Merge[] }).merges;

function join(word: readonly string[], [a, b]: Merge): string[] {
  const joined: string[] = [];
  for (let i = 0; i < word.length; i++) {
    const found = word[i] === a && word[i + 1] === b;
    joined.push(found ? a + b : word[i]!);
    if (found) i++;
  }
  return joined;
}

/** By its definition: the first merge that is found in the word, wherever it is. */
function mergePlainly(text: string, merges: readonly Merge[]): string[] {
  let word = Array.from(text);
  for (;;) {
    const merge = merges.find(([a, b]) => word.some((token, i) => token === a && word[i + 1] === b));
    if (merge === undefined) return word;
    word = join(word, merge);
  }
}

/** By its definition: counts every pair anew for each merge. */
function learnPlainly(words: readonly string[], merges: number, idOf: (token: string) => number): Merge[] {
  const learned: Merge[] = [];
  let split = words.map((word) => Array.from(word));
  while (learned.length < merges) {
    const counts = new Map<string, { pair: Merge; count: number }>();
    for (const word of split) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair: Merge = [word[i]!, word[i + 1]!];
        const key = pair.join(" ");
        counts.set(key, { pair, count: (counts.get(key)?.count ?? 0) + 1 });
      }
    }
    const [best] = [...counts.values()].sort(
      (x, y) => y.count - x.count || idOf(x.pair[0]) - idOf(y.pair[0]) || idOf(x.pair[1]) - idOf(y.pair[1]),
    );
    if (best === undefined) break;
    learned.push(best.pair);
    split = split.map((word) => join(word, best.pair));
  }
  return learned;
}

describe("BPETokenizer", () => {
  test.each(hard)("writes and reads back %j", (sample) => {
    expect(bpe.decode(bpe.encode(sample))).toBe(sample);
  });

  test("reads lone surrogates as U+FFFD", () => {
    expect(bpe.decode(bpe.encode(broken))).toBe("a\uFFFDb\uFFFD\uFFFD");
  });

  test("learns the merges that counting every pair anew finds, ties included", () => {
    for (const seed of [1, 2, 3, 4]) {
      const texts = randomTexts(seed, 30, "aab");
      const tokenizer = BPETokenizer.train(texts, { vocabSize: 340, specialTokens: [] });
      const learned = mergesOf(tokenizer);
      expect(learned).toEqual(learnPlainly(texts, learned.length, (token) => tokenizer.idOf(token)!));
      expect(learned.length).toBeGreaterThanOrEqual(84);
    }
  });

  test("joins the pair of the lowest rank, again and again", () => {
    const tokenizer = BPETokenizer.train(randomTexts(5, 50, "abc"), { vocabSize: 330 });
    for (const word of randomTexts(6, 100, "abc")) {
      const tokens = tokenizer.encode(word).map((id) => tokenizer.tokenOf(id));
      expect(tokens).toEqual(mergePlainly(word, mergesOf(tokenizer)));
    }
  });

  test("cuts where GPT-2 does: no token reaches over a word, a number or a contraction", () => {
    const tokens = (sample: string): string[] => bpe.encode(sample).map((id) => bpe.tokenOf(id));
    expect(tokens("the cat")).toEqual(["the", "Ġcat"]);
    expect(tokens("the  cat").slice(1)).toEqual(["Ġ", "Ġcat"]);
    expect(tokens("cat\u0085the").at(-1)).toBe("the");
  });

  test("stops where no pair is left, and begins with the 256 bytes", () => {
    const tokenizer = BPETokenizer.train("aaaa", { vocabSize: 1000 });
    expect(mergesOf(tokenizer)).toEqual([
      ["a", "a"],
      ["aa", "aa"],
    ]);
    expect(tokenizer.vocabSize).toBe(259);
    expect([tokenizer.tokenOf(0), tokenizer.tokenOf(188), tokenizer.tokenOf(258)]).toEqual(["!", "Ā", "<|endoftext|>"]);
    expect(mergesOf(BPETokenizer.train("ab ab", { vocabSize: 300, minFrequency: 3 }))).toEqual([]);
  });

  test("knows a special token in the text, and leaves it out when it decodes", () => {
    const ids = bpe.encode("the<|endoftext|>cat");
    expect(ids).toContain(bpe.vocabSize - 1);
    expect(bpe.decode(ids)).toBe("thecat");
    expect(bpe.decode(ids, { skipSpecialTokens: false })).toBe("the<|endoftext|>cat");
  });

  test("is what its file says, and does not write to it", () => {
    const file = bpe.toJSON();
    const copy = JSON.stringify(file);
    const again = BPETokenizer.fromJSON(file);
    expect(again.encode(text)).toEqual(bpe.encode(text));
    expect(JSON.stringify(again)).toBe(copy);
    (file.model as { vocab: object }).vocab = {};
    expect(again.encode(text)).toEqual(bpe.encode(text));
    expect(BPETokenizer.fromJSON(copy).encode(text)).toEqual(bpe.encode(text));
  });

  test("reads vocab.json and merges.txt", () => {
    const { vocab, merges } = bpe.toJSON().model as { vocab: object; merges: readonly Merge[] };
    const lines = ["#version: 0.2", ...merges.map((merge) => merge.join(" ")), ""].join("\n");
    const read = BPETokenizer.fromVocabAndMerges(JSON.stringify(vocab), lines);
    expect(read.encode(`${text}<|endoftext|>`)).toEqual(bpe.encode(`${text}<|endoftext|>`));
  });
});

describe("CharTokenizer", () => {
  const tokenizer = CharTokenizer.train([...hard, text]);

  test.each(hard)("writes and reads back %j", (sample) => {
    expect(tokenizer.decode(tokenizer.encode(sample))).toBe(sample);
    expect(tokenizer.encode(sample)).toHaveLength(Array.from(sample).length);
  });

  test("has the characters in order, and U+FFFD for all others", () => {
    const few = CharTokenizer.train(["cab", "\u{1F600}"], { specialTokens: ["<s>"] });
    expect(Array.from({ length: few.vocabSize }, (_, id) => few.tokenOf(id))).toEqual([
      "<s>",
      "a",
      "b",
      "c",
      "\uFFFD",
      "\u{1F600}",
    ]);
    expect(few.encode(`<s>ax${broken[1]}`)).toEqual([0, 1, 4, 4]);
    expect(CharTokenizer.fromJSON(JSON.stringify(few)).encode("cab")).toEqual([3, 1, 2]);
  });

  test("keeps the most frequent characters", () => {
    const few = CharTokenizer.train("zzyyx", { vocabSize: 3 });
    expect(few.decode(few.encode("xyz"))).toBe("\uFFFDyz");
  });
});

describe("WordTokenizer", () => {
  const tokenizer = WordTokenizer.train([text], { specialTokens: ["<pad>", "<s>", "</s>", "<unk>"] });

  test("has the words by frequency, then in order", () => {
    const tokens = Array.from({ length: 10 }, (_, id) => tokenizer.tokenOf(id));
    expect(tokens).toEqual(["<pad>", "<s>", "</s>", "<unk>", "the", ",", "cat", "on", "sat", "Äpfel"]);
    expect(WordTokenizer.train("b a a").encode("a b c")).toEqual([1, 2, 0]);
  });

  test("writes a space before words, none inside brackets or before a closing sign", () => {
    const words = WordTokenizer.train("Well, (so to say) it's a three-part thing [really]!");
    for (const sample of ["Well, (so to say) it's a three-part thing [really]!", "so (so) so!", ""]) {
      expect(words.decode(words.encode(sample))).toBe(sample);
    }
    expect(words.decode(words.encode("so new"))).toBe("so <unk>");
  });

  test("reads its own file", () => {
    expect(WordTokenizer.fromJSON(tokenizer.toJSON()).encode(text)).toEqual(tokenizer.encode(text));
  });
});

test("any string has ids and a text", () => {
  for (const tokenizer of [bpe, CharTokenizer.train(text), WordTokenizer.train(text)]) {
    for (const sample of [...hard, broken]) {
      const ids = tokenizer.encode(sample);
      expect(ids.every((id) => id >= 0 && id < tokenizer.vocabSize)).toBe(true);
      expect(tokenizer.decode(Int32Array.from(ids))).toBe(tokenizer.decode(ids));
    }
  }
});
