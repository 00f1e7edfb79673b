import { describe, expect, test } from "@jest/globals";
import { ArgumentError, ones, type Tensor, tensor, zeros } from "@typegrad/autograd";
import * as nn from "../src/index.js";

const { init } = nn;
const weight = () => new nn.Parameter(zeros([2, 3]));
const attention = () => new nn.MultiheadAttention(6, 2);
const x = ones([3, 5, 6]);
const wrong = <T>(value: unknown): T => value as T;
const attend = (options: nn.AttendOptions) => () => attention().forward(x, x, x, options);
const bools = (...shape: number[]) => ones(shape, { dtype: "bool" });

class Endless extends nn.Module {
  self: nn.Module = this;
  forward(): void {}
}

/** Modules that take one tensor, by the name they speak in. */
const ofOneTensor: Record<string, { forward(x: Tensor): unknown }> = {
  Linear: new nn.Linear(2, 3),
  LayerNorm: new nn.LayerNorm(2),
  RMSNorm: new nn.RMSNorm(2),
  Dropout: new nn.Dropout(),
  BatchNorm1d: new nn.BatchNorm1d(2),
  conv1d: new nn.Conv1d(2, 3, 1),
  conv2d: new nn.Conv2d(2, 3, 1),
  embedding: new nn.Embedding(3, 2),
  ReLU: new nn.ReLU(),
  GELU: new nn.GELU(),
  SiLU: new nn.SiLU(),
  Tanh: new nn.Tanh(),
  Sigmoid: new nn.Sigmoid(),
  Softmax: new nn.Softmax(),
};

/** What goes wrong, the kind of error, and its first line. */
const rows: readonly (readonly [() => unknown, string, string])[] = [
  [() => new nn.Linear(2.5, 3), "ValueError", "Linear: inFeatures must be a whole number of at least 0"],
  [() => new nn.Linear(2, -1), "ValueError", "Linear: outFeatures must be a whole number of at least 0"],
  [() => new nn.Linear(2, 3, wrong({ biass: false })), "OptionError", 'Linear: unknown option "biass"'],
  [() => new nn.Linear(2, 3).forward(ones([3])), "ShapeError", "matmul: inner dimensions differ, 3 and 2"],
  [() => new nn.Embedding(3, Number.NaN), "ValueError", "Embedding: dim must be a whole number of at least 0"],
  [() => new nn.Embedding(3, 2, { paddingIdx: 3 }), "ValueError", "Embedding: there is no such padding row"],
  [() => new nn.Embedding(3, 2, { paddingIdx: 0.5 }), "ValueError", "Embedding: there is no such padding row"],
  [() => new nn.Embedding(3, 2).forward(ones([1])), "DTypeError", "embedding: indices must be int32"],
  [() => new nn.Embedding(3, 2).forward(tensor(Int32Array.of(3))), "ValueError", "embedding: id out of range"],
  [
    () => new nn.Linear(2, 3).registerForwardHook(wrong<never>(3)),
    "ArgumentError",
    "registerForwardHook: the hook must be a function",
  ],
  [() => nn.summary(wrong(null)), "ArgumentError", "summary: the model must be a module"],
  [
    () => nn.summary(new nn.Linear(2, 3), { inputs: wrong(ones([2])) }),
    "ArgumentError",
    'summary: option "inputs" must be an array',
  ],
  [() => new nn.Dropout(2), "ValueError", "Dropout: not a probability"],
  [() => new nn.Dropout(Number.NaN), "ValueError", "Dropout: not a probability"],
  [() => new nn.GELU({ approximate: wrong("fast") }), "OptionError", "GELU: no such approximation"],
  [() => new nn.Softmax(0.5), "ValueError", "Softmax: a dim is a whole number"],
  [() => new nn.Softmax(2).forward(ones([2, 2])), "ShapeError", "softmax: dim out of range for a tensor of 2 dims"],
  [() => new nn.LayerNorm([]), "ValueError", "LayerNorm: the normalised shape is empty"],
  [
    () => new nn.LayerNorm(1.5),
    "ValueError",
    "LayerNorm: an extent of the normalised shape must be a whole number of at least 0",
  ],
  [() => new nn.LayerNorm(3, { eps: -1 }), "ValueError", "LayerNorm: eps must not be negative"],
  [
    () => new nn.LayerNorm(3).forward(ones([2])),
    "ShapeError",
    "layerNorm: the last dims, weight and bias must have the normalised shape",
  ],
  [() => new nn.RMSNorm([]), "ValueError", "RMSNorm: the normalised shape is empty"],
  [() => new nn.RMSNorm(3, { eps: Number.NaN }), "ValueError", "RMSNorm: eps must not be negative"],
  [
    () => new nn.RMSNorm([2, 3]).forward(ones([3])),
    "ShapeError",
    "RMSNorm: the last dims must have the normalised shape",
  ],
  [() => new nn.RMSNorm(3, wrong({ epsilon: 1 })), "OptionError", 'RMSNorm: unknown option "epsilon"'],
  [() => new nn.Conv1d(3, 4, 0), "ValueError", "Conv1d: kernelSize must be a whole number of at least 1"],
  [() => new nn.Conv2d(3, 4, [2, 0.5]), "ValueError", "Conv2d: kernelSize must be a whole number of at least 1"],
  [() => new nn.Conv1d(3, 4, wrong([2, 2])), "ValueError", "Conv1d: the kernel needs 1 extents"],
  [() => new nn.Conv1d(3, 4, 2, { groups: 2 }), "ValueError", "Conv1d: the groups do not divide the channels"],
  [() => new nn.Conv1d(3, 4, 2, { groups: 0 }), "ValueError", "Conv1d: groups must be a whole number of at least 1"],
  [() => new nn.Conv1d(3, 4, 2, wrong({ paddingMode: 1 })), "OptionError", 'Conv1d: unknown option "paddingMode"'],
  [() => new nn.Conv1d(3, 4, 2).forward(ones([2, 5])), "ShapeError", "conv1d: the input does not fit the weight"],
  [() => new nn.BatchNorm1d(-1), "ValueError", "BatchNorm1d: numFeatures must be a whole number of at least 0"],
  [
    () => new nn.BatchNorm1d(3, { momentum: 2 }),
    "ValueError",
    "BatchNorm1d: momentum is a share, or null for an average",
  ],
  [() => new nn.BatchNorm1d(3, { eps: -1 }), "ValueError", "BatchNorm1d: eps must not be negative"],
  [() => new nn.BatchNorm1d(3).forward(ones([2, 5])), "ShapeError", "BatchNorm1d: x must be [B, C] or [B, C, L]"],
  [
    () => new nn.BatchNorm1d(3).forward(ones([1, 3])),
    "ValueError",
    "batchNorm: training needs more than one value a channel",
  ],
  [() => new nn.MSELoss(wrong({ reduce: "sum" })), "OptionError", 'MSELoss: unknown option "reduce"'],
  [
    () => new nn.KLDivLoss({ reduction: wrong("batch") }).forward(ones([2]), ones([2])),
    "OptionError",
    "klDiv: no such reduction",
  ],
  [() => new nn.MultiheadAttention(10, 3), "ValueError", "MultiheadAttention: the heads do not divide the width"],
  [
    () => new nn.MultiheadAttention(0, 1),
    "ValueError",
    "MultiheadAttention: embedDim must be a whole number of at least 1",
  ],
  [
    () => new nn.MultiheadAttention(6, 2, { kdim: 0 }),
    "ValueError",
    "MultiheadAttention: kdim must be a whole number of at least 1",
  ],
  [
    () => new nn.MultiheadAttention(6, 2, { dropout: 1.5 }),
    "ValueError",
    "MultiheadAttention: dropout is not a probability",
  ],
  [
    () => new nn.MultiheadAttention(6, 2, wrong({ batchFirst: true })),
    "OptionError",
    'MultiheadAttention: unknown option "batchFirst"',
  ],
  [attend(wrong({ attnMask: null })), "OptionError", 'MultiheadAttention.forward: unknown option "attnMask"'],
  [
    () => attention().forward(x, x, ones([3, 7, 6])),
    "ShapeError",
    "MultiheadAttention: query, key and value do not fit",
  ],
  [
    () => attention().forward(x, ones([2, 5, 6]), ones([2, 5, 6])),
    "ShapeError",
    "MultiheadAttention: query, key and value do not fit",
  ],
  [() => attention().forward(ones([5, 6]), x, x), "ShapeError", "MultiheadAttention: query, key and value do not fit"],
  [attend({ mask: ones([5, 5]) }), "DTypeError", "MultiheadAttention: mask must be bool"],
  [attend({ bias: bools(5, 5) }), "DTypeError", "MultiheadAttention: bias must be float"],
  [
    attend({ mask: bools(6, 5, 5) }),
    "ShapeError",
    "MultiheadAttention: mask must be [T, S], [B, T, S] or [B, H, T, S]",
  ],
  [attend({ bias: ones([5]) }), "ShapeError", "MultiheadAttention: bias must be [T, S], [B, T, S] or [B, H, T, S]"],
  [attend({ keyMask: bools(5, 3) }), "ShapeError", "MultiheadAttention: keyMask must be [B, S]"],
  [
    attend({ keyMask: zeros([3, 5], { dtype: "int32" }) }),
    "DTypeError",
    "MultiheadAttention: keyMask must be bool or float",
  ],
  [() => new nn.ModuleList().forward(), "OptionError", "ModuleList: a list has no forward"],
  [() => new nn.Sequential(wrong([new nn.ReLU()])), "OptionError", "Sequential: item 0 is not a module"],
  [() => new nn.ModuleList([new nn.ReLU()]).append(wrong(1)), "OptionError", "ModuleList: item 1 is not a module"],
  [
    () => new nn.Parameter(zeros([2], { dtype: "int32" })),
    "GradError",
    "requiresGrad: only float tensors have gradients",
  ],
  [() => nn.Buffer(zeros([2]), wrong({ persist: false })), "OptionError", 'Buffer: unknown option "persist"'],
  [() => new nn.ReLU().to("int32"), "DTypeError", "Module.to: modules compute in floats"],
  [() => new nn.ReLU().to(wrong("float16")), "DTypeError", "Module.to: modules compute in floats"],
  [() => new nn.ReLU().parameters(wrong({ deep: true })), "OptionError", 'Module: unknown option "deep"'],
  [() => new Endless().parameters(), "ValueError", "Module: a module lies below itself"],
  [() => nn.summary(new nn.ReLU(), wrong({ input: [] })), "OptionError", 'summary: unknown option "input"'],
  [() => init.uniform(weight(), { a: 2, b: 1 }), "ValueError", "uniform: the bounds are in reverse"],
  [() => init.uniform(weight(), wrong(0)), "OptionError", "uniform: the settings come in an object"],
  [() => init.normal(weight(), { std: -1 }), "ValueError", "normal: the standard deviation must not be negative"],
  [() => init.normal(weight(), { mean: Number.NaN }), "ValueError", "normal: mean must be finite"],
  [() => init.truncNormal(weight(), { std: 0 }), "ValueError", "truncNormal: the standard deviation must be positive"],
  [() => init.truncNormal(weight(), { a: 1, b: 0 }), "ValueError", "truncNormal: the bounds are in reverse"],
  [() => init.xavierNormal(zeros([3])), "ShapeError", "xavierNormal: a weight has at least two dims"],
  [() => init.xavierUniform(weight(), wrong({ gian: 2 })), "OptionError", 'xavierUniform: unknown option "gian"'],
  [() => init.kaimingNormal(weight(), { mode: wrong("fan_in") }), "OptionError", "kaimingNormal: no such mode"],
  [
    () => init.kaimingUniform(weight(), { nonlinearity: wrong("elu") }),
    "OptionError",
    "calculateGain: no such nonlinearity",
  ],
  [() => init.orthogonal(zeros([3])), "ShapeError", "orthogonal: a matrix has at least two dims"],
  [() => init.zeros(new nn.Linear(2, 2).weight.mul(2) as Tensor), "GradError", "assign: only a leaf can be written"],
];

test.each(Object.entries(ofOneTensor))("%s takes nothing but a tensor", (name, module) => {
  for (const given of [undefined, null, 3, "x", [[1, 2]], {}]) {
    const call = () => module.forward(wrong(given));
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(new RegExp(`^${name}: (the )?operand( \\d)? must be a tensor\\ngot: .+\\nhint: .+$`));
  }
});

test("MultiheadAttention takes nothing but tensors", () => {
  for (const given of [undefined, null, 3, [[1, 2]]]) {
    expect(() => attention().forward(wrong(given), x, x)).toThrow(/^MultiheadAttention: operand 0 must be a tensor\n/);
    expect(() => attention().forward(x, x, wrong(given))).toThrow(/^MultiheadAttention: operand 2 must be a tensor\n/);
  }
});

describe("errors", () => {
  test.each(rows.map(([run, name, problem]) => [problem, name, run] as const))("%s", (problem, name, run) => {
    let caught: unknown = null;
    try {
      run();
    } catch (error) {
      caught = error;
    }
    const lines = String((caught as Error).message).split("\n");
    expect([(caught as Error).name, lines[0]]).toEqual([name, problem]);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^got: ./), expect.stringMatching(/^hint: ./)]);
  });
});
