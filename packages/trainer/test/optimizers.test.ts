import { describe, expect, test } from "@jest/globals";
import { detectAnomaly, ones, type Tensor, tensor } from "@typegrad/autograd";
import { Linear } from "@typegrad/nn";
import { Adagrad, Adam, AdamW, clipGradNorm, clipGradValue, type Optimizer, RMSprop, SGD } from "@typegrad/trainer";

const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });
const float64 = (...values: number[]): Tensor => tensor(Float64Array.from(values));

/** Steps with the same gradient; a null leaves the parameter without one. */
function steps(optimizer: Pick<Optimizer, "step">, parameter: Tensor, gradients: (number | null)[]): number[] {
  return gradients.map((g) => {
    parameter.grad = g === null ? null : float64(g);
    optimizer.step();
    return parameter.item();
  });
}

test("a frozen parameter stays as it is, weight decay included, and goes on where it was once it thaws", () => {
  const layer = new Linear(3, 2);
  const optimizer = new Adam(layer.parameters(), { lr: 0.1, weightDecay: 0.5 });
  const step = () => {
    optimizer.zeroGrad();
    layer
      .forward(ones([5, 3]))
      .sum()
      .backward();
    optimizer.step();
    return [layer.weight.toArray(), layer.bias!.toArray()];
  };
  layer.weight.requiresGrad = false;
  const start = [layer.weight.toArray(), layer.bias!.toArray()];
  const frozen = step();
  expect([frozen[0], frozen[1]]).toEqual([start[0], expect.not.arrayContaining(start[1] as number[])]);
  layer.weight.requiresGrad = true;
  expect(step()[0]).not.toEqual(start[0]);
});

describe("SGD", () => {
  test("follows x ← x − lr · g", () => {
    const x = leaf(1);
    expect(steps(new SGD([x], { lr: 0.5 }), x, [1, 2])).toEqual([0.5, -0.5]);
  });

  test("begins momentum with the whole gradient, whatever the dampening", () => {
    const x = leaf(0);
    const optimizer = new SGD([x], { lr: 1, momentum: 0.5, dampening: 0.25 });
    // d = 4, then 0.5 · 4 + 0.75 · 8 = 8
    expect(steps(optimizer, x, [4, 8])).toEqual([-4, -12]);
  });

  test("looks ahead with nesterov, and decays", () => {
    const x = leaf(2);
    const optimizer = new SGD([x], { lr: 1, momentum: 0.5, nesterov: true, weightDecay: 0.5 });
    // g = 1 + 0.5 · 2 = 2, d = 2, x = 2 − (2 + 0.5 · 2)
    expect(steps(optimizer, x, [1])).toEqual([-1]);
  });
});

describe("Adam", () => {
  test("moves by the rate at first, whatever the gradient's size", () => {
    for (const g of [1e-6, 1, 1e6]) {
      const x = leaf(1);
      expect(steps(new Adam([x], { lr: 0.125, eps: 0 }), x, [g])[0]).toBeCloseTo(0.875, 12);
    }
  });

  test("counts the steps of each parameter for itself", () => {
    const [x, y] = [leaf(1), leaf(1)];
    const optimizer = new Adam([x, y], { lr: 0.1 });
    steps(optimizer, x, [3, 3, 3]);
    x.grad = null;
    expect(steps(optimizer, y, [3, 3, 3]).at(-1)).toBe(x.item());
  });

  test("amsgrad divides by the largest average so far", () => {
    const [x, y] = [leaf(0), leaf(0)];
    const [a, b] = [
      new Adam([x], { lr: 1, betas: [0, 0.5] }),
      new Adam([y], { lr: 1, betas: [0, 0.5], amsgrad: true }),
    ];
    const before = [steps(a, x, [4])[0]!, steps(b, y, [4])[0]!];
    expect(before[0]).toBe(before[1]);
    // The average of g² falls from 8 to 4.5, corrected by 1 − 0.25.
    expect(before[0]! - steps(a, x, [1])[0]!).toBeCloseTo(1 / Math.sqrt(4.5 / 0.75), 7);
    expect(before[1]! - steps(b, y, [1])[0]!).toBeCloseTo(1 / Math.sqrt(8 / 0.75), 7);
  });

  test("decays through the gradient, AdamW beside it", () => {
    const [x, y] = [leaf(2), leaf(2)];
    expect(steps(new Adam([x], { lr: 0.1, weightDecay: 0.5, eps: 0 }), x, [0])[0]).toBeCloseTo(1.9, 12);
    expect(steps(new AdamW([y], { lr: 0.1, weightDecay: 0.5 }), y, [0])[0]).toBeCloseTo(1.9, 12);
    expect(steps(new AdamW([y], { lr: 0.1, weightDecay: 0.5 }), y, [0])[0]).toBeCloseTo(1.805, 12);
  });

  test("keeps float32 parameters float32", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const optimizer = new Adam([x], { lr: 0.5 });
    x.grad = tensor([1, -1]);
    optimizer.step();
    expect(x.dtype).toBe("float32");
    expect(x.toArray()).toEqual([0.5, 2.5]);
    expect(optimizer.stateDict()["state.0.exp_avg"]!.dtype).toBe("float32");
  });
});

describe("every optimizer", () => {
  test("groups have options of their own", () => {
    const [x, y] = [leaf(1), leaf(1)];
    const optimizer = new SGD([{ params: [x] }, { params: [y], lr: 0.25 }], { lr: 0.5 });
    x.grad = float64(1);
    y.grad = float64(1);
    optimizer.step();
    expect([x.item(), y.item()]).toEqual([0.5, 0.75]);
    optimizer.learningRate = 2;
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([2, 2]);
    optimizer.zeroGrad();
    expect([x.grad, y.grad]).toEqual([null, null]);
  });

  test("options other than the rate cannot be written, where they are read or in PyTorch's place", () => {
    const betas: [number, number] = [0.9, 0.99];
    const [group] = new Adam([leaf(1)], { betas }).paramGroups as [never];
    betas[0] = 0;
    const { settings } = group as { settings: { eps: number; betas: number[] } };
    const message = /^Adam: eps cannot change after construction\ngot: eps = 1\nhint: /;
    for (const target of [settings, group as { eps: number }]) {
      expect(() => {
        target.eps = 1;
      }).toThrow(message);
      expect(target.eps).toBe(1e-8);
    }
    expect(settings.betas).toEqual([0.9, 0.99]);
    expect(Object.isFrozen(settings.betas)).toBe(true);
  });

  test("a parameter that never has a gradient is left alone, and gives birth to no NaN", () => {
    for (const Class of [SGD, Adam, AdamW, RMSprop, Adagrad]) {
      const [x, y] = [leaf(1), leaf(1)];
      const optimizer = new Class([x, y], { lr: 0.5, weightDecay: 0.5 });
      optimizer.step();
      expect(x.item()).toBe(1);
      x.grad = float64(1);
      detectAnomaly(() => optimizer.step());
      expect([x.item() < 1, y.item()]).toEqual([true, 1]);
      const { "state.0.step": one, "state.1.step": none } = optimizer.stateDict();
      expect([one!.shape, one!.dtype, one!.item(), none!.item()]).toEqual([[], "float64", 1, 0]);
    }
  });

  test("moments that fade become 0, not subnormal", () => {
    const x = tensor([1], { requiresGrad: true });
    const optimizer = new RMSprop([x], { alpha: 0.5, momentum: 0.5, centered: true });
    x.grad = tensor([1e-18]);
    optimizer.step();
    x.grad = tensor([0]);
    for (let i = 0; i < 200; i++) optimizer.step();
    const {
      "state.0.square_avg": square,
      "state.0.grad_avg": average,
      "state.0.momentum_buffer": buffer,
    } = optimizer.stateDict();
    expect([square!.item(), average!.item(), buffer!.item()]).toEqual([0, 0, 0]);
  });

  test("goes on from a state-dict as if nothing had happened", () => {
    for (const make of [
      (x: Tensor) => new Adam([x], { lr: 0.1, amsgrad: true }),
      (x: Tensor) => new SGD([x], { lr: 0.1, momentum: 0.9, dampening: 0.5 }),
      (x: Tensor) => new RMSprop([x], { lr: 0.1, momentum: 0.9, centered: true }),
      (x: Tensor) => new Adagrad([x], { lr: 0.1, lrDecay: 0.5, initialAccumulatorValue: 0.25 }),
    ]) {
      const x = leaf(1);
      const optimizer = make(x);
      steps(optimizer, x, [1, 2]);
      optimizer.learningRate = 0.05;
      const [saved, y] = [optimizer.stateDict(), leaf(x.item())];
      const expected = steps(optimizer, x, [3, 4]);
      const other = make(y);
      other.loadStateDict(saved);
      expect(steps(other, y, [3, 4])).toEqual(expected);
    }
  });

  test("a state-dict that does not fit changes nothing", () => {
    const optimizer = new Adam([leaf(1, 2)]);
    const before = optimizer.stateDict();
    const wrong = { ...before, "state.0.exp_avg": float64(1), "param_groups.0.lr": float64(9).sum() };
    expect(() => optimizer.loadStateDict(wrong)).toThrow('Adam: "state.0.exp_avg" has another shape');
    const { "state.0.step": _, ...less } = before;
    expect(() => optimizer.loadStateDict(less)).toThrow('no key "state.0.step"');
    expect(() => optimizer.loadStateDict({ ...before, more: float64(1) })).toThrow('an unexpected key "more"');
    const negative = { ...before, "param_groups.0.lr": float64(-1).sum() };
    expect(() => optimizer.loadStateDict(negative)).toThrow("Adam: lr must not be negative");
    const number = { ...before, "state.0.step": 3 as never };
    expect(() => optimizer.loadStateDict(number)).toThrow('"state.0.step" has another shape\ngot: number for []');
    expect(optimizer.learningRate).toBe(1e-3);
  });

  const x = leaf(1);
  const errors: [string, () => unknown, string][] = [
    ["no parameters", () => new Adam([]), "Adam: there are no parameters"],
    ["an empty group", () => new SGD([{ params: [] }]), "SGD: there are no parameters"],
    ["a model", () => new Adam({} as never), "Adam: there are no parameters"],
    [
      "the same twice",
      () => new Adam([x, leaf(1), x]),
      "Adam: the same parameter comes twice\ngot: parameters 0 and 2",
    ],
    ["twice over groups", () => new SGD([{ params: [x] }, { params: [x] }]), "SGD: the same parameter comes twice"],
    ["a computed tensor", () => new SGD([x.add(1)]), "SGD: parameter 0 is not a float leaf"],
    ["integers", () => new SGD([tensor(Int32Array.of(1))]), "SGD: parameter 0 is not a float leaf"],
    ["a negative rate", () => new SGD([x], { lr: -1 }), "SGD: lr must not be negative"],
    ["a rate that is no number", () => new Adam([x], { lr: Number.NaN }), "Adam: lr must not be negative"],
    [
      "a negative rate later",
      () => Object.assign(new Adam([x]), { learningRate: -1 }),
      "Adam: lr must not be negative",
    ],
    ["an unknown option", () => new Adam([x], { beta: 1 } as never), 'Adam: unknown option "beta"'],
    ["one in a group", () => new SGD([{ params: [x], eps: 1 } as never]), 'SGD: unknown option "eps"'],
    ["betas", () => new AdamW([x], { betas: [0.9, 1] }), "AdamW: betas[1] must lie in [0, 1)"],
    ["eps", () => new Adam([x], { eps: -1 }), "Adam: eps must not be negative"],
    ["decay", () => new SGD([x], { weightDecay: -1 }), "SGD: weightDecay must not be negative"],
    ["nesterov", () => new SGD([x], { nesterov: true }), "SGD: nesterov needs momentum and no dampening"],
    ["alpha", () => new RMSprop([x], { alpha: 1 }), "RMSprop: alpha must lie in [0, 1)"],
    ["RMSprop's eps", () => new RMSprop([x], { eps: -1 }), "RMSprop: eps must not be negative"],
    ["RMSprop's momentum", () => new RMSprop([x], { momentum: -1 }), "RMSprop: momentum must not be negative"],
    ["RMSprop's decay", () => new RMSprop([x], { weightDecay: -1 }), "RMSprop: weightDecay must not be negative"],
    ["lrDecay", () => new Adagrad([x], { lrDecay: -1 }), "Adagrad: lrDecay must not be negative"],
    ["Adagrad's decay", () => new Adagrad([x], { weightDecay: -1 }), "Adagrad: weightDecay must not be negative"],
    ["Adagrad's eps", () => new Adagrad([x], { eps: -1 }), "Adagrad: eps must not be negative"],
    [
      "the sum's start",
      () => new Adagrad([x], { initialAccumulatorValue: -1 }),
      "Adagrad: initialAccumulatorValue must not be negative",
    ],
    ["maxNorm", () => clipGradNorm([x], -1), "clipGradNorm: maxNorm must not be negative"],
    ["normType", () => clipGradNorm([x], 1, { normType: Number.NaN }), "clipGradNorm: normType must be a number"],
    ["limit", () => clipGradValue([x], Number.NaN), "clipGradValue: limit must not be negative"],
  ];
  test.each(errors)("refuses %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe("clipping", () => {
  const withGradient = (...values: number[]): Tensor => {
    const x = leaf(...values);
    x.grad = float64(...values);
    return x;
  };

  test("scales all gradients by one factor, and leaves the old ones alone", () => {
    const [x, y, none] = [withGradient(3), withGradient(0, 4), leaf(1)];
    const before = x.grad!;
    expect(clipGradNorm([x, y, none], 2.5).item()).toBe(5);
    expect(x.grad!.item()).toBeCloseTo(1.5, 5);
    expect((y.grad!.toArray() as number[])[1]).toBeCloseTo(2, 5);
    expect([before.item(), none.grad]).toEqual([3, null]);
  });

  test("knows other norms", () => {
    expect(clipGradNorm([withGradient(3), withGradient(-4)], 1, { normType: 1 }).item()).toBe(7);
    expect(clipGradNorm([withGradient(3), withGradient(-4)], 1, { normType: Number.POSITIVE_INFINITY }).item()).toBe(4);
    expect(clipGradNorm([withGradient(3, -4), withGradient(2)], 1, { normType: 3 }).item()).toBeCloseTo(
      Math.cbrt(99),
      12,
    );
    expect(clipGradNorm([withGradient(3, -4), withGradient(2)], 1, { normType: -1 }).item()).toBeCloseTo(12 / 13, 12);
    // The norm of the norms: how many gradients are not 0.
    expect(clipGradNorm([withGradient(3, -4), withGradient(2), withGradient(0)], 9, { normType: 0 }).item()).toBe(2);
    expect(clipGradNorm([withGradient(3, -4)], 1, { normType: Number.NEGATIVE_INFINITY }).item()).toBe(3);
    expect(clipGradNorm([leaf(1)], 1).item()).toBe(0);
    const total = clipGradNorm([withGradient(1)], 1);
    expect([total.shape, total.dtype]).toEqual([[], "float64"]);
  });

  test("clipGradValue holds each element", () => {
    const x = withGradient(-3, 0.5, 2);
    clipGradValue([x], 1);
    expect(x.grad!.toArray()).toEqual([-1, 0.5, 1]);
  });
});
