import { describe, expect, test } from "@jest/globals";
import { Generator, randn, type Tensor, tensor } from "@typegrad/autograd";
import { gradcheck, gradgradcheck } from "@typegrad/autograd/testing";
import * as nn from "../src/index.js";

type AnyModule = nn.Module & { forward(...inputs: unknown[]): unknown };

const random = (shape: readonly number[], seed: number): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) });

/** A leaf that is checked. */
const leaf = (shape: readonly number[], seed = 1): Tensor => {
  const x = random(shape, seed);
  x.requiresGrad = true;
  return x;
};

const int = (...values: number[]): Tensor => tensor(Int32Array.from(values));
const probabilities = (shape: number[]): Tensor => random(shape, 9).softmax().detach();

/** The module in float64 with parameters that are not those it starts with, such as ones and zeros. */
function prepared(module: nn.Module): AnyModule {
  module.to("float64");
  module.loadStateDict(
    Object.fromEntries(module.namedParameters().map(([key, x], i) => [key, random(x.shape, 20 + i)])),
    { strict: false },
  );
  return module as AnyModule;
}

/** Each module with inputs; those that require a gradient are checked along with the parameters. */
const rows: [string, nn.Module, unknown[]][] = [
  ["Linear", new nn.Linear(3, 2), [leaf([2, 3])]],
  ["Linear without bias", new nn.Linear(3, 2, { bias: false }), [leaf([3])]],
  ["Embedding", new nn.Embedding(3, 2), [int(1, 0, 1)]],
  ["Embedding with padding", new nn.Embedding(3, 2, { paddingIdx: 1 }), [int(0, 2)]],
  ["LayerNorm", new nn.LayerNorm([2, 3]), [leaf([2, 2, 3])]],
  ["LayerNorm without parameters", new nn.LayerNorm(3, { elementwiseAffine: false }), [leaf([2, 3])]],
  ["RMSNorm", new nn.RMSNorm([2, 3]), [leaf([2, 2, 3])]],
  ["RMSNorm without weight", new nn.RMSNorm(3, { elementwiseAffine: false }), [leaf([2, 3])]],
  ["Conv1d", new nn.Conv1d(2, 4, 2, { stride: 2, padding: 1, groups: 2 }), [leaf([1, 2, 3])]],
  ["Conv2d", new nn.Conv2d(1, 2, [2, 1], { bias: false }), [leaf([1, 3, 2])]],
  ["BatchNorm1d in training", new nn.BatchNorm1d(2), [leaf([3, 2])]],
  ["BatchNorm1d over a sequence", new nn.BatchNorm1d(2, { affine: false }), [leaf([2, 2, 2])]],
  ["BatchNorm1d in evaluation", new nn.BatchNorm1d(2).eval(), [leaf([1, 2])]],
  ["Dropout in evaluation", new nn.Dropout(0.5).eval(), [leaf([3])]],
  ["ReLU", new nn.ReLU(), [leaf([5])]],
  ["GELU", new nn.GELU(), [leaf([5])]],
  ["GELU by tanh", new nn.GELU({ approximate: "tanh" }), [leaf([5])]],
  ["SiLU", new nn.SiLU(), [leaf([5])]],
  ["Tanh", new nn.Tanh(), [leaf([5])]],
  ["Sigmoid", new nn.Sigmoid(), [leaf([5])]],
  ["Softmax", new nn.Softmax(0), [leaf([3, 2])]],
  ["Sequential", new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2)), [leaf([2, 3])]],
  ["MSELoss", new nn.MSELoss(), [leaf([3]), leaf([3], 2)]],
  ["SmoothL1Loss", new nn.SmoothL1Loss({ beta: 0.5 }), [leaf([3]), leaf([3], 2)]],
  ["BCEWithLogitsLoss", new nn.BCEWithLogitsLoss({ posWeight: tensor(3) }), [leaf([3]), probabilities([3])]],
  ["KLDivLoss", new nn.KLDivLoss(), [leaf([2, 3]), probabilities([2, 3])]],
  ["CrossEntropyLoss", new nn.CrossEntropyLoss({ labelSmoothing: 0.1 }), [leaf([2, 3]), int(2, 0)]],
  ["CrossEntropyLoss with weights", new nn.CrossEntropyLoss({ weight: tensor([1, 2, 3]) }), [leaf([2, 3]), int(2, 0)]],
  ["CrossEntropyLoss of probabilities", new nn.CrossEntropyLoss(), [leaf([2, 3]), probabilities([2, 3])]],
  ["NLLLoss", new nn.NLLLoss({ ignoreIndex: 0 }), [leaf([2, 3]), int(2, 0)]],
];

const attentions: [string, nn.MultiheadAttentionOptions, nn.AttendOptions][] = [
  ["plain", {}, {}],
  ["of other widths with keys appended", { kdim: 3, vdim: 5, addBiasKv: true, addZeroAttn: true }, { causal: true }],
  ["with left padding and a causal mask", {}, { causal: true, keyMask: tensor([[false, true, true]]) }],
  ["without weights", { bias: false }, { bias: leaf([2, 3], 4), needWeights: false }],
  ["by head", {}, { averageWeights: false, keyMask: random([1, 3], 5) }],
];

describe.each(rows)("%s", (_, module, inputs) => {
  const checked = prepared(module) as never;
  test("passes gradcheck", () => expect(gradcheck(checked, inputs as Tensor[])).toBe(true));
  test("passes gradgradcheck", () => expect(gradgradcheck(checked, inputs as Tensor[])).toBe(true));
});

describe.each(attentions)("MultiheadAttention %s", (_, options, call) => {
  const { kdim = 4, vdim = 4 } = options;
  const module = prepared(new nn.MultiheadAttention(4, 2, options));
  const inputs = [leaf([1, 2, 4]), leaf([1, 3, kdim], 2), leaf([1, 3, vdim], 3)];
  const checked = {
    namedParameters: () => module.namedParameters(),
    forward: (...given: Tensor[]) => module.forward(...given, call),
  };
  test("passes gradcheck", () => expect(gradcheck(checked as never, inputs)).toBe(true));
  test("passes gradgradcheck", () => expect(gradgradcheck(checked as never, inputs)).toBe(true));
});
