import { describe, expect, test } from "@jest/globals";
import { type GPT, generate, type Hypothesis } from "../src/index.js";
import { logProbabilitiesAfter, smallGPT } from "./generate-models.js";

interface Settings {
  readonly beams: number;
  readonly alpha: number;
  readonly maxTokens: number;
  readonly eosId: number;
}

/** Beam search as it is defined, without leaving early, one text at a time. */
function byDefinition(model: GPT, prompt: number[], { beams, alpha, maxTokens, eosId }: Settings): Hypothesis[] {
  const score = (ids: number[], sum: number): Hypothesis => ({
    ids,
    logProbability: sum,
    score: sum / ((5 + ids.length) / 6) ** alpha,
  });
  let live: [number[], number][] = [[[], 0]];
  const finished: Hypothesis[] = [];
  for (let length = 1; length <= maxTokens; length++) {
    const extended = live.flatMap(([ids, sum]) =>
      logProbabilitiesAfter(model, [...prompt, ...ids]).map((log, id): [number[], number] => [[...ids, id], sum + log]),
    );
    const best = extended.sort((a, b) => b[1] - a[1]).slice(0, 2 * beams);
    finished.push(...best.filter(([ids]) => ids.at(-1) === eosId).map(([ids, sum]) => score(ids, sum)));
    live = best.filter(([ids]) => ids.at(-1) !== eosId).slice(0, beams);
  }
  const result = finished.length > 0 ? finished : live.map(([ids, sum]) => score(ids, sum));
  return result.sort((a, b) => b.score - a.score).slice(0, beams);
}

describe("beam search", () => {
  const cases = [1, 2, 3].flatMap((seed) =>
    [
      { beams: 1, alpha: 0.6, maxTokens: 5, eosId: 3 },
      { beams: 3, alpha: 0, maxTokens: 6, eosId: 2 },
      { beams: 4, alpha: 2, maxTokens: 5, eosId: 1 },
      { beams: 2, alpha: -1, maxTokens: 6, eosId: 4 },
      // More hypotheses than there are tokens.
      { beams: 9, alpha: 0.6, maxTokens: 4, eosId: 0 },
    ].map((settings) => ({ seed, ...settings })),
  );

  test.each(cases)("is what its definition says: $beams beams, alpha $alpha, seed $seed", async (settings) => {
    const { seed, alpha, ...same } = settings;
    const model = smallGPT({ vocab: 5, seed });
    const prompts = [[1, 2, 3], [4], [0, 0]];
    const options = { ...same, strategy: "beam", lengthPenalty: alpha } as const;
    const { hypotheses, ids, scores } = await generate(model, prompts, options);
    prompts.forEach((prompt, row) => {
      const wanted = byDefinition(model, prompt, settings);
      expect(hypotheses[row]!.map((hypothesis) => hypothesis.ids)).toEqual(wanted.map((hypothesis) => hypothesis.ids));
      hypotheses[row]!.forEach(({ score, logProbability }, i) => {
        expect(score).toBeCloseTo(wanted[i]!.score, 10);
        expect(logProbability).toBeCloseTo(wanted[i]!.logProbability, 10);
      });
      expect({ ids: ids[row], score: scores[row] }).toEqual({
        ids: hypotheses[row]![0]!.ids,
        score: hypotheses[row]![0]!.score,
      });
    });
  });

  test("finds the most likely text of all when it keeps everything", async () => {
    const model = smallGPT({ vocab: 4 });
    const { ids } = await generate(model, [[1]], { strategy: "beam", beams: 64, lengthPenalty: 0, maxTokens: 3 });
    let best: [number, number[]] = [Number.NEGATIVE_INFINITY, []];
    for (let code = 0; code < 64; code++) {
      const text = [code >> 4, (code >> 2) & 3, code & 3];
      const sum = text.reduce((total, id, i) => total + logProbabilitiesAfter(model, [1, ...text.slice(0, i)])[id]!, 0);
      if (sum > best[0]) best = [sum, text];
    }
    expect(ids[0]).toEqual(best[1]);
  });

  test("with one beam and no end token is greedy", async () => {
    const model = smallGPT();
    const beam = await generate(model, [[1], [2, 3]], { strategy: "beam", beams: 1, lengthPenalty: 0, maxTokens: 6 });
    const greedy = await generate(model, [[1], [2, 3]], { maxTokens: 6 });
    expect(beam.ids).toEqual(greedy.ids);
    for (const [row, score] of beam.scores.entries()) expect(score).toBeCloseTo(greedy.scores[row]!, 12);
  });

  test("ends hypotheses at stop sequences as at the end token", async () => {
    const model = smallGPT({ vocab: 5 });
    const options = { strategy: "beam", beams: 3, maxTokens: 6 } as const;
    const wanted = await generate(model, [[1, 2]], { ...options, eosId: 3 });
    expect(await generate(model, [[1, 2]], { ...options, stop: [[3]] })).toEqual(wanted);
  });

  test("leaves a row once nothing can change: when the likeliest token ends it, after one look", async () => {
    const model = smallGPT({ vocab: 5, context: 9 });
    let steps = 0;
    model.registerForwardHook(() => {
      steps++;
    });
    const [likely] = (await generate(model, [[1]], { maxTokens: 1 })).ids[0]!;
    steps = 0;
    await generate(model, [[1]], { strategy: "beam", beams: 1, lengthPenalty: 0, eosId: likely!, maxTokens: 9 });
    expect(steps).toBe(1);
  });
});
