import { describe, expect, test } from "@jest/globals";
import { Generator, manualSeed } from "@typegrad/autograd";
import { tokenAt } from "../src/generate/choosing.js";
import { largest } from "../src/generate/probabilities.js";
import {
  applyTemperature,
  keepTopK,
  keepTopP,
  type LogitProcessor,
  penalizeRepetition,
  processorsOf,
} from "../src/generate/processors.js";
import { type GenerateOptions, generate } from "../src/index.js";
import { logProbabilitiesAfter, smallGPT } from "./generate-models.js";

const after = (logits: number[], process: LogitProcessor, written: number[] = []): number[] => {
  const changed = Float64Array.from(logits);
  process(changed, written);
  return Array.from(changed);
};
const never = Number.NEGATIVE_INFINITY;

describe("the logits", () => {
  test("of tokens that are there are divided by the penalty above 0, multiplied below, once", () => {
    expect(after([3, -3, 5, 0], penalizeRepetition(1.5), [0, 1, 0, 3])).toEqual([2, -4.5, 5, 0]);
  });

  test("are divided by the temperature; their differences are what counts", () => {
    expect(after([1, 3, 2], applyTemperature(0.5))).toEqual([-4, 0, -2]);
    expect(after([1, 3, 2], applyTemperature(1e-308))).toEqual([never, 0, -1e308]);
  });

  test("of the k greatest are kept, and those that equal the last", () => {
    expect(after([1, 4, 2, 3, 2], keepTopK(2))).toEqual([never, 4, never, 3, never]);
    expect(after([1, 4, 2, 3, 2], keepTopK(3))).toEqual([never, 4, 2, 3, 2]);
    expect(after([1, 4], keepTopK(7))).toEqual([1, 4]);
  });

  test.each([
    [0.1, [1]],
    [0.49, [1]],
    [0.51, [1, 3]],
    [0.79, [1, 3]],
    [0.81, [1, 3, 0]],
    [0.96, [1, 3, 0, 2]],
    [1, [1, 3, 0, 2]],
  ])("of the nucleus of %s are kept", (p, kept) => {
    const logits = [0.15, 0.5, 0.05, 0.3].map(Math.log);
    const wanted = logits.map((logit, id) => (kept.includes(id) ? logit : never));
    expect(after(logits, keepTopP(p))).toEqual(wanted);
  });

  test("of equally likely tokens, the nucleus takes the lower ids", () => {
    expect(after([0, 0, 0, 0], keepTopP(0.5))).toEqual([0, 0, never, never]);
  });

  test("are processed in Hugging Face's order: repetition, temperature, top-k, top-p", () => {
    const logits = [4, 3.9, 3, 1];
    const changed = Float64Array.from(logits);
    const settings = { topP: 0.8, topK: 2, temperature: 2, repetitionPenalty: 2 };
    for (const process of processorsOf(settings)) process(changed, [0]);
    // 4 becomes 2, behind 3.9 and 3; over the maximum and by 2: -0.95, 0, -0.45, -1.45; of the two that top-k
    // leaves, the first has 0.61 of the probability, so that both are the nucleus of 0.8.
    const rounded = Array.from(changed, (logit) => Number(logit.toFixed(12)));
    expect(rounded).toEqual([never, 0, -0.45, never]);
  });
});

describe("a draw", () => {
  test("inverts the distribution function, and never gives what is impossible", () => {
    const logits = Float64Array.from([0.2, 0, 0.5, 0.3, 0], Math.log);
    expect([0, 0.19, 0.21, 0.69, 0.71, 0.999999].map((u) => tokenAt(logits, u))).toEqual([0, 0, 2, 2, 3, 3]);
    expect(tokenAt(Float64Array.of(never, 0), 0)).toBe(1);
    expect(tokenAt(logits, 1)).toBe(3);
  });

  test("the greatest values come first, of equal ones the first", () => {
    expect(largest(Float64Array.of(1, 5, 5, 2, 7), 3)).toEqual([4, 1, 2]);
    expect(largest(Float64Array.of(1, 2), 5)).toEqual([1, 0]);
  });
});

describe("sampling", () => {
  const counts = async (options: GenerateOptions, draws = 2000): Promise<number[]> => {
    const model = smallGPT({ seed: 3 });
    const found = new Array<number>(11).fill(0);
    const prompts = Array.from({ length: draws }, () => [1, 2]);
    const generator = new Generator(5);
    const { ids } = await generate(model, prompts, { strategy: "sample", maxTokens: 1, generator, ...options });
    for (const [token] of ids) found[token!]!++;
    return found;
  };
  const expected = (logs: number[], draws = 2000) => {
    const weights = logs.map(Math.exp);
    const total = weights.reduce((a, b) => a + b);
    return weights.map((weight) => (draws * weight) / total);
  };
  /** Each count within five standard deviations. */
  const agrees = (found: number[], wanted: number[]) =>
    found.forEach((count, id) => {
      expect(Math.abs(count - wanted[id]!)).toBeLessThanOrEqual(5 * Math.sqrt(wanted[id]!) + 1e-9);
    });

  test("draws tokens as often as the model says", async () => {
    agrees(await counts({}), expected(logProbabilitiesAfter(smallGPT({ seed: 3 }), [1, 2])));
  });

  test("with a temperature, from the k most likely, from the nucleus", async () => {
    const logs = logProbabilitiesAfter(smallGPT({ seed: 3 }), [1, 2]);
    agrees(await counts({ temperature: 0.5 }), expected(logs.map((log) => log / 0.5)));
    const order = [...logs.keys()].sort((a, b) => logs[b]! - logs[a]!);
    const only = (kept: number[]) => logs.map((log, id) => (kept.includes(id) ? log : never));
    agrees(await counts({ topK: 3 }), expected(only(order.slice(0, 3))));
    let sum = 0;
    const nucleus = order.filter((id) => {
      const before = sum;
      sum += Math.exp(logs[id]!);
      return before < 0.6;
    });
    agrees(await counts({ topP: 0.6 }), expected(only(nucleus)));
  });

  test("is repeated by the same seed, the default generator's too, and changed by another", async () => {
    const model = smallGPT();
    const sample = async (seed?: number) => {
      const generator = seed === undefined ? {} : { generator: new Generator(seed) };
      return (await generate(model, [[1], [1]], { strategy: "sample", ...generator, maxTokens: 10 })).ids;
    };
    const first = await sample(1);
    expect(await sample(1)).toEqual(first);
    expect(await sample(2)).not.toEqual(first);
    expect(first[0]).not.toEqual(first[1]);
    manualSeed(1);
    expect(await sample()).toEqual(first);
  });

  test("gives a row the same whether others have ended or not", async () => {
    const model = smallGPT();
    const options = { strategy: "sample", maxTokens: 8 } as const;
    const whole = await generate(model, [[1], [2], [3]], { ...options, generator: new Generator(3) });
    // Row 0 ends at once.
    const eosId = whole.ids[0]![0]!;
    const cut = await generate(model, [[1], [2], [3]], { ...options, generator: new Generator(3), eosId });
    const upTo = (row: number[]) => (row.includes(eosId) ? row.slice(0, row.indexOf(eosId) + 1) : row);
    expect(cut.ids).toEqual(whole.ids.map(upTo));
    expect(cut.ids[0]).toHaveLength(1);
    expect(Math.max(...cut.ids.map(({ length }) => length))).toBeGreaterThan(1);
  });

  test("scores by the model's own probabilities, whatever the draw was limited to", async () => {
    const model = smallGPT();
    const { ids, scores } = await generate(model, [[1]], { strategy: "sample", topK: 1, temperature: 9, maxTokens: 4 });
    const greedy = await generate(model, [[1]], { maxTokens: 4 });
    expect({ ids, scores }).toEqual({ ids: greedy.ids, scores: greedy.scores });
  });
});
