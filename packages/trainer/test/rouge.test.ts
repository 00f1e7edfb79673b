import { describe, expect, test } from "@jest/globals";
import { ArgumentError } from "@typegrad/autograd";
import { rouge } from "@typegrad/trainer";
import { porterStem } from "../src/metrics/porter-stemmer.js";

const score = (precision: number, recall: number) => ({
  precision: expect.closeTo(precision, 12),
  recall: expect.closeTo(recall, 12),
  fmeasure: expect.closeTo(precision === 0 ? 0 : (2 * precision * recall) / (precision + recall), 12),
});
const nothing = { precision: 0, recall: 0, fmeasure: 0 };

describe("rouge", () => {
  test("counts words, pairs of words and the longest common subsequence, by default", () => {
    expect(rouge("the cat was found", "a cat was found today")).toEqual({
      rouge1: score(3 / 4, 3 / 5),
      rouge2: score(2 / 3, 2 / 4),
      rougeL: score(3 / 4, 3 / 5),
      rougeLsum: score(3 / 4, 3 / 5),
    });
  });

  test("takes the order of words into account in rougeL alone: Lin's example", () => {
    const reference = "police killed the gunman";
    const types = ["rouge1", "rougeL"] as const;
    expect(rouge("police kill the gunman", reference, { types })).toEqual({
      rouge1: score(3 / 4, 3 / 4),
      rougeL: score(3 / 4, 3 / 4),
    });
    expect(rouge("the gunman kill police", reference, { types })).toEqual({
      rouge1: score(3 / 4, 3 / 4),
      rougeL: score(2 / 4, 2 / 4),
    });
  });

  test("unites over sentences in rougeLsum: Lin's w1 w2 w3 w5 of w1 … w5", () => {
    const { rougeLsum } = rouge("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5");
    expect(rougeLsum).toEqual(score(4 / 10, 4 / 5));
    // No word counts more often than the hypothesis has it.
    expect(rouge("a", "a b\na c").rougeLsum).toEqual(score(1, 1 / 4));
    expect(rouge("a\n\nb", "\nb\na").rougeLsum).toEqual(score(1, 1));
  });

  test("knows small letters and digits alone; what it is not given has no share", () => {
    expect(rouge("The CAT-2!", "the cat 2").rouge1).toEqual(score(1, 1));
    for (const [hypothesis, reference] of [
      ["", "a"],
      ["a", ""],
      ["", ""],
      ["。", "。"],
      ["\n", "\n"],
    ] as const) {
      expect(Object.values(rouge(hypothesis, reference))).toEqual([nothing, nothing, nothing, nothing]);
    }
    expect(rouge("a b", "a b", { types: ["rouge3"] })).toEqual({ rouge3: nothing });
  });

  test("compares stems of words over three letters when asked", () => {
    const texts = ["dogs were running, his ties", "dog is run, hi tie"] as const;
    expect(rouge(...texts, { types: ["rouge1"] }).rouge1).toEqual(nothing);
    // dogs, running and ties; "his" has three letters and stays.
    expect(rouge(...texts, { types: ["rouge1"], stemmer: true }).rouge1).toEqual(score(3 / 5, 3 / 5));
  });

  test("refuses what is no text", () => {
    expect(() => rouge(["a"] as never, "a")).toThrow(ArgumentError);
    expect(() => rouge(["a"] as never, "a")).toThrow("rouge: hypothesis must be a string\ngot: a list\nhint: ");
    expect(() => rouge("a", undefined as never)).toThrow("rouge: reference must be a string\ngot: undefined\nhint: ");
  });
});

describe("the stems of Porter's paper", () => {
  // The paper's own examples, taken through all of its steps.
  test.each([
    ["1a", "caresses caress ponies poni caress caress cats cat"],
    ["1b", "feed feed agreed agre plastered plaster bled bled motoring motor sing sing"],
    ["1b, then", "conflated conflat troubled troubl sized size hopping hop tanned tan falling fall hissing hiss"],
    ["1b, at last", "fizzed fizz failing fail filing file"],
    ["1c", "happy happi sky sky"],
    ["2", "relational relat conditional condit rational ration valenci valenc hesitanci hesit digitizer digit"],
    ["2, -li", "conformabli conform radicalli radic differentli differ vileli vile analogousli analog"],
    ["2, nouns", "vietnamization vietnam predication predic operator oper feudalism feudal decisiveness decis"],
    ["2, more", "hopefulness hope callousness callous formaliti formal sensitiviti sensit sensibiliti sensibl"],
    ["3", "triplicate triplic formative form formalize formal electriciti electr electrical electr hopeful hope"],
    ["3, -ness", "goodness good"],
    ["4", "revival reviv allowance allow inference infer airliner airlin gyroscopic gyroscop adjustable adjust"],
    ["4, more", "defensible defens irritant irrit replacement replac adjustment adjust dependent depend"],
    ["4, the rest", "adoption adopt communism commun activate activ angulariti angular homologous homolog"],
    ["4, last", "effective effect bowdlerize bowdler"],
    ["5", "probate probat rate rate cease ceas controll control roll roll"],
    ["all at once", "generalizations gener oscillators oscil"],
  ])("step %s", (_, pairs) => {
    const words = pairs.split(" ");
    for (let i = 0; i < words.length; i += 2)
      expect([words[i], porterStem(words[i]!)]).toEqual([words[i], words[i + 1]]);
  });

  test("and what NLTK's default mode has changed", () => {
    const pairs = {
      ...{ skies: "sky", dying: "die", lying: "lie", tying: "tie", news: "news", innings: "inning", howe: "howe" },
      ...{ proceed: "proceed", exceed: "exceed", succeed: "succeed", outings: "outing", cannings: "canning" },
      ...{ ties: "tie", died: "die", spied: "spi", flies: "fli", enjoy: "enjoy", by: "by", fly: "fli" },
      ...{ nationally: "nation", thankfully: "thank", geology: "geolog", theology: "theolog", as: "as" },
    };
    for (const [word, stem] of Object.entries(pairs)) expect([word, porterStem(word)]).toEqual([word, stem]);
  });

  test("take a word of many y", () => {
    expect(porterStem("y".repeat(1e5)).length).toBe(1e5);
  });
});
