import { describe, expect, test } from "@jest/globals";
import { manualSeed, noGrad, ones, randn, type Tensor, tensor, zeros } from "@typegrad/autograd";
import { gradcheck } from "@typegrad/autograd/testing";
import {
  Buffer,
  Dropout,
  Embedding,
  GELU,
  init,
  LayerNorm,
  Linear,
  Module,
  ModuleList,
  MultiheadAttention,
  Parameter,
  ReLU,
  Sequential,
  snakeCase,
} from "../src/index.js";

class Two extends Module {
  firstLayer = new Linear(3, 5);
  layers = new ModuleList([new Linear(5, 5, { bias: false }), new LayerNorm(5)]);
  runningMean = Buffer(zeros([5]));
  table = Buffer(zeros([2]), { persistent: false });
  shared = this.firstLayer;
  forward(x: Tensor): Tensor {
    return this.firstLayer.forward(x);
  }
}

describe("Module", () => {
  test("keys are PyTorch's, shared parameters come once, buffers belong to the state", () => {
    const model = new Two();
    expect(Object.keys(model.stateDict())).toEqual([
      "running_mean",
      "first_layer.weight",
      "first_layer.bias",
      "layers.0.weight",
      "layers.1.weight",
      "layers.1.bias",
    ]);
    expect(model.parameters()).toHaveLength(5);
    expect(model.buffers()).toHaveLength(2);
    expect(snakeCase("inProjWeight")).toBe("in_proj_weight");
  });

  test("a state-dict shares no memory and loads back", () => {
    const model = new Two();
    const state = model.stateDict();
    const before = state["first_layer.bias"]!.toArray();
    noGrad(() => model.firstLayer.bias!.assign(ones([5])));
    expect(state["first_layer.bias"]!.toArray()).toEqual(before);
    model.loadStateDict(state);
    expect(model.firstLayer.bias!.toArray()).toEqual(before);
  });

  test("a state-dict that does not fit changes nothing", () => {
    const model = new Two();
    const before = model.firstLayer.bias!.toArray();
    const state = { ...model.stateDict(), "first_layer.bias": ones([5]), "layers.0.weight": ones([2, 2]) };
    expect(() => model.loadStateDict(state)).toThrow(/layers.0.weight has another shape\ngot: \[2, 2\] for \[5, 5\]/);
    const { "first_layer.bias": _, ...missing } = model.stateDict();
    expect(() => model.loadStateDict({ ...missing, extra: ones([1]) })).toThrow(
      /missing: first_layer.bias; unexpected: extra/,
    );
    expect(model.firstLayer.bias!.toArray()).toEqual(before);
    model.loadStateDict({ "first_layer.bias": ones([5]) }, { strict: false });
    expect(model.firstLayer.bias!.toArray()).toEqual([1, 1, 1, 1, 1]);
  });

  test("train, eval, zeroGrad, apply and to reach all below", () => {
    const model = new Two();
    model.eval();
    expect(model.modules().every((module) => !module.training)).toBe(true);
    model.train();
    model
      .forward(ones([2, 3]))
      .sum()
      .backward();
    model.zeroGrad();
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
    const names: string[] = [];
    model.apply((module) => names.push(module.constructor.name));
    expect(names.at(-1)).toBe("Two");
    model.to("float64");
    expect(model.shared.weight).toBe(model.firstLayer.weight);
    expect(model.parameters().every(({ dtype }) => dtype === "float64")).toBe(true);
  });
});

describe("layers", () => {
  test("Linear is x Wᵀ + b", () => {
    const layer = new Linear(2, 3);
    layer.loadStateDict({
      weight: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      bias: tensor([10, 20, 30]),
    });
    expect(layer.forward(tensor([1, 1])).toArray()).toEqual([13, 27, 41]);
  });

  test("Embedding's padding row is 0 and gets no gradient; ids are checked", () => {
    const table = new Embedding(3, 2, { paddingIdx: 1 });
    expect(table.weight.select(0, 1).toArray()).toEqual([0, 0]);
    table
      .forward(tensor(Int32Array.of(1, 0, 1)))
      .sum()
      .backward();
    expect(table.weight.grad!.toArray()).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(() => table.forward(tensor(Int32Array.of(3)))).toThrow(/index out of range\ngot: 3 for an extent of 3/);
    expect(() => table.forward(tensor([1]))).toThrow(/int32/);
  });

  test("Dropout keeps the mean and rests in evaluation", () => {
    manualSeed(1);
    const layer = new Dropout(0.25);
    expect(
      layer
        .forward(ones([20000]))
        .mean()
        .item(),
    ).toBeCloseTo(1, 1);
    layer.eval();
    expect(layer.forward(ones([7])).toArray()).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(() => new Dropout(2)).toThrow(/not a probability/);
  });

  test("Sequential passes through all of its modules", () => {
    const x = tensor([-1, 2]);
    expect(new Sequential(new ReLU()).forward(x).toArray()).toEqual([0, 2]);
    expect(new GELU({ approximate: "tanh" }).forward(x).select(0, 1).item()).toBeCloseTo(1.954597, 5);
  });

  test("the gradient of attention with all options is that of central differences", () => {
    manualSeed(5);
    const layer = new MultiheadAttention(6, 2, { kdim: 3, vdim: 5, addBiasKv: true, addZeroAttn: true }).to("float64");
    const [q, k, v] = [
      [2, 3, 6],
      [2, 7, 3],
      [2, 7, 5],
    ].map((shape) => randn(shape, { dtype: "float64" })) as [Tensor, Tensor, Tensor];
    const keyMask = tensor([true, true, false, true, true, true, false]).expand([2, 7]);
    const run = Object.assign(layer, {});
    expect(
      gradcheck({ parameters: () => run.parameters(), forward: () => layer.forward(q, k, v, { keyMask })[0] }, []),
    ).toBe(true);
  });

  test("heads must divide the width; unknown options throw", () => {
    expect(() => new MultiheadAttention(10, 3)).toThrow(/heads do not divide the width\ngot: 3 heads/);
    expect(() => new Linear(2, 3, { biass: false } as never)).toThrow(/unknown option "biass"/);
  });

  test("a query that may attend to nothing gives the output bias and no gradient", () => {
    const layer = new MultiheadAttention(4, 2);
    const x = randn([1, 3, 4], { requiresGrad: true });
    const [out, weights] = layer.forward(x, x, x, { keyMask: tensor([[false, false, false]]) });
    expect(out.toArray()).toEqual([
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    ]);
    expect(weights!.sum().item()).toBe(0);
    out.sum().backward();
    expect(x.grad!.abs().sum().item()).toBe(0);
  });
});

describe("init", () => {
  test("has the variances it promises", () => {
    const x = new Parameter(zeros([300, 200]));
    init.xavierUniform(x);
    expect(x.var().item()).toBeCloseTo(2 / 500, 4);
    init.kaimingNormal(x);
    expect(x.var().item()).toBeCloseTo(2 / 200, 3);
    init.normal(x, 3, 0.5);
    expect(x.mean().item()).toBeCloseTo(3, 1);
    expect(() => init.xavierNormal(zeros([3]))).toThrow(/at least two dims/);
  });
});
