import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { tensor } from "@typegrad/autograd";
import { agreementWithFullRows } from "./conformance/full-rows.js";
import type { Case } from "./conformance/read-case.js";
import { runCase } from "./conformance/run-case.js";
import { type AttentionCall, multiheadAttention } from "./made-cases/attention.js";
import { asImage, asSequence, batchNorm, convolve, logSumExp, sum } from "./made-cases/definitions.js";
import { alone, derived, floatMasks, maskByHead, ungrouped } from "./made-cases/derived.js";
import { type MadeCase, makeCase, type Named, out, some, type Values, values } from "./made-cases/make-case.js";

/** Numbers in rows, each row by a function of its own numbers. */
const byRow = (x: Values, f: (row: readonly number[]) => number[]): Named => {
  const width = x.shape.at(-1)!;
  const rows = Array.from({ length: x.data.length / width }, (_, i) => x.data.slice(i * width, (i + 1) * width));
  return out(x.shape, rows.flatMap(f));
};

const pointwise = (module: string, f: (x: number) => number, args = {}): [string, MadeCase] => [
  module,
  { module, args, inputs: { x: some(5) }, outputs: ({ x }) => out([5], x!.data.map(f)) },
];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const mean = (list: readonly number[]): number => sum(list) / list.length;
const pairs = (a: Values, b: Values, f: (x: number, y: number) => number): number[] =>
  a.data.map((x, i) => f(x, b.data[i]!));

/** A loss of two tensors of the same shape. */
const loss = (module: string, f: (x: number, y: number) => number, args = {}): [string, MadeCase] => [
  module,
  {
    module,
    args,
    inputs: { input: some(2, 3), target: values([2, 3], 0.2, 0.5, 0.3, 0.1, 0.7, 0.2) },
    differentiated: ["input"],
    outputs: ({ input, target }) => out([], [mean(pairs(input!, target!, f))]),
  },
];

const normalized = (row: readonly number[], eps: number): number[] => {
  const average = mean(row);
  const spread = Math.sqrt(mean(row.map((x) => (x - average) * (x - average))) + eps);
  return row.map((x) => (x - average) / spread);
};

const statistics = { running_mean: values([2], 0.3, -0.2), running_var: values([2], 1.5, 0.7) };
const norm = { weight: values([2], 2, -3), bias: values([2], 1, 0.5) };

/** Attention of width 4 with parameters; `sizes` are the shapes of its inputs. */
const attention = (call: AttentionCall, sizes: Record<string, number[]>, more: Partial<MadeCase> = {}): MadeCase => ({
  module: "nn.MultiheadAttention",
  inputs: Object.fromEntries(Object.entries(sizes).map(([name, shape]) => [name, some(...shape)])),
  parameters: {
    in_proj_weight: some(12, 4),
    in_proj_bias: some(12),
    "out_proj.weight": some(4, 4),
    "out_proj.bias": some(4),
  },
  outputs: multiheadAttention(call),
  ...more,
  args: { embed_dim: 4, num_heads: call.heads, batch_first: true, ...more.args },
});

const small = (...shape: number[]): Values => ({ shape, data: some(...shape).data.map((x) => 0.3 * x) });

const padding = values([1, 3], 0.5, -1, 0.25);
const byHead = some(2, 2, 3);

const cases: readonly (readonly [string, MadeCase])[] = [
  pointwise("nn.ReLU", (x) => Math.max(x, 0)),
  pointwise("nn.SiLU", (x) => x * sigmoid(x)),
  pointwise("nn.Tanh", Math.tanh),
  pointwise("nn.Sigmoid", sigmoid),
  pointwise("nn.Dropout", (x) => x, { p: 0 }),
  pointwise("nn.GELU", (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))) / 2, {
    approximate: "tanh",
  }),
  [
    "nn.Softmax",
    {
      module: "nn.Softmax",
      args: { dim: 1 },
      inputs: { input: some(2, 3) },
      outputs: ({ input }) => byRow(input!, (row) => row.map((x) => Math.exp(x - logSumExp(row)))),
    },
  ],
  [
    "nn.LayerNorm without parameters",
    {
      module: "nn.LayerNorm",
      args: { normalized_shape: [3], elementwise_affine: false, eps: 0.1 },
      inputs: { x: some(2, 3) },
      outputs: ({ x }) => byRow(x!, (row) => normalized(row, 0.1)),
    },
  ],
  [
    "nn.RMSNorm",
    {
      module: "nn.RMSNorm",
      args: { normalized_shape: 3, eps: 0.1 },
      inputs: { x: some(2, 3) },
      parameters: { weight: some(3) },
      outputs: ({ x, weight }) =>
        byRow(x!, (row) => row.map((v, i) => (v / Math.sqrt(mean(row.map((w) => w * w)) + 0.1)) * weight!.data[i]!)),
    },
  ],
  [
    "nn.Conv1d",
    {
      module: "nn.Conv1d",
      args: { in_channels: 4, out_channels: 6, kernel_size: 3, stride: 2, padding: [1], dilation: 2, groups: 2 },
      inputs: { x: some(2, 4, 7) },
      parameters: { weight: some(6, 2, 3), bias: some(6) },
      outputs: ({ x, weight, bias }) => ({
        out: asSequence(
          convolve(asImage(x!), asImage(weight!), bias, { stride: [1, 2], padding: [0, 1], dilation: [1, 2] }),
        ),
      }),
    },
  ],
  [
    "nn.Conv2d without a bias",
    {
      module: "nn.Conv2d",
      args: { in_channels: 3, out_channels: 2, kernel_size: [2, 3], stride: [2, 1], padding: [0, 2], bias: false },
      inputs: { x: some(2, 3, 5, 2) },
      parameters: { weight: some(2, 3, 2, 3) },
      outputs: ({ x, weight }) => ({ out: convolve(x!, weight!, undefined, { stride: [2, 1], padding: [0, 2] }) }),
    },
  ],
  [
    "nn.BatchNorm1d in training",
    {
      module: "nn.BatchNorm1d",
      args: { num_features: 2, momentum: 0.2, eps: 0.1 },
      inputs: { x: some(5, 2) },
      parameters: { ...norm, ...statistics },
      differentiated: ["x", "weight", "bias"],
      constant: ["running_mean", "running_var"],
      outputs: batchNorm(true),
    },
  ],
  [
    "nn.BatchNorm1d in evaluation",
    {
      module: "nn.BatchNorm1d",
      args: { num_features: 2, eps: 0.1 },
      call: { training: false },
      inputs: { x: some(5, 2) },
      parameters: { ...norm, ...statistics },
      differentiated: ["x", "weight", "bias"],
      outputs: batchNorm(false),
    },
  ],
  [
    "nn.BatchNorm1d without momentum, from buffers that the file does not hold",
    {
      module: "nn.BatchNorm1d",
      args: { num_features: 2, momentum: null, affine: false, eps: 0.1 },
      inputs: { x: some(5, 2) },
      constant: ["running_mean"],
      outputs: ({ x }) => {
        const columns = [0, 1].map((c) => x!.data.filter((_, i) => i % 2 === c));
        const [first, second] = columns.map((column) => normalized(column, 0.1)) as [number[], number[]];
        const data = first.flatMap((value, i) => [value, second[i]!]);
        return { out: { shape: [5, 2], data }, running_mean: values([2], ...columns.map(mean)) };
      },
    },
  ],
  loss("nn.MSELoss", (x, y) => (x - y) * (x - y)),
  loss("nn.SmoothL1Loss", (x, y) => (Math.abs(x - y) < 0.7 ? ((x - y) * (x - y)) / 1.4 : Math.abs(x - y) - 0.35), {
    beta: 0.7,
  }),
  loss("nn.KLDivLoss", (x, y) => y * (Math.log(y) - x)),
  [
    "nn.BCEWithLogitsLoss",
    {
      module: "nn.BCEWithLogitsLoss",
      args: { reduction: "sum" },
      inputs: { input: some(2, 3), target: values([2, 3], 0.2, 1, 0.3, 0, 0.7, 0.2) },
      parameters: { pos_weight: values([3], 1, 2, 3) },
      differentiated: ["input"],
      outputs: ({ input, target, pos_weight: factor }) => {
        const losses = input!.data.map((x, i) => {
          const y = target!.data[i]!;
          return -factor!.data[i % 3]! * y * Math.log(sigmoid(x)) - (1 - y) * Math.log(sigmoid(-x));
        });
        return out([], [sum(losses)]);
      },
    },
  ],
  [
    "nn.CrossEntropyLoss with the weight as an input",
    {
      module: "nn.CrossEntropyLoss",
      inputs: { input: some(2, 3), weight: values([3], 1, 2, 3) },
      integers: { target: values([2], 2, 0) },
      differentiated: ["input"],
      outputs: ({ input }) => {
        const [a, b] = [input!.data.slice(0, 3), input!.data.slice(3)];
        return out([], [(3 * (logSumExp(a) - a[2]!) + logSumExp(b) - b[0]!) / 4]);
      },
    },
  ],
  ["attention without a batch", attention({ heads: 2 }, { query: [2, 4], key: [3, 4] })],
  [
    "attention with a learned and a zero key",
    attention(
      { heads: 2, zeroAttention: true },
      { query: [1, 2, 4], key: [1, 3, 4], value: [1, 3, 4] },
      {
        args: { add_bias_kv: true, add_zero_attn: true },
        parameters: {
          in_proj_weight: some(12, 4),
          in_proj_bias: some(12),
          bias_k: some(1, 1, 4),
          bias_v: values([1, 1, 4], 0.3, -0.2, 1, 0.7),
          "out_proj.weight": some(4, 4),
          "out_proj.bias": some(4),
        },
      },
    ),
  ],
  [
    "attention with numbers over the keys, and by head",
    attention(
      { heads: 2, mask: { values: byHead, bool: false }, padding: { values: padding, bool: false } },
      { query: [1, 2, 4], key: [1, 3, 4] },
      {
        inputs: { query: some(1, 2, 4), key: some(1, 3, 4), attn_mask: byHead, key_padding_mask: padding },
        differentiated: ["query", "key", "in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"],
      },
    ),
  ],
  [
    "the second order of attention",
    attention(
      { heads: 2 },
      {},
      {
        // Small, since the noise of differences of differences grows with the gradients.
        inputs: { query: small(1, 2, 4) },
        parameters: { in_proj_weight: small(12, 4), "out_proj.weight": small(4, 4) },
        args: { bias: false },
        differentiated: ["query", "out_proj.weight"],
        secondOrder: true,
      },
    ),
  ],
  [
    "the second order of nn.RMSNorm",
    {
      module: "nn.RMSNorm",
      args: { normalized_shape: [3], eps: 0.1, elementwise_affine: false },
      inputs: { x: some(2, 3) },
      secondOrder: true,
      outputs: ({ x }) => byRow(x!, (row) => row.map((v) => v / Math.sqrt(mean(row.map((w) => w * w)) + 0.1))),
    },
  ],
];

/** Left padding with a causal mask: the first query of item 0 may attend to nothing, and PyTorch's gradients are NaN. */
function leftPadded(changed: (outputs: Named) => Named): MadeCase {
  const causal = values([3, 3], 0, 1, 1, 0, 0, 1, 0, 0, 0);
  const hidden = values([2, 3], 1, 0, 0, 0, 0, 0);
  const call = { heads: 2, mask: { values: causal, bool: true }, padding: { values: hidden, bool: true } };
  const plain = attention(call, { query: [2, 3, 4] });
  const names = ["query", ...Object.keys(plain.parameters!)];
  const nan = ({ data }: Values): number[] => data.map(() => Number.NaN);
  const every = { ...plain.inputs, ...plain.parameters };
  return {
    ...plain,
    conditions: { attn_mask: causal, key_padding_mask: hidden },
    outputs: (tensors) => changed(plain.outputs(tensors)),
    gradients: Object.fromEntries(names.map((name) => [name, nan(every[name]!)])),
    tags: ["nan"],
  };
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conformance-modules-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (bytes: Uint8Array) => {
  writeFileSync(join(folder, "case.safetensors"), bytes);
  return runCase(folder, "case.safetensors");
};

const bent = (outputs: Named): Named =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => x + 0.001) }]),
  );

test.each(cases)("a case of %s passes", async (_, made) => {
  const { status, problems } = await run(makeCase(made));
  expect({ status, problems }).toEqual({ status: "passed", problems: [] });
});

test.each(cases)("a case of %s fails where outputs are others", async (_, made) => {
  const { status } = await run(makeCase({ ...made, outputs: (tensors) => bent(made.outputs(tensors)) }));
  expect(status).toBe("failed");
});

test("left padding with a causal mask passes with NaN in the file, and fails where the other rows are others", async () => {
  const { status, problems } = await run(makeCase(leftPadded((outputs) => outputs)));
  expect({ status, problems }).toEqual({ status: "passed", problems: [] });
  expect((await run(makeCase(leftPadded(bent)))).status).toBe("failed");
});

test("NaN in a file stands for zeros, the last bias, or the gradient of the rows opened, and for nothing else", () => {
  const tensors = { "param.out_proj.bias": tensor([5, 7]) };
  const common = { rtol: 1e-9, atol: 1e-9, call: {}, tensors, tags: ["nan"] };
  const op = { ...common, isOp: true, subject: "scaled_dot_product_attention" } as unknown as Case;
  const module = { ...common, isOp: false, subject: "nn.MultiheadAttention" } as unknown as Case;
  const ask = (golden: Case, name: string, mixed = false) => {
    const found = { "grad.param.w": tensor([0, 0, 0, 2]), "output.penalty": tensor([0, 0, 0, 3]) };
    const agrees = agreementWithFullRows(golden, name, { golden, mixed }, found);
    return [0, 2, 3, 7, Number.NaN].filter((actual) => agrees(actual, Number.NaN, 3));
  };
  expect(ask(op, "output.out")).toEqual([0]);
  expect(ask(module, "output.attn_output")).toEqual([7]);
  expect(ask(module, "output.attn_output_weights")).toEqual([0]);
  expect(ask(module, "grad.param.w")).toEqual([2]);
  expect(ask(module, "output.penalty")).toEqual([3]);
  // With some heads open and some not, only that there is a number.
  expect(ask(module, "output.attn_output", true)).toEqual([0, 2, 3, 7]);
});

const fromGolden: [string, Uint8Array][] = [
  ["attention alone", derived("module/MultiheadAttention__self", alone(1))],
  ["attention alone with padding", derived("module/MultiheadAttention__cross_key_padding", alone(0))],
  ["attention alone by head", derived("module/MultiheadAttention__per_head", alone(1))],
  ["attention with float masks", derived("module/MultiheadAttention__both_bool", floatMasks)],
  ["attention with float padding", derived("module/MultiheadAttention__key_padding", floatMasks)],
  ["attention with a float mask by head", derived("module/MultiheadAttention__mask_bool", maskByHead)],
  ["an encoder layer alone", derived("module/TransformerEncoderLayer__plain", alone(1))],
  ["an encoder layer with float masks", derived("module/TransformerEncoderLayer__src_mask", floatMasks)],
  ["a decoder layer alone", derived("module/TransformerDecoderLayer__masks", alone(1))],
  ["a decoder layer with float masks", derived("module/TransformerDecoderLayer__masks", floatMasks)],
  ["a Transformer alone", derived("module/Transformer__all_masks", alone(0))],
  ["a Llama without grouping", derived("model/LlamaForCausalLM__gqa", ungrouped)],
  ["a Transformer with float masks", derived("module/Transformer__all_masks", floatMasks)],
];

test.each(fromGolden)("%s, out of a golden case, passes", async (_, bytes) => {
  const { status, problems } = await run(bytes);
  expect({ status, problems }).toEqual({ status: "passed", problems: [] });
});
