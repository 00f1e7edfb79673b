import { describe, expect, test } from "@jest/globals";
import type { Clause, NounPhrase, Sentence } from "../grammar/index.js";
import { countSentences, detokenize, english, german, maxTokens, sampleSentence, tokenize } from "../grammar/index.js";
import { quantifiers } from "../grammar/lexicon-determiners.js";
import { englishTokens, germanTokens } from "../grammar/sentence.js";
import { drawFrom } from "./grammar-draw.js";

const sentences = draw20000();

function draw20000(): Sentence[] {
  const draw = drawFrom(3);
  return Array.from({ length: 20_000 }, () => sampleSentence(draw));
}

function isWord(token: string): boolean {
  return /\p{Letter}/u.test(token);
}

function nounPhrases({ subject, indirect, object, place }: Clause): NounPhrase[] {
  return [subject, indirect, object, place?.object].flatMap((part) => (part?.kind === "noun" ? [part] : []));
}

function relativeClauses(clause: Clause): Clause[] {
  return nounPhrases(clause).flatMap(({ modifier }) => (modifier?.kind === "relative" ? [modifier.clause] : []));
}

function clauses({ main, because }: Sentence): Clause[] {
  const mains = because ? [main, because] : [main];
  return mains.flatMap((clause) => [clause, ...relativeClauses(clause)]);
}

describe("drawn sentences", () => {
  test("have 12 English words on average", () => {
    const first = sentences.slice(0, 10_000);
    const words = first.map((sentence) => englishTokens(sentence).filter(isWord).length);
    const mean = words.reduce((sum, count) => sum + count, 0) / first.length;
    expect(mean).toBeGreaterThan(11.5);
    expect(mean).toBeLessThan(12.5);
  });

  test("have a subordinate clause in more than a quarter", () => {
    const complex = sentences.filter((sentence) => clauses(sentence).length > 1);
    expect(complex.length).toBeGreaterThan(0.25 * sentences.length);
  });

  test("stay within the limit of tokens in both languages", () => {
    const lengths = sentences.flatMap((sentence) => [englishTokens(sentence).length, germanTokens(sentence).length]);
    expect(Math.max(...lengths)).toBe(maxTokens);
  });

  test("use at least 200 English and 300 German word forms", () => {
    expect(new Set(sentences.flatMap(englishTokens).filter(isWord)).size).toBeGreaterThanOrEqual(200);
    expect(new Set(sentences.flatMap(germanTokens).filter(isWord)).size).toBeGreaterThanOrEqual(300);
  });

  test("are written as people write, and split into their words and back", () => {
    const english20000 = sentences.map((sentence) => [english(sentence), englishTokens(sentence)] as const);
    const german20000 = sentences.map((sentence) => [german(sentence), germanTokens(sentence)] as const);
    const both = [...english20000, ...german20000];
    expect(both.filter(([text, tokens]) => tokenize(text).join(" ") !== tokens.join(" "))).toEqual([]);
    expect(both.filter(([text]) => detokenize(tokenize(text)) !== text)).toEqual([]);
    expect(english20000.filter(([text]) => !/^[A-Z][a-z]*( [a-z]+)*\.$/.test(text))).toEqual([]);
    const orthography = /^[A-ZÄÖÜ][a-zäöüß]*(,? [A-Za-zÄÖÜäöüß]+)*\.$/;
    expect(german20000.filter(([text]) => !orthography.test(text))).toEqual([]);
  });

  test("are the same for the same seed, and others for another", () => {
    const [once, again, other] = [drawFrom(8), drawFrom(8), drawFrom(9)].map((draw) =>
      Array.from({ length: 50 }, () => english(sampleSentence(draw))),
    );
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test("never have a negation beside every, two, three or many, or twice", () => {
    const confusing = sentences.flatMap(clauses).filter((clause) => {
      const determiners = nounPhrases(clause).map(({ determiner }) => determiner);
      const denials = determiners.filter((determiner) => determiner === "no").length + (clause.negated ? 1 : 0);
      return denials > 1 || (denials === 1 && determiners.some((determiner) => quantifiers.includes(determiner)));
    });
    expect(confusing).toEqual([]);
  });

  test("cover every combination of negation, tense or modal verb, and kind of clause", () => {
    const kinds = new Set(
      sentences.flatMap((sentence) =>
        clauses(sentence).map((clause) => {
          const mode = typeof clause.mode === "string" ? clause.mode : clause.mode.english.positive.plural;
          const place = clause === sentence.main ? "main" : clause === sentence.because ? "because" : "relative";
          return `${mode} ${clause.negated} ${clause.verb.frame} ${place}`;
        }),
      ),
    );
    expect(kinds.size).toBe(7 * 2 * 4 * 3);
  });
});

describe("a source of randomness out of order", () => {
  test("is told from a long sentence by chance", () => {
    expect(() => sampleSentence((n) => n)).toThrow(/out of range/);
    expect(() => sampleSentence(() => Number.NaN)).toThrow(/out of range/);
  });
});

test("at least ten million sentences are possible", () => {
  expect(countSentences()).toBeGreaterThan(10_000_000n);
});
