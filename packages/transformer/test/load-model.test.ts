import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { manualSeed, noGrad, tensor } from "@typegrad/autograd";
import { writeSafetensors } from "@typegrad/nn";
import { GPT, type GPTOptions, gpt2Keys, llamaKeys, loadPretrainedModel, toTheirs } from "../src/index.js";

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const ids = tensor(Int32Array.of(1, 2, 3, 4), { shape: [1, 4] });

const llamaOptions: GPTOptions = {
  vocab: 11,
  dModel: 12,
  numHeads: 6,
  numKeyValueHeads: 2,
  numLayers: 2,
  context: 5,
  dimFeedforward: 7,
  positions: "rope",
  ropeTheta: 500,
  norm: "rms",
  normEps: 1e-4,
  activation: "swiglu",
  bias: false,
};
const llamaSettings = {
  model_type: "llama",
  vocab_size: 11,
  hidden_size: 12,
  num_attention_heads: 6,
  num_key_value_heads: 2,
  num_hidden_layers: 2,
  max_position_embeddings: 5,
  intermediate_size: 7,
  rope_theta: 500,
  rms_norm_eps: 1e-4,
  hidden_act: "silu",
};
manualSeed(1);
const llama = new GPT(llamaOptions);
const llamaTensors = toTheirs(llamaKeys(llama.config), llama.stateDict());
const folder = (settings: object, tensors = llamaTensors) => ({
  "config.json": text({ ...llamaSettings, ...settings }),
  "model.safetensors": writeSafetensors(tensors),
});

describe("loadPretrainedModel", () => {
  test("gives a Llama's logits, from one file or from shards", () => {
    const wanted = llama.forward(ids).toArray();
    const whole = loadPretrainedModel(folder({}));
    expect(whole.training).toBe(false);
    expect(whole.forward(ids).toArray()).toEqual(wanted);
    const names = Object.keys(llamaTensors);
    const parts = [names.slice(0, 5), names.slice(5)].map((list) => list.map((name) => [name, llamaTensors[name]!]));
    const shards = Object.fromEntries(
      parts.map((part, i) => [`model-${i}.safetensors`, writeSafetensors(Object.fromEntries(part))]),
    );
    const map = Object.fromEntries(parts.flatMap((part, i) => part.map(([name]) => [name, `model-${i}.safetensors`])));
    const files = {
      "config.json": text(llamaSettings),
      "model.safetensors.index.json": text({ weight_map: map }),
      ...shards,
    };
    expect(loadPretrainedModel(files).forward(ids).toArray()).toEqual(wanted);
    const { "model-1.safetensors": _, ...rest } = files as Record<string, Uint8Array>;
    expect(() => loadPretrainedModel(rest)).toThrow(/model-1.safetensors is missing\ngot: files: config.json/);
    const swapped = { ...files, "model-1.safetensors": shards["model-0.safetensors"]! };
    expect(() => loadPretrainedModel(swapped)).toThrow(/model-1.safetensors lacks a tensor/);
  });

  test("gives a GPT-2's logits, with and without the prefix, masks and the tied head", () => {
    manualSeed(2);
    const sizes = { vocab: 11, dModel: 12, numHeads: 3, numLayers: 2, context: 5 };
    const model = new GPT({ ...sizes, activation: "gelu_tanh", tie: true });
    const settings = { model_type: "gpt2", vocab_size: 11, n_embd: 12, n_head: 3, n_layer: 2, n_positions: 5 };
    const theirs = toTheirs(gpt2Keys(model.config), model.stateDict());
    const prefixed = Object.fromEntries(Object.entries(theirs).map(([name, x]) => [`transformer.${name}`, x]));
    const extra = { "lm_head.weight": theirs["wte.weight"]!, "transformer.h.0.attn.bias": tensor([1]) };
    for (const tensors of [theirs, { ...prefixed, ...extra }]) {
      const files = { "config.json": text(settings), "model.safetensors": writeSafetensors(tensors) };
      expect(loadPretrainedModel(files).forward(ids).toArray()).toEqual(model.forward(ids).toArray());
    }
    const untied = { "config.json": text({ ...settings, tie_word_embeddings: false }) };
    expect(() => loadPretrainedModel(untied)).toThrow(/unsupported tie_word_embeddings\ngot: false/);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["another family", { model_type: "bert" }, /unsupported model_type\ngot: "bert"\nhint: supported: gpt2, llama/],
    ["scaled rotation", { rope_scaling: { rope_type: "llama3" } }, /unsupported rope_scaling\ngot: {"rope_type"/],
    ["biases", { attention_bias: true }, /unsupported attention_bias\ngot: true/],
    ["wider heads", { head_dim: 4 }, /unsupported head_dim\ngot: 4\nhint: supported: 2/],
    ["a missing size", { hidden_size: undefined }, /unsupported hidden_size\ngot: nothing/],
    ["heads that do not divide", { num_key_value_heads: 5 }, /key\/value heads do not divide the heads/],
    [
      "a larger vocabulary",
      { vocab_size: 13 },
      /embed_tokens.weight has another shape\ngot: \[11, 12\] for \[13, 12\]/,
    ],
    ["more layers", { num_hidden_layers: 3 }, /missing: model.layers.2.input_layernorm.weight, /],
    ["a billion layers", { num_hidden_layers: 1e9 }, /more layers than there are tensors\ngot: 1000000000 layers/],
    ["fewer layers", { num_hidden_layers: 1 }, /unexpected: .*model.layers.1/],
    ["a tied head beside fewer tensors", { tie_word_embeddings: true, num_hidden_layers: 3 }, /missing: /],
  ])("refuses %s", (_, settings, message) => {
    expect(() => loadPretrainedModel(folder(settings))).toThrow(message);
  });

  test("refuses files that are missing, truncated or no JSON", () => {
    const files = folder({});
    expect(() => loadPretrainedModel({})).toThrow(/config.json is missing\ngot: files: none/);
    expect(() => loadPretrainedModel({ "config.json": files["config.json"] })).toThrow(/model.safetensors is missing/);
    expect(() => loadPretrainedModel({ ...files, "config.json": text([]) })).toThrow(
      /config.json is not a JSON object/,
    );
    const cut = files["model.safetensors"].subarray(0, -8);
    expect(() => loadPretrainedModel({ ...files, "model.safetensors": cut })).toThrow(/lie outside the data/);
  });
});

const stories = fileURLToPath(new URL("../../../../../shared/data/stories260K/", import.meta.url));
const given = existsSync(stories);

(given ? describe : describe.skip)(`stories260K${given ? "" : ", skipped: the folder is not there"}`, () => {
  test("predicts and continues as its authors' program does", () => {
    const read = (name: string) => [name, new Uint8Array(readFileSync(`${stories}${name}`))] as const;
    const model = loadPretrainedModel(Object.fromEntries(["config.json", "model.safetensors"].map(read)));
    const expected = JSON.parse(readFileSync(`${stories}expected.json`, "utf8")) as Record<string, number[]>;
    const next = (row: readonly number[]): number[] =>
      noGrad(() => [...model.forward(tensor(Int32Array.from(row), { shape: [1, row.length] })).argmax(-1).data]);
    const row = [...expected.ids_with_bos!];
    expect(next(row)).toEqual(expected.argmax_at_each_position);
    const wanted = expected.greedy_ids_200_steps!;
    while (row.length <= wanted.length) row.push(next(row).at(-1)!);
    expect(row.slice(1)).toEqual(wanted);
  });
});
