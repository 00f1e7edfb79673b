import { describe, expect, test } from "@jest/globals";
import { GrammarError, makeCorpus, maxCorpus } from "../grammar/index.js";
import { drawFrom } from "./grammar-draw.js";

const sizes = { train: 20_000, validation: 500, test: 500 };

describe("makeCorpus", () => {
  test("gives as many sentences as asked for, each of them once", () => {
    const corpus = makeCorpus(sizes, drawFrom(5));
    const parts = [corpus.train, corpus.validation, corpus.test];
    expect(parts.map((pairs) => pairs.length)).toEqual([20_000, 500, 500]);
    expect(new Set(parts.flat().map(({ source }) => source)).size).toBe(21_000);
  });

  test("is the same for the same seed, and keeps the held-out sentences if there is more to train on", () => {
    const small = makeCorpus({ ...sizes, train: 100 }, drawFrom(6));
    const large = makeCorpus({ ...sizes, train: 1000 }, drawFrom(6));
    expect(makeCorpus({ ...sizes, train: 100 }, drawFrom(6))).toEqual(small);
    expect(large.test).toEqual(small.test);
    expect(large.validation).toEqual(small.validation);
    expect(large.train.slice(0, 100)).toEqual(small.train);
  });

  test("can be empty", () => {
    expect(makeCorpus({ train: 0, validation: 0, test: 0 }, drawFrom(7))).toEqual({
      train: [],
      validation: [],
      test: [],
    });
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %p sentences", (train) => {
    const attempt = (): unknown => makeCorpus({ ...sizes, train }, drawFrom(1));
    expect(attempt).toThrow(GrammarError);
    expect(attempt).toThrow(`train sentences must be an integer of at least 0\ngot: ${train}\nhint: `);
  });

  test("refuses more sentences than it would ever find", () => {
    const attempt = (): unknown => makeCorpus({ ...sizes, train: maxCorpus }, drawFrom(1));
    expect(attempt).toThrow(GrammarError);
    expect(attempt).toThrow(`= ${maxCorpus + 1000}\nhint: `);
  });
});
