import { describe, expect, test } from "@jest/globals";
import { english, german, sampleSentence, tokenize } from "../grammar/index.js";
import { adjectives } from "../grammar/lexicon-adjectives.js";
import { adverbs } from "../grammar/lexicon-adverbs.js";
import { nouns } from "../grammar/lexicon-nouns.js";
import { prepositions } from "../grammar/lexicon-prepositions.js";
import { verbs } from "../grammar/lexicon-verbs.js";
import { drawFrom } from "./grammar-draw.js";
import { parse } from "./grammar-parser.js";
import { caseTable } from "./grammar-table-cases.js";
import { clauseTable } from "./grammar-table-clauses.js";
import { sentenceTable } from "./grammar-table-sentences.js";

const table = { ...caseTable, ...clauseTable, ...sentenceTable };
const rows = Object.values(table).flat();

describe.each(Object.entries(table))("translations written by hand: %s", (_topic, pairs) => {
  test.each(pairs)("%s", (source, target) => {
    const trees = parse(source);
    expect(new Set(trees.map(english))).toEqual(new Set([source]));
    expect(new Set(trees.map(german))).toEqual(new Set([target]));
  });
});

describe("the table of translations", () => {
  test("has at least 80 different sentences", () => {
    expect(new Set(rows.map(([source]) => source)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(80);
  });

  test("has every noun, adjective, verb, adverb and preposition of the grammar", () => {
    const words = new Set(rows.flatMap(([source]) => tokenize(source)));
    const entries = [
      ...nouns.map((noun) => [noun.english.singular, noun.english.plural]),
      ...verbs.map((verb) => Object.values(verb.english)),
      ...[...adjectives, ...Object.values(adverbs), ...Object.values(prepositions)].map((entry) => [entry.english]),
    ];
    expect(entries.filter((forms) => !forms.some((form) => words.has(form)))).toEqual([]);
  });
});

describe("one right translation", () => {
  test("every reading of a drawn English sentence has the same German", () => {
    const draw = drawFrom(1);
    const drawn = Array.from({ length: 5000 }, () => sampleSentence(draw));
    const ambiguous = drawn.filter((sentence) => {
      const readings = parse(english(sentence));
      const right = readings.every(
        (reading) => english(reading) === english(sentence) && german(reading) === german(sentence),
      );
      return readings.length === 0 || !right;
    });
    expect(ambiguous.map(english)).toEqual([]);
  }, 60_000);

  test("no English sentence comes with two German ones in 200 000", () => {
    const draw = drawFrom(2);
    const translations = new Map<string, string>();
    for (let round = 0; round < 200_000; round++) {
      const sentence = sampleSentence(draw);
      const source = english(sentence);
      const target = german(sentence);
      if ((translations.get(source) ?? target) !== target) {
        throw new Error(`"${source}" is both "${translations.get(source)}" and "${target}"`);
      }
      translations.set(source, target);
    }
    expect(translations.size).toBeGreaterThan(190_000);
  }, 60_000);
});
