import { describe, expect, test } from "@jest/globals";
import { Generator, gradEnabled } from "@typegrad/autograd";
import { type GeneratedToken, type GenerateOptions, generate, generateStream, greedyDecode } from "../src/index.js";
import { ids, logProbabilitiesAfter, smallGPT, smallSeq2Seq } from "./generate-models.js";

const prompts = [[1, 2, 3], [4], [5, 6, 7, 8, 9], [4]];
const strategies: [string, GenerateOptions][] = [
  ["greedy", {}],
  ["beam", { strategy: "beam", beams: 3 }],
];

describe("greedy", () => {
  test("takes the most likely token each time, and adds up log-probabilities", async () => {
    const model = smallGPT();
    const { ids: written, scores, hypotheses } = await generate(model, prompts, { maxTokens: 6 });
    prompts.forEach((prompt, row) => {
      const text = [...prompt];
      let sum = 0;
      for (const token of written[row]!) {
        const logs = logProbabilitiesAfter(model, text);
        expect(logs[token]).toBe(Math.max(...logs));
        sum += logs[token]!;
        text.push(token);
      }
      expect(written[row]).toHaveLength(6);
      expect(scores[row]).toBeCloseTo(sum, 10);
      expect(hypotheses[row]).toEqual([{ ids: written[row], logProbability: scores[row], score: scores[row] }]);
    });
  });

  test("fills the positions of the longest prompt when nothing says when to stop", async () => {
    const { ids: written } = await generate(smallGPT(), [[1, 2, 3], [4]]);
    // The last token stands behind the last position.
    expect(written.map(({ length }) => length)).toEqual([11, 11]);
  });

  test("penalises what the row holds already", async () => {
    const model = smallGPT();
    const [plain] = (await generate(model, [[1]], { maxTokens: 8 })).ids;
    const [penalised] = (await generate(model, [[1]], { maxTokens: 8, repetitionPenalty: 3 })).ids;
    expect(new Set(penalised).size).toBeGreaterThan(new Set(plain).size);
    const text = [1];
    for (const token of penalised!) {
      const logits = Array.from(model.forward(ids([text])).select(1, -1).data, (logit, id) => {
        if (!text.includes(id)) return logit;
        return logit > 0 ? logit / 3 : logit * 3;
      });
      expect(logits[token]).toBe(Math.max(...logits));
      text.push(token);
    }
  });
});

describe("a batch", () => {
  test.each(strategies)(
    "of prompts of different lengths gives each row what it gives alone: %s",
    async (_, options) => {
      const model = smallGPT();
      // Token 3 is met at different places, so that rows end at different times.
      const settings = { ...options, maxTokens: 7, eosId: 3 };
      const together = await generate(model, prompts, settings);
      for (const [row, prompt] of prompts.entries()) {
        const alone = await generate(model, [prompt], settings);
        expect(together.ids[row]).toEqual(alone.ids[0]);
        expect(together.scores[row]).toBeCloseTo(alone.scores[0]!, 10);
        expect(together.hypotheses[row]!.map((hypothesis) => hypothesis.ids)).toEqual(
          alone.hypotheses[0]!.map((hypothesis) => hypothesis.ids),
        );
      }
      expect(new Set(together.ids.map(({ length }) => length)).size).toBeGreaterThan(1);
    },
  );

  test.each(strategies)("of sources, as lists or padded, too: %s", async (_, options) => {
    const model = smallSeq2Seq();
    const rows = [
      [3, 4, 2],
      [5, 2],
      [7, 8, 9, 3, 2],
    ];
    const together = await generate(model, rows, options);
    const padded = rows.map((row) => [...row, ...new Array<number>(6 - row.length).fill(model.padId)]);
    expect((await generate(model, ids(padded), options)).ids).toEqual(together.ids);
    for (const [i, row] of rows.entries()) {
      expect((await generate(model, [row], options)).ids[0]).toEqual(together.ids[i]);
    }
    expect(greedyDecode(model, ids(padded))).toEqual(
      (await generate(model, rows)).ids.map((own) => own.filter((id) => id !== model.eosId)),
    );
  });

  test("without rows gives none", async () => {
    expect(await generate(smallGPT(), [])).toEqual({ ids: [], scores: [], hypotheses: [] });
  });

  test("is not written to", async () => {
    const own = Object.freeze([Object.freeze([1, 2, 3]), Object.freeze([4])]);
    await generate(smallGPT(), own, { maxTokens: 3 });
    expect(own).toEqual([[1, 2, 3], [4]]);
  });
});

describe("a row ends", () => {
  test("with its end token, with a stop sequence, or with the maximum", async () => {
    const model = smallGPT();
    const [all] = (await generate(model, [[1, 2, 3]], { maxTokens: 8 })).ids as [number[]];
    const first = (ends: (length: number) => boolean) => all.slice(0, all.findIndex((_, i) => ends(i + 1)) + 1);
    const eosId = all[3]!;
    expect((await generate(model, [[1, 2, 3]], { maxTokens: 8, eosId })).ids[0]).toEqual(
      first((length) => all[length - 1] === eosId),
    );
    const stop = [[10, 10, 10, 10, 10, 10, 10, 10, 10], all.slice(3, 5)];
    expect((await generate(model, [[1, 2, 3]], { maxTokens: 8, stop })).ids[0]).toEqual(
      first((length) => length > 1 && all[length - 2] === all[3] && all[length - 1] === all[4]),
    );
  });

  test("by what it wrote, not by what the prompt ends with", async () => {
    const model = smallGPT();
    const [next] = (await generate(model, [[1, 2]], { maxTokens: 1 })).ids[0]!;
    const { ids: written } = await generate(model, [[1, 2]], { maxTokens: 3, stop: [[2, next!]] });
    expect(written[0]).toHaveLength(3);
  });
});

describe("a stream", () => {
  test("gives each token with its row and log-probability, and the result at its end", async () => {
    const settings = { maxTokens: 5, eosId: 3, strategy: "sample" } as const;
    const told: GeneratedToken[] = [];
    const generator = () => new Generator(4);
    const onToken = (token: GeneratedToken) => void told.push(token);
    const result = await generate(smallGPT(), prompts, { ...settings, generator: generator(), onToken });
    expect(prompts.map((_, row) => told.filter((token) => token.row === row).map(({ token }) => token))).toEqual(
      result.ids,
    );
    const sums = prompts.map((_, row) =>
      told.filter((token) => token.row === row).reduce((sum, { logProbability }) => sum + logProbability, 0),
    );
    expect(sums).toEqual(result.scores);

    const stream = generateStream(smallGPT(), prompts, { ...settings, generator: generator() });
    const streamed: GeneratedToken[] = [];
    for (;;) {
      const { value, done } = await stream.next();
      if (done) {
        expect(value).toEqual(result);
        break;
      }
      streamed.push(value);
    }
    expect(streamed).toEqual(told);
  });

  test("ends when its loop is left", async () => {
    const model = smallGPT().train();
    let count = 0;
    for await (const _ of generateStream(model, prompts, { maxTokens: 6 })) if (++count === 6) break;
    expect(count).toBe(6);
    expect(model.training).toBe(true);
  });
});

describe("between tokens", () => {
  test("the event loop has a turn, and the model is as it was", async () => {
    const model = smallSeq2Seq().train();
    const [frozen] = model.transformer.encoder.layers.at(0)!.children();
    frozen!.training = false;
    const modes = () => model.modules().map(({ training }) => training);
    const before = modes();
    let turns = 0;
    let going = true;
    const turn = () => {
      turns++;
      expect(modes()).toEqual(before);
      expect(gradEnabled()).toBe(true);
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    // No token ends a row.
    await generate(model, [[3, 4, 2]], { strategy: "beam", maxTokens: 6, lengthPenalty: 0 });
    const written = await generate(model, [[3, 4, 2]], { maxTokens: 6 });
    going = false;
    expect(turns).toBeGreaterThanOrEqual(written.ids[0]!.length);
    expect(modes()).toEqual(before);
  });

  test("dropout of a model in training does not act", async () => {
    const model = smallSeq2Seq();
    const wanted = await generate(model.eval(), [[3, 4, 2]]);
    expect(await generate(model.train(), [[3, 4, 2]])).toEqual(wanted);
  });

  test("a signal ends the work, and leaves the model as it was", async () => {
    const model = smallGPT().train();
    const controller = new AbortController();
    const told: number[] = [];
    const onToken = ({ token }: GeneratedToken) => {
      told.push(token);
      if (told.length === 3) controller.abort("enough");
    };
    const work = generate(model, [[1, 2, 3]], { maxTokens: 8, onToken, signal: controller.signal });
    await expect(work).rejects.toMatchObject({
      name: "AbortError",
      cause: "enough",
      message: expect.stringMatching(/^generate: aborted\ngot: a signal that says: enough\nhint: /),
    });
    expect(told).toHaveLength(3);
    expect(model.training).toBe(true);
    expect((await generate(model, [[1, 2, 3]], { maxTokens: 3 })).ids[0]).toEqual(told);
    await expect(generate(model, [[1]], { signal: controller.signal })).rejects.toThrow(/aborted/);
    await expect(generateStream(model, [[1]], { signal: controller.signal }).next()).rejects.toThrow(/aborted/);
  });

  test("an error of onToken comes out, and the model is as it was", async () => {
    const model = smallGPT().train();
    const onToken = () => {
      throw new Error("no more");
    };
    await expect(generate(model, [[1]], { onToken })).rejects.toThrow("no more");
    expect(model.training).toBe(true);
  });
});
