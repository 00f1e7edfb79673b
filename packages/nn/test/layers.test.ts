import { describe, expect, test } from "@jest/globals";
import { Generator, manualSeed, math, ones, randn, type Tensor, tensor } from "@typegrad/autograd";
import { allClose } from "@typegrad/autograd/testing";
import {
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  Dropout,
  Embedding,
  GELU,
  KLDivLoss,
  LayerNorm,
  Linear,
  type Module,
  MSELoss,
  NLLLoss,
  ReLU,
  RMSNorm,
  Sigmoid,
  SiLU,
  SmoothL1Loss,
  Softmax,
  Tanh,
} from "../src/index.js";

const float64 = (shape: number[], seed = 0): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) });
const numbers = (x: Tensor): number[] => Array.from(x.data);
const { exp, log, erf, tanh } = math;
const sigmoid = (x: number): number => 1 / (1 + exp(-x));

describe("layers", () => {
  test("Linear is x Wᵀ + b", () => {
    const layer = new Linear(2, 3);
    const weight = [1, 2, 3, 4, 5, 6];
    layer.loadStateDict({ weight: tensor(weight, { shape: [3, 2] }), bias: tensor([10, 20, 30]) });
    expect(layer.forward(tensor([1, 1])).toArray()).toEqual([13, 27, 41]);
    expect(Object.keys(new Linear(2, 3, { bias: false }).stateDict())).toEqual(["weight"]);
  });

  test("Linear starts uniform within one by the root of its inputs", () => {
    manualSeed(3);
    const { weight, bias } = new Linear(25, 200);
    for (const x of [weight, bias!]) {
      expect(x.abs().amax().item()).toBeLessThanOrEqual(0.2);
      expect(x.abs().amax().item()).toBeGreaterThan(0.19);
      expect(x.mean().item()).toBeCloseTo(0, 1);
    }
  });

  test("Embedding's padding row is 0 and gets no gradient", () => {
    for (const paddingIdx of [1, -2]) {
      const table = new Embedding(3, 2, { paddingIdx });
      expect(table.weight.select(0, 1).toArray()).toEqual([0, 0]);
      const ids = tensor(Int32Array.of(1, 0, 1));
      table.forward(ids).sum().backward();
      expect(table.weight.grad!.toArray()).toEqual([
        [1, 1],
        [0, 0],
        [0, 0],
      ]);
    }
  });

  test("Dropout keeps the mean, repeats with its generator and rests in evaluation", () => {
    const layer = new Dropout(0.25, { generator: new Generator(1) });
    const x = ones([20000]);
    const dropped = layer.forward(x);
    expect(dropped.mean().item()).toBeCloseTo(1, 1);
    expect(new Set(numbers(dropped))).toEqual(new Set([0, Math.fround(4 / 3)]));
    const again = new Dropout(0.25, { generator: new Generator(1) });
    expect(again.forward(x).toArray()).toEqual(dropped.toArray());
    expect(layer.eval().forward(x)).toBe(x);
  });

  test("LayerNorm takes away mean and deviation over all of its dims", () => {
    const x = float64([2, 3, 5]);
    const layer = new LayerNorm([3, 5], { eps: 0.1 }).to("float64");
    const wanted = [0, 1].flatMap((n) => {
      const row = numbers(x.select(0, n));
      const mean = row.reduce((a, b) => a + b) / 15;
      const variance = row.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 15;
      return row.map((value) => (value - mean) / Math.sqrt(variance + 0.1));
    });
    expect(allClose(layer.forward(x), tensor(Float64Array.from(wanted), { shape: x.shape }), { rtol: 1e-12 })).toBe(
      true,
    );
    expect(Object.keys(new LayerNorm(5, { bias: false }).stateDict())).toEqual(["weight"]);
    expect(Object.keys(new LayerNorm(5, { elementwiseAffine: false }).stateDict())).toEqual([]);
  });

  test("RMSNorm divides by the root mean square over all of its dims", () => {
    const x = float64([2, 3, 5]);
    const layer = new RMSNorm([3, 5], { eps: 0.1 }).to("float64");
    const factor = float64([3, 5], 1);
    layer.loadStateDict({ weight: factor });
    const wanted = [0, 1].flatMap((n) => {
      const row = numbers(x.select(0, n));
      const square = row.reduce((sum, value) => sum + value * value, 0) / 15;
      return row.map((value, i) => (value / Math.sqrt(square + 0.1)) * factor.data[i]!);
    });
    expect(allClose(layer.forward(x), tensor(Float64Array.from(wanted), { shape: x.shape }), { rtol: 1e-12 })).toBe(
      true,
    );
  });

  test("RMSNorm adds by default the machine epsilon of the dtype", () => {
    const tiny = 1e-4;
    for (const [dtype, eps] of [
      ["float32", 2 ** -23],
      ["float64", 2 ** -52],
    ] as const) {
      const out = new RMSNorm(1, { elementwiseAffine: false }).forward(tensor([tiny], { dtype }));
      expect(out.item()).toBeCloseTo(tiny / Math.sqrt(tiny * tiny + eps), 5);
    }
  });
});

describe("activations", () => {
  const table: [string, Module & { forward(x: Tensor): Tensor }, (x: number) => number][] = [
    ["ReLU", new ReLU(), (x) => Math.max(x, 0)],
    ["GELU", new GELU(), (x) => (x * (1 + erf(x / Math.SQRT2))) / 2],
    [
      "GELU by tanh",
      new GELU({ approximate: "tanh" }),
      (x) => (x * (1 + tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))) / 2,
    ],
    ["SiLU", new SiLU(), (x) => x * sigmoid(x)],
    ["Tanh", new Tanh(), tanh],
    ["Sigmoid", new Sigmoid(), sigmoid],
  ];
  test.each(table)("%s is its formula", (_, module, formula) => {
    const x = float64([3, 5]);
    const wanted = tensor(Float64Array.from(numbers(x), formula), { shape: [3, 5] });
    expect(allClose(module.forward(x), wanted, { rtol: 1e-12, atol: 1e-15 })).toBe(true);
  });

  test("Softmax sums to one along its dim", () => {
    const x = float64([3, 5]);
    const columns = new Softmax(0).forward(x);
    expect(allClose(columns.sum(0), ones([5], { dtype: "float64" }))).toBe(true);
    const powers = numbers(x.slice(0, 0, 1)).map(exp);
    const total = powers.reduce((a, b) => a + b);
    const first = tensor(Float64Array.from(powers, (power) => power / total));
    expect(allClose(new Softmax().forward(x).select(0, 0), first, { rtol: 1e-12 })).toBe(true);
  });
});

describe("losses", () => {
  const [a, b] = [float64([7]), float64([7], 1)];
  const logits = float64([3, 5]);
  const classes = tensor(Int32Array.of(4, -100, 2));
  const weight = tensor(Float64Array.of(1, 2, 3, 4, 5));
  const mean = (values: number[]): number => values.reduce((x, y) => x + y) / values.length;
  const pairs = (f: (x: number, y: number) => number): number[] => numbers(a).map((x, i) => f(x, b.data[i]!));
  const logOf = (row: number, column: number): number => {
    const values = numbers(logits.select(0, row));
    return values[column]! - log(values.reduce((sum, value) => sum + exp(value), 0));
  };

  test("MSELoss, SmoothL1Loss and BCEWithLogitsLoss are their formulas", () => {
    expect(new MSELoss().forward(a, b).item()).toBeCloseTo(mean(pairs((x, y) => (x - y) * (x - y))), 12);
    const smooth = pairs((x, y) => {
      const d = Math.abs(x - y);
      return d < 0.5 ? d * d : d - 0.25;
    });
    const loss = new SmoothL1Loss({ beta: 0.5, reduction: "none" }).forward(a, b);
    expect(allClose(loss, tensor(Float64Array.from(smooth)), { rtol: 1e-12 })).toBe(true);
    const target = b.sigmoid();
    const posWeight = weight.sum().div(5);
    const wanted = numbers(a).map((x, i) => {
      const y = target.data[i]!;
      return -3 * y * log(sigmoid(x)) - (1 - y) * log(sigmoid(-x));
    });
    const binary = new BCEWithLogitsLoss({ posWeight, weight: tensor(2), reduction: "sum" });
    expect(binary.forward(a, target).item()).toBeCloseTo(2 * 7 * mean(wanted), 10);
    expect(Object.keys(binary.stateDict())).toEqual(["weight", "pos_weight"]);
  });

  test("CrossEntropyLoss and NLLLoss weight classes and leave out what is ignored", () => {
    const wanted = -(5 * logOf(0, 4) + 3 * logOf(2, 2)) / 8;
    const loss = new CrossEntropyLoss({ weight });
    expect(loss.forward(logits, classes).item()).toBeCloseTo(wanted, 12);
    expect(new NLLLoss({ weight }).forward(logits.logSoftmax(), classes).item()).toBeCloseTo(wanted, 12);
    expect(
      new NLLLoss({ ignoreIndex: 2, reduction: "sum" })
        .forward(logits.logSoftmax(), tensor(Int32Array.of(4, 2, 2)))
        .item(),
    ).toBeCloseTo(-logOf(0, 4), 12);
    const smooth = new CrossEntropyLoss({ labelSmoothing: 0.1 }).forward(
      logits.slice(0, 0, 1),
      tensor(Int32Array.of(4)),
    );
    expect(smooth.item()).toBeCloseTo(-0.9 * logOf(0, 4) - 0.1 * mean([0, 1, 2, 3, 4].map((c) => logOf(0, c))), 12);
    expect(loss.buffers()).toHaveLength(1);
    expect(loss.parameters()).toHaveLength(0);
    loss.to("float32");
    expect(loss.weight!.dtype).toBe("float32");
  });

  test("KLDivLoss takes log-probabilities, and on request a target of those", () => {
    const [p, q] = [logits.softmax(), logits.flip([0]).logSoftmax()];
    const wanted = numbers(p).reduce((sum, y, i) => sum + y * (log(y) - q.data[i]!), 0);
    expect(new KLDivLoss({ reduction: "batchmean" }).forward(q, p).item()).toBeCloseTo(wanted / 3, 12);
    expect(new KLDivLoss({ logTarget: true }).forward(q, p.log()).item()).toBeCloseTo(wanted / 15, 12);
  });
});
