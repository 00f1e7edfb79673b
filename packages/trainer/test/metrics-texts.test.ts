import { describe, expect, test } from "@jest/globals";
import { ArgumentError, OptionError, ShapeError, ValueError } from "@typegrad/autograd";
import { bleu, chrf, rouge } from "@typegrad/trainer";
import { tokenizers } from "../src/metrics/tokenizers.js";

describe("bleu", () => {
  const cat = ["the cat is on the mat"];

  test("multiplies precisions: 5/6, 3/5, 1/4 and, smoothed, 1/2 of 1/3", () => {
    const { score, precisions, counts, totals, ...rest } = bleu(["the cat sat on the mat"], [cat]);
    expect([counts, totals]).toEqual([
      [5, 3, 1, 0],
      [6, 5, 4, 3],
    ]);
    expect(precisions).toEqual([500 / 6, 60, 25, 100 / 6].map((value) => expect.closeTo(value, 10)));
    expect(score).toBeCloseTo(100 / Math.sqrt(Math.sqrt(48)), 10);
    expect(rest).toEqual({
      brevityPenalty: 1,
      hypothesisLength: 6,
      referenceLength: 6,
      signature: "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0",
    });
  });

  test("counts a word as often as the reference with most of it: the paper's example, 2/7", () => {
    const references = [...cat, "there is a cat on the mat"];
    const got = bleu(["the the the the the the the"], [references], { maxOrder: 1, smooth: "none" });
    expect([got.counts, got.totals, got.score]).toEqual([[2], [7], expect.closeTo(200 / 7, 10)]);
  });

  test("punishes what is too short, by the reference nearest in length, of two the shorter", () => {
    const short = bleu(["a b c d"], [["a b c d e f"]]);
    expect([short.brevityPenalty, short.score]).toEqual([
      expect.closeTo(0.6065306597126334, 12),
      expect.closeTo(60.65306597126334, 10),
    ]);
    expect(bleu(["a b c d"], [["a b c d e", "a b c"]]).referenceLength).toBe(3);
  });

  test("adds sentences up before it divides, also where they have different numbers of references", () => {
    const got = bleu(
      ["a b", "c"],
      [
        ["a b", ""],
        ["d", "c"],
      ],
      { maxOrder: 1, lowercase: true },
    );
    expect([got.score, got.counts, got.totals]).toEqual([expect.closeTo(100, 10), [3], [3]]);
    expect(got.signature).toBe("nrefs:var|case:lc|eff:no|tok:13a|smooth:exp|version:2.6.0");
  });

  test.each([
    ["none", undefined, 0, [2, 0], "none"],
    ["floor", undefined, Math.sqrt((2 / 3) * (0.1 / 2)), [2, 0], "floor[0.10]"],
    ["floor", 0.5, Math.sqrt((2 / 3) * (0.5 / 2)), [2, 0], "floor[0.50]"],
    ["add-k", undefined, Math.sqrt((2 / 3) * (1 / 3)), [2, 1], "add-k[1.00]"],
    ["add-k", 2, Math.sqrt((2 / 3) * (2 / 4)), [2, 2], "add-k[2.00]"],
    ["exp", null, Math.sqrt((2 / 3) * (0.5 / 2)), [2, 0], "exp"],
  ] as const)("smooths by %s with %s", (smooth, smoothValue, expected, counts, name) => {
    const options = { smooth, ...(smoothValue === undefined ? {} : { smoothValue }), maxOrder: 2 };
    const got = bleu(["a x b"], [["a y b"]], options);
    expect([got.score, got.counts]).toEqual([expect.closeTo(100 * expected, 10), counts]);
    expect(got.signature).toContain(`|smooth:${name}|`);
  });

  test("leaves out orders without an n-gram when asked: a single short sentence", () => {
    expect(bleu(["a b"], [["a b"]]).score).toBe(0);
    const { score, signature } = bleu(["a b"], [["a b"]], { effectiveOrder: true });
    expect([score, signature]).toEqual([expect.closeTo(100, 10), expect.stringContaining("eff:yes")]);
  });

  test("of nothing in common, and of an empty sentence, is 0", () => {
    expect(bleu(["a"], [["b"]], { effectiveOrder: true })).toMatchObject({ score: 0, precisions: [0, 0, 0, 0] });
    expect(bleu([""], [["b"]])).toMatchObject({ score: 0, brevityPenalty: 0, hypothesisLength: 0, referenceLength: 1 });
    expect(bleu([""], [[" "]])).toMatchObject({ score: 0, brevityPenalty: 1, referenceLength: 0 });
  });
});

describe("the tokens of BLEU", () => {
  test.each([
    ["13a", "“Don’t” 1,5-2.", ["“Don’t”", "1,5", "-", "2", "."]],
    ["13a", "a&amp;lt;b <skipped>c-\nd\ne", ["a", "<", "b", "cd", "e"]],
    ["13a", "", []],
    ["intl", "“Don’t” 1,5€ ۳٫۵ 。", ["“", "Don", "’", "t", "”", "1,5", "€", "۳٫۵", "。"]],
    ["intl", "in 1999.", ["in", "1999."]],
    ["char", "a 𝒳\tb", ["a", "𝒳", "b"]],
    ["none", " a,b\u0085c\u001cd\u3000e\ufefff", ["a,b", "c", "d", "e\ufefff"]],
  ] as const)("%s of %j", (name, text, tokens) => {
    expect(tokenizers[name](text)).toEqual(tokens);
  });

  test("do not see white space at the end", () => {
    // A point behind a digit stays with it, unless anything follows.
    const options = { tokenize: "intl", maxOrder: 1 } as const;
    expect(bleu(["in 1999. \u0085\n"], [["in 1999."]], options)).toMatchObject({ counts: [2], totals: [2] });
  });
});

describe("chrf", () => {
  test("is the F-score of the means over the orders: 2/3 and 0/2 for cat and cut", () => {
    // Precision and recall are (2/3 + 0/2) / 2 = 1/3.
    expect(chrf(["cat"], [["cut"]], { charOrder: 2 }).score).toBeCloseTo(100 / 3, 10);
  });

  test("weighs recall β² times as much", () => {
    // Precision 1, recall 1/2: F₂ = 5 · ½ / (4 + ½), F₁ = 2 · ½ / (1 + ½).
    const score = (beta: number) => chrf(["ab"], [["abcd"]], { charOrder: 1, beta }).score;
    expect([score(2), score(1)]).toEqual([expect.closeTo(500 / 9, 10), expect.closeTo(200 / 3, 10)]);
  });

  test("takes words in, whose signs stand alone: chrF++", () => {
    // Characters 3 of 4 and 3 of 3, words "hi", "x" of "hi", "!", "x".
    const { score, signature } = chrf(["hi! x"], [["hi x"]], { charOrder: 1, wordOrder: 1, beta: 1 });
    const [precision, recall] = [(3 / 4 + 2 / 3) / 2, 1];
    expect(score).toBeCloseTo((200 * precision * recall) / (precision + recall), 10);
    expect(signature).toBe("nrefs:1|case:mixed|eff:yes|nc:1|nw:1|space:no|version:2.6.0");
    // Of "(hi)" only the sign at the end stands alone, so that 1 of 2 words is one of the 3 of "(hi )".
    const [p, r] = [(1 + 1 / 2) / 2, (1 + 1 / 3) / 2];
    const hi = chrf(["(hi)"], [["(hi )"]], { charOrder: 1, wordOrder: 1, beta: 1 });
    expect(hi.score).toBeCloseTo((200 * p * r) / (p + r), 10);
    expect(chrf(["«hi ,so"], [["«hi , so"]], { wordOrder: 2 }).score).toBe(100);
  });

  test("counts characters, not halves of them, and white space when asked", () => {
    expect(chrf(["𝒳"], [["𝒴"]]).score).toBe(0);
    expect(chrf(["a b"], [["ab"]]).score).toBe(100);
    expect(chrf(["a b"], [["ab"]], { whitespace: true }).score).toBeLessThan(100);
    expect(chrf(["AB"], [["ab"]], { lowercase: true }).score).toBe(100);
  });

  test("takes the reference that a sentence scores best with, and leaves out orders it is too short for", () => {
    expect(chrf(["cat"], [["dog", "", "cat", "cats"]]).score).toBe(100);
    // The 2-grams of "ab" do not count against a reference of one letter.
    expect(chrf(["ab"], [["a"]], { charOrder: 2, beta: 1 }).score).toBeCloseTo(200 / 3, 10);
    expect([chrf([""], [["a"]]).score, chrf(["a"], [[" "]]).score]).toEqual([0, 0]);
  });
});

describe.each([
  ["bleu", bleu],
  ["chrf", chrf],
])("%s refuses", (name, metric) => {
  test.each([
    ["no hypotheses", [[], []], ValueError, "hypotheses must not be empty\ngot: []"],
    ["no references", [["a"], []], ValueError, "references must not be empty\ngot: []"],
    ["unequal lengths", [["a"], [["b"], ["c"]]], ShapeError, "references\ngot: 1 hypotheses, 2 lists of references"],
    ["a hypothesis alone", ["a", [["b"]]], ArgumentError, "hypotheses must be a list\ngot: string"],
    ["flat references", [["a"], ["b"]], ArgumentError, "references[0] must be a list\ngot: string"],
    ["a sentence without references", [["a"], [[]]], ValueError, "references[0] must not be empty\ngot: []"],
    ["empty references", [["a"], [["", ""]]], ValueError, "references[0] has nothing but empty strings\ngot: 2 empty"],
    ["words", [[["a"]], [["b"]]], ArgumentError, "hypotheses[0] must be a string\ngot: a list"],
    ["ids", [["a"], [[7]]], ArgumentError, "references[0][0] must be a string\ngot: number"],
    [
      "a hole",
      [
        ["a", "b"],
        [["a"], new Array(1)],
      ],
      ArgumentError,
      "references[1][0] must be a string\ngot: undefined",
    ],
    ["null", [null, [["a"]]], ArgumentError, "hypotheses must be a list\ngot: null"],
    ["an unknown option", [["a"], [["a"]], { order: 4 }], OptionError, 'unknown option "order"'],
    ["no options", [["a"], [["a"]], null], OptionError, "the options must be an object"],
    ["a flag of the wrong kind", [["a"], [["a"]], { lowercase: 1 }], OptionError, '"lowercase" must be true or false'],
  ] as const)("%s", (_, args, type, message) => {
    const call = () => (metric as (...args: readonly unknown[]) => unknown)(...args);
    expect(call).toThrow(type);
    expect(call).toThrow(new RegExp(`^${name}: [^\n]+\ngot: [^\n]+\nhint: [^\n]+$`));
    expect(call).toThrow(message);
  });
});

describe("values of options", () => {
  const bad = (options: object) => () => bleu(["a"], [["a"]], options);

  test("of bleu are checked", () => {
    expect(bad({ tokenize: "zh" })).toThrow('"tokenize" must be one of "13a", "intl", "char", "none"\ngot: "zh"');
    expect(bad({ tokenize: "toString" })).toThrow(OptionError);
    expect(bad({ smooth: "linear" })).toThrow('"smooth" must be one of "none", "floor", "add-k", "exp"\ngot: "linear"');
    expect(bad({ smooth: "floor", smoothValue: 0 })).toThrow('"smoothValue" must be a number above 0\ngot: 0');
    expect(bad({ smoothValue: 1 })).toThrow('bleu: smoothing "exp" has no value\ngot: smoothValue 1');
    expect(bad({ smooth: "none", smoothValue: 1 })).toThrow(OptionError);
    for (const maxOrder of [0, 1.5, 101, Number.NaN, "4"]) {
      expect(bad({ maxOrder })).toThrow('"maxOrder" must be a whole number from 1 to 100');
    }
  });

  test("of chrf are checked", () => {
    const bad = (options: object) => () => chrf(["a"], [["a"]], options);
    expect(bad({ charOrder: 0 })).toThrow('"charOrder" must be a whole number from 1 to 100\ngot: 0');
    expect(bad({ wordOrder: -1 })).toThrow('"wordOrder" must be a whole number from 0 to 100\ngot: -1');
    expect(bad({ beta: Number.POSITIVE_INFINITY })).toThrow('"beta" must be a number above 0\ngot: Infinity');
  });

  test("of rouge are checked", () => {
    const bad = (options: object) => () => rouge("a", "a", options);
    for (const types of [[], ["rouge0"], ["rouge10"], ["rougel"], "rouge1", [null]]) {
      expect(bad({ types })).toThrow('rouge: option "types" must be a list of types');
    }
    expect(bad({ stemmer: "porter" })).toThrow('rouge: option "stemmer" must be true or false\ngot: "porter"');
    expect(bad({ useStemmer: true })).toThrow('rouge: unknown option "useStemmer"');
  });
});
