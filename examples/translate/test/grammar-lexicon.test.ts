import { describe, expect, test } from "@jest/globals";
import { countNounPhrases } from "../grammar/count.js";
import { english, german, sampleSentence, tokenize } from "../grammar/index.js";
import { adjectives } from "../grammar/lexicon-adjectives.js";
import { adverbs } from "../grammar/lexicon-adverbs.js";
import { modals } from "../grammar/lexicon-modals.js";
import type { Noun } from "../grammar/lexicon-nouns.js";
import { germanNoun, nouns } from "../grammar/lexicon-nouns.js";
import { contractions, prepositions } from "../grammar/lexicon-prepositions.js";
import { personalPronouns } from "../grammar/lexicon-pronouns.js";
import { germanFinite, verbs } from "../grammar/lexicon-verbs.js";
import { drawFrom } from "./grammar-draw.js";

const cases = ["nominative", "accusative", "dative", "genitive"] as const;

function noun(singular: string): Noun {
  const found = nouns.find(({ english: forms }) => forms.singular === singular);
  if (found === undefined) {
    throw new Error(`no noun "${singular}"`);
  }
  return found;
}

describe("the lexicon", () => {
  test("gives every English word form one meaning", () => {
    const lexemes = [
      ...nouns.map((entry) => Object.values(entry.english)),
      ...verbs.map((entry) => Object.values(entry.english)),
      ...[...adjectives, ...Object.values(adverbs), ...Object.values(personalPronouns)].map((entry) => [entry.english]),
    ].map((forms) => [...new Set(forms)]);
    expect(new Set(lexemes.flat()).size).toBe(lexemes.flat().length);
  });

  test("gives every meaning its own German word", () => {
    const words = [
      ...nouns.map((entry) => entry.german.singular),
      ...verbs.map((entry) => entry.german.infinitive),
      ...adjectives.map((entry) => entry.stem),
    ];
    expect(new Set(words).size).toBe(words.length);
  });

  test("is generated completely, every form of it", () => {
    const draw = drawFrom(4);
    const seen = new Set<string>();
    for (let round = 0; round < 20_000; round++) {
      const sentence = sampleSentence(draw);
      for (const token of [...tokenize(english(sentence)), ...tokenize(german(sentence))]) {
        seen.add(token);
      }
    }
    const forms = [
      ...nouns.flatMap((entry) => [...Object.values(entry.english), germanNoun(entry, "singular", "accusative")]),
      ...nouns
        .filter((entry) => !entry.mass)
        .flatMap((entry) => cases.map((name) => germanNoun(entry, "plural", name))),
      ...verbs.flatMap((entry) => [...Object.values(entry.english), entry.german.participle, entry.german.infinitive]),
      ...verbs.flatMap((entry) => [germanFinite(entry, "singular"), germanFinite(entry, "plural")]),
      ...adjectives.flatMap((entry) => [entry.english, ...["e", "en"].map((ending) => entry.stem + ending)]),
      ...Object.values(modals).flatMap((entry) => Object.values(entry.german.positive)),
      ...Object.values(adverbs).flatMap((entry) => [entry.english, entry.german]),
      ...Object.values(prepositions).flatMap((entry) => [entry.english, entry.german]),
      ...Object.values(personalPronouns).flatMap((entry) => [entry.english, entry.german]),
      ...contractions.values(),
    ];
    expect(forms.filter((form) => !seen.has(form))).toEqual([]);
  });
});

describe("German nouns", () => {
  test.each([
    ["man", "Mann Mann Mann Mannes", "Männer Männer Männern Männer"],
    ["boy", "Junge Jungen Jungen Jungen", "Jungen Jungen Jungen Jungen"],
    ["lion", "Löwe Löwen Löwen Löwen", "Löwen Löwen Löwen Löwen"],
    ["queen", "Königin Königin Königin Königin", "Königinnen Königinnen Königinnen Königinnen"],
    ["girl", "Mädchen Mädchen Mädchen Mädchens", "Mädchen Mädchen Mädchen Mädchen"],
    ["bird", "Vogel Vogel Vogel Vogels", "Vögel Vögel Vögeln Vögel"],
    ["car", "Auto Auto Auto Autos", "Autos Autos Autos Autos"],
    ["garden", "Garten Garten Garten Gartens", "Gärten Gärten Gärten Gärten"],
    ["house", "Haus Haus Haus Hauses", "Häuser Häuser Häusern Häuser"],
    ["mouse", "Maus Maus Maus Maus", "Mäuse Mäuse Mäusen Mäuse"],
  ])("%s", (singular, one, many) => {
    const entry = noun(singular);
    expect(cases.map((name) => germanNoun(entry, "singular", name)).join(" ")).toBe(one);
    expect(cases.map((name) => germanNoun(entry, "plural", name)).join(" ")).toBe(many);
  });
});

describe("counting", () => {
  // one number, bare or with one of six determiners; fresh, cold or no adjective
  test("bread has as many noun phrases as there are by hand", () => {
    expect(countNounPhrases(noun("bread"))).toBe(7 * 3);
  });

  // singular: six definite ones, a, every; plural: six, nothing, two, three, many; seven adjectives or none
  test("hat has as many noun phrases as there are by hand", () => {
    expect(countNounPhrases(noun("hat"))).toBe((8 + 10) * 8);
  });
});
