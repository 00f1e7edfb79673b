import { describe, expect, test } from "@jest/globals";
import { manualSeed, noGrad, type Tensor, tensor } from "@typegrad/autograd";
import { allClose, gradcheck, gradgradcheck } from "@typegrad/autograd/testing";
import { Dropout, init } from "@typegrad/nn";
import { gptConfig } from "../src/gpt/config.js";
import {
  CausalSelfAttention,
  fromTheirs,
  GPT,
  type GPTOptions,
  gpt2,
  gpt2Keys,
  llama,
  llamaKeys,
  type Place,
  toTheirs,
} from "../src/index.js";

const ids = (...rows: number[][]): Tensor =>
  tensor(Int32Array.from(rows.flat()), { shape: [rows.length, rows[0]!.length] });
const sizes = { vocab: 11, dModel: 12, numHeads: 6, numLayers: 2, context: 5 };
const modern = { positions: "rope", norm: "rms", activation: "swiglu", bias: false } as const;

describe("GPT", () => {
  test.each<[string, GPTOptions]>([
    ["learned positions", sizes],
    ["rotary positions and grouped heads", { ...sizes, ...modern, numKeyValueHeads: 2 }],
  ])("with %s is causal and checks its context and ids", (_, options) => {
    manualSeed(7);
    const model = new GPT(options);
    const [a, b] = [ids([1, 2, 3]), ids([1, 2, 9])].map((x) => model.forward(x).slice(1, 0, 2).toArray());
    expect(a).toEqual(b);
    expect(model.forward(ids([1, 2, 3])).shape).toEqual([1, 3, 11]);
    expect(() => model.forward(ids([1, 2, 3, 4, 5, 6]))).toThrow(/longer than the positions\ngot: 6 tokens, 5/);
    expect(() => model.forward(ids([11]))).toThrow(/out of range\ngot: 11/);
    expect(() => model.forward(tensor(Int32Array.of(1)))).toThrow(/ids must be \[B, T\]/);
  });

  test("has the tensors that its options ask for", () => {
    const keys = (options: Partial<GPTOptions>) => Object.keys(new GPT({ ...sizes, ...options }).stateDict());
    const plain = keys({ numLayers: 1 });
    expect(plain).toHaveLength(2 + 12 + 2 + 1);
    expect(keys({ numLayers: 1, ...modern })).toEqual([
      "token_embed.weight",
      "blocks.0.norm1.weight",
      "blocks.0.self_attn.in_proj_weight",
      "blocks.0.self_attn.out_proj.weight",
      "blocks.0.norm2.weight",
      "blocks.0.feed_forward.gate.weight",
      "blocks.0.feed_forward.up.weight",
      "blocks.0.feed_forward.down.weight",
      "norm.weight",
      "head.weight",
    ]);
    expect(keys({ bias: false }).filter((key) => key.endsWith("bias"))).toEqual([]);
    const tied = new GPT({ ...sizes, tie: true });
    expect(tied.head.weight).toBe(tied.tokenEmbed.weight);
  });

  test("a key/value head serves several query heads as if each had a copy of it", () => {
    manualSeed(3);
    const wide = new CausalSelfAttention(gptConfig({ ...sizes, ...modern }));
    const narrow = new CausalSelfAttention(gptConfig({ ...sizes, ...modern, numKeyValueHeads: 3 }));
    init.normal(narrow.inProjWeight);
    // Rows: 6 query heads, then 3 key and 3 value heads of width 2, each of which serves two heads.
    const heads = narrow.inProjWeight.reshape([12, 2, 12]);
    const order = [0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11];
    noGrad(() => wide.inProjWeight.assign(heads.indexSelect(0, tensor(Int32Array.from(order))).reshape([36, 12])));
    wide.outProj.weight = narrow.outProj.weight;
    const x = init.normal(tensor(new Float32Array(2 * 5 * 12), { shape: [2, 5, 12] }));
    expect(allClose(narrow.forward(x), wide.forward(x), { atol: 1e-6 })).toBe(true);
    expect(() => narrow.forward(x.slice(2, 0, 6))).toThrow(/input does not fit\ngot: \[2, 5, 6\]/);
  });

  test("both rotary layouts agree when the rows of queries and keys are reordered", () => {
    manualSeed(4);
    const rotary = { ...sizes, ...modern, dModel: 8, numHeads: 2 };
    const half = new GPT(rotary);
    const interleaved = new GPT({ ...rotary, ropeInterleaved: true });
    interleaved.loadStateDict(half.stateDict());
    const x = ids([1, 2, 3, 4]);
    expect(allClose(half.forward(x), interleaved.forward(x), { atol: 1e-5 })).toBe(false);
    // Element i and i + 2 of a head of width 4 become neighbours; rows 16 … 24 are values.
    const order = [0, 2, 1, 3];
    const rows = [0, 4, 8, 12]
      .flatMap((start) => order.map((row) => start + row))
      .concat([16, 17, 18, 19, 20, 21, 22, 23]);
    noGrad(() => {
      for (const { selfAttn } of interleaved.blocks) {
        selfAttn.inProjWeight.assign(selfAttn.inProjWeight.indexSelect(0, tensor(Int32Array.from(rows))));
      }
    });
    expect(allClose(half.forward(x), interleaved.forward(x), { atol: 1e-5 })).toBe(true);
  });

  test("the base of the rotary frequencies and eps of the norms reach the model", () => {
    manualSeed(5);
    const changes = [{}, { ropeTheta: 100 }, { normEps: 1 }];
    const models = changes.map((more) => new GPT({ ...sizes, ...modern, numHeads: 3, ...more }));
    for (const model of models) model.loadStateDict(models[0]!.stateDict());
    const outs = models.map((model) => model.forward(ids([1, 2, 3, 4])).toArray());
    expect(outs[1]).not.toEqual(outs[0]);
    expect(outs[2]).not.toEqual(outs[0]);
  });

  test.each([{}, modern])("the configuration of a model builds another like it", (more) => {
    const { config } = new GPT({ ...sizes, ...more });
    expect(new GPT(config).config).toEqual(config);
  });

  test("dropout acts on the embeddings and on the output of each sub-layer", () => {
    const model = new GPT({ ...sizes, dropout: 0.3 });
    let calls = 0;
    for (const module of model.modules()) {
      if (!(module instanceof Dropout)) continue;
      expect(module.p).toBe(0.3);
      module.registerForwardHook(() => {
        calls++;
      });
    }
    model.forward(ids([1, 2, 3]));
    expect(calls).toBe(1 + 2 * 2);
  });

  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ activation: "swish" }, /no such activation\ngot: swish\nhint: use gelu, gelu_tanh, swiglu/],
    [{ positions: "alibi" }, /no such positions\ngot: alibi/],
    [{ norm: "batch" }, /no such norm\ngot: batch/],
    [{ tie: 1 }, /no such tie\ngot: 1\nhint: use true, false/],
    [{ vocab: 0 }, /vocab must be a whole number of at least 1\ngot: 0/],
    [{ numLayers: -1 }, /numLayers must be a whole number of at least 0\ngot: -1/],
    [{ dModel: 2.5 }, /dModel must be a whole number/],
    [{ numHeads: 5 }, /heads do not divide the width\ngot: 5 heads for a width of 12/],
    [{ numKeyValueHeads: 4 }, /key\/value heads do not divide the heads\ngot: 4 key\/value heads for 6 heads/],
    [{ positions: "rope", numHeads: 4 }, /even head width\ngot: 12 \/ 4 = 3/],
    [{ positions: "rope", ropeTheta: 0 }, /ropeTheta is a positive number\ngot: 0/],
    [{ ropeTheta: 100 }, /ropeTheta has no use without rotary positions\ngot: positions "learned"/],
    [{ ropeInterleaved: false }, /ropeInterleaved has no use without rotary positions/],
    [{ dropout: 2 }, /not a probability\ngot: 2/],
    [{ normEps: -1 }, /eps must not be negative\ngot: -1/],
    [{ layers: 2 }, /unknown option "layers"/],
  ])("refuses %j", (wrong, message) => {
    expect(() => new GPT({ ...sizes, ...wrong })).toThrow(message);
  });

  const small = { vocab: 3, dModel: 4, numHeads: 2, numLayers: 1, context: 3, dimFeedforward: 3 } as const;
  const kinds: [string, GPTOptions][] = [
    ["GPT-2's parts", { ...small, activation: "gelu_tanh", tie: true }],
    ["the error function and no biases", { ...small, bias: false, norm: "rms" }],
    ["a Llama's parts with one key/value head", { ...small, ...modern, numKeyValueHeads: 1 }],
    ["interleaved pairs and biases", { ...small, positions: "rope", ropeInterleaved: true, activation: "swiglu" }],
  ];
  test.each(kinds)("with %s passes gradcheck and gradgradcheck", (_, options) => {
    manualSeed(8);
    const model = new GPT(options).to("float64");
    // Larger than the model starts with, so that every path has a gradient that can be seen.
    for (const parameter of model.parameters()) init.uniform(parameter, { a: -0.7, b: 0.9 });
    const row = ids([2, 0]);
    const subject = { namedParameters: () => model.namedParameters(), forward: () => model.forward(row) };
    expect(gradcheck(subject, [])).toBe(true);
    expect(gradgradcheck(subject, [])).toBe(true);
  });
});

describe("presets", () => {
  const count = (places: readonly Place[]) =>
    places.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);

  test("have as many parameters as the published models", () => {
    const gpts = Object.values(gpt2).map((options) => count(gpt2Keys(gptConfig(options))));
    expect(gpts).toEqual([124439808, 354823168, 774030080, 1557611200]);
    const llamas = Object.entries(llama).map(([name, options]) => [name, count(llamaKeys(gptConfig(options)))]);
    expect(Object.fromEntries(llamas)).toEqual({
      stories260K: 260032,
      llama2_7B: 6738415616,
      llama2_13B: 13015864320,
      llama2_70B: 68976648192,
      llama3_8B: 8030261248,
      llama3_70B: 70553706496,
    });
  });

  test("a preset is a model's options, some of them changed", () => {
    const model = new GPT({ ...gpt2.small, ...sizes });
    expect([model.config.activation, model.config.tie, model.config.vocab]).toEqual(["gelu_tanh", true, 11]);
    expect(new GPT(llama.stories260K).parameters().reduce((sum, { size }) => sum + size, 0)).toBe(260032);
  });
});

describe("Hugging Face's names", () => {
  const cases: [string, GPTOptions, typeof gpt2Keys][] = [
    ["GPT-2", { ...gpt2.small, ...sizes }, gpt2Keys],
    ["Llama", { ...sizes, ...modern, numKeyValueHeads: 3, dimFeedforward: 7 }, llamaKeys],
    ["a tied Llama", { ...sizes, ...modern, numKeyValueHeads: 1, tie: true }, llamaKeys],
  ];
  test.each(cases)("of %s name every tensor once, there and back", (_, options, keys) => {
    manualSeed(9);
    const [model, other] = [new GPT(options), new GPT(options)];
    const places = keys(model.config);
    const theirs = toTheirs(places, model.stateDict());
    for (const { theirs: name, shape } of places) expect(theirs[name]!.shape).toEqual(shape);
    other.loadStateDict(fromTheirs(places, theirs));
    const [a, b] = [model, other].map((each) =>
      Object.entries(each.stateDict()).map(([key, value]) => [key, value.toArray()]),
    );
    expect(b).toEqual(a);
  });

  test("weights that contradict the configuration are refused, by name", () => {
    const model = new GPT({ ...gpt2.small, ...sizes });
    const places = gpt2Keys(model.config);
    const theirs = toTheirs(places, model.stateDict());
    const { "wpe.weight": positions, ...rest } = theirs;
    expect(() => fromTheirs(places, rest)).toThrow(/missing: wpe.weight; unexpected: none/);
    expect(() => fromTheirs(places, { ...theirs, more: positions! })).toThrow(/missing: none; unexpected: more/);
    expect(() => fromTheirs(places, { ...theirs, "wte.weight": positions! })).toThrow(
      /wte.weight has another shape\ngot: \[5, 12\] for \[11, 12\]/,
    );
  });
});
