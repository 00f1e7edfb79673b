import { describe, expect, test } from "@jest/globals";
import { Generator, tensor, zeros } from "@typegrad/autograd";
import { type GenerateOptions, type GenerativeModel, generate, generateStream, type TokenRows } from "../src/index.js";
import { ids, smallGPT, smallSeq2Seq } from "./generate-models.js";

const three = (text: RegExp | string) => new RegExp(`^(generate|generateStream): ${text}.*\ngot: .+\nhint: .+$`);
const message = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return `${(error as Error).name} ${(error as Error).message}`;
  }
  return "nothing was thrown";
};
const expectError = async (work: () => Promise<unknown>, type: string, text: string) => {
  const found = await message(work);
  expect(found.slice(0, found.indexOf(" "))).toBe(type);
  expect(found.slice(found.indexOf(" ") + 1)).toMatch(three(text));
};

describe("options that are refused", () => {
  const table: [GenerateOptions, string][] = [
    [{ strategy: "best" as never }, 'option "strategy" must be a strategy'],
    [{ strategy: "toString" as never }, 'option "strategy" must be a strategy'],
    [{ maxTokens: 0 }, 'option "maxTokens" must be a whole number from 1'],
    [{ maxTokens: 1.5 }, 'option "maxTokens" must be'],
    [{ strategy: "sample", temperature: 0 }, 'option "temperature" must be a number above 0'],
    [{ strategy: "sample", temperature: Number.NaN }, 'option "temperature" must be'],
    [{ strategy: "sample", temperature: Number.POSITIVE_INFINITY }, 'option "temperature" must be'],
    [{ strategy: "sample", topK: 0 }, 'option "topK" must be a whole number from 1'],
    [{ strategy: "sample", topP: 0 }, 'option "topP" must be a probability above 0'],
    [{ strategy: "sample", topP: 2 }, 'option "topP" must be a probability above 0'],
    [{ strategy: "sample", topP: "0.9" as never }, 'option "topP" must be'],
    [{ repetitionPenalty: -1 }, 'option "repetitionPenalty" must be a number above 0'],
    [{ strategy: "beam", beams: 0 }, 'option "beams" must be a whole number from 1'],
    [{ strategy: "beam", beams: 2.5 }, 'option "beams" must be'],
    [{ strategy: "beam", lengthPenalty: Number.NaN }, 'option "lengthPenalty" must be a finite number'],
    [{ eosId: -1 }, 'option "eosId" must be a token id'],
    [{ stop: [[]] }, 'option "stop" must be a list of sequences'],
    [{ stop: [3] as never }, 'option "stop" must be a list of sequences'],
    [{ stop: [[1.5]] }, 'option "stop" must be a list of sequences'],
    [{ strategy: "sample", generator: 1 as never }, 'option "generator" must be a Generator'],
    [{ onToken: 1 as never }, 'option "onToken" must be a function'],
    [{ signal: null as never }, 'option "signal" must be an AbortSignal'],
    [{ signal: {} as never }, 'option "signal" must be an AbortSignal'],
    [{ topk: 3 } as never, 'unknown option "topk"'],
    [{ temperature: 0.5 }, 'the strategy "greedy" does not use temperature'],
    [{ topK: 5 }, 'the strategy "greedy" does not use topK'],
    [{ topP: 0.9 }, 'the strategy "greedy" does not use topP'],
    [{ generator: new Generator(1) }, 'the strategy "greedy" does not use generator'],
    [{ beams: 4 }, 'the strategy "greedy" does not use beams'],
    [{ strategy: "sample", beams: 4 }, 'the strategy "sample" does not use beams'],
    [{ strategy: "sample", lengthPenalty: 1 }, 'the strategy "sample" does not use lengthPenalty'],
    [{ strategy: "beam", topP: 0.5 }, 'the strategy "beam" does not use topP'],
    [{ strategy: "beam", repetitionPenalty: 2 }, 'the strategy "beam" does not use repetitionPenalty'],
    [{ strategy: "beam", onToken: () => {} }, 'the strategy "beam" does not use onToken'],
  ];

  test.each(table)("%p", async (options, text) => {
    await expectError(() => generate(smallGPT(), [[1]], options), "OptionError", text);
  });

  test("what is left out by undefined is not", async () => {
    const options = { topP: undefined, beams: undefined, maxTokens: 1 } as unknown as GenerateOptions;
    expect((await generate(smallGPT(), [[1]], options)).ids[0]).toHaveLength(1);
  });

  test.each([{ strategy: "beam" }, { onToken: () => {} }])("for a stream: %p", (options) => {
    expect(() => generateStream(smallGPT(), [[1]], options as never)).toThrow(
      three("a stream has no use for beam search or onToken"),
    );
  });
});

describe("input that is refused", () => {
  const gpt = smallGPT();
  const seq2seq = smallSeq2Seq();
  const table: [string, GenerativeModel, TokenRows, GenerateOptions, string, string][] = [
    ["more tokens than positions", gpt, [[1, 2, 3]], { maxTokens: 12 }, "ValueError", "maxTokens out of range"],
    ["more than the decoder's", seq2seq, [[3, 2]], { maxTokens: 10 }, "ValueError", "maxTokens out of range"],
    ["an end token that is none", gpt, [[1]], { eosId: 11 }, "ValueError", "eosId or stop names what is no token"],
    ["a stop that is none", gpt, [[1]], { stop: [[1, 11]] }, "ValueError", "eosId or stop names what is no token"],
    ["a prompt longer than the context", gpt, [new Array(14).fill(1)], {}, "ShapeError", "the sequence is longer than"],
    [
      "a source longer than the positions",
      seq2seq,
      [new Array(10).fill(3)],
      {},
      "ShapeError",
      "the sequence is longer",
    ],
    ["an empty prompt", gpt, [[1], []], {}, "ValueError", "a row of the input is empty"],
    ["an empty tensor", gpt, zeros([2, 0], { dtype: "int32" }), {}, "ValueError", "a row of the input is empty"],
    ["nothing but padding", seq2seq, [[3], [0, 0]], {}, "ValueError", "a row of the input is empty"],
    ["an id that is no token", gpt, [[1], [11]], {}, "ValueError", "an id of the input is no token"],
    ["a negative id", gpt, ids([[1, -1]]), {}, "ValueError", "an id of the input is no token"],
    ["half an id", gpt, [[1.5]], {}, "ValueError", "an id of the input is no token"],
    ["a source id that is no token", seq2seq, [[11]], {}, "ValueError", "an id of the input is no token"],
    ["a text", gpt, "text" as never, {}, "ArgumentError", "the input must be rows of token ids"],
    ["one row", gpt, [1, 2] as never, {}, "ArgumentError", "the input must be rows of token ids"],
    ["a vector", gpt, tensor(Int32Array.of(1, 2)), {}, "ShapeError", "the input must be \\[B, T\\]"],
    ["floats", gpt, tensor([[1, 2]]), {}, "DTypeError", "the input must be token ids"],
    ["another model", {} as never, [[1]], {}, "ArgumentError", "the model must be one that writes text"],
    ["no model", null as never, [[1]], {}, "ArgumentError", "the model must be one that writes text"],
  ];

  test.each(table)("%s", async (_, model, input, options, type, text) => {
    await expectError(() => generate(model, input, options), type, text);
    // A stream throws at once.
    expect(() => generateStream(model, input, options as never)).toThrow(three(text));
  });

  test("a model that computes no numbers", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const model = smallGPT();
      const { weight } = model.head;
      model.loadStateDict({
        ...model.stateDict(),
        "head.weight": zeros(weight.shape, { dtype: "float64" }).add(value),
      });
      await expectError(() => generate(model, [[1]]), "ValueError", "the model's logits are no distribution");
    }
  });
});
