import { beforeAll, describe, expect, test } from "@jest/globals";
import { exp, Generator, GradError, mul, rand, randn, type Tensor, TypegradError, tensor } from "../src/index.js";
import { allClose, gradcheck, gradgradcheck, matchers, type TensorMatchers } from "../src/testing/index.js";
import { away } from "./samples/sample.js";

/** The type of `expect` once it is extended: where the module "expect" resolves, a declaration merges it. */
const expectTensor = expect as unknown as (given: unknown) => TensorMatchers<void> & { not: TensorMatchers<void> };

/** x² with a gradient that `bend` falsifies. */
const squareWith = (bend: (gradient: Tensor) => Tensor) => (x: Tensor) => {
  const y = mul(x, x);
  if (y.requiresGrad) y.registerHook(bend);
  return y;
};

describe("gradcheck", () => {
  test("names function, output, input, element, both values and the seed", () => {
    const cube = (_: Tensor, x: Tensor) => [x.detach(), mul(mul(x, x), x.detach())];
    let message = "";
    try {
      gradcheck(cube, [away(2), tensor(Float64Array.of(2, 3), { requiresGrad: true })], { seed: 5 });
    } catch (error) {
      message = (error as Error).message;
    }
    const lines = message.split("\n");
    expect(lines[0]).toMatch(
      /^gradcheck: cube: the gradient of a random cotangent \(seed 5\) is wrong at input 1 of shape \[2\], element 0$/,
    );
    expect(lines[1]).toMatch(/^got: analytic [-\d.]+, numeric [-\d.]+, seed 5$/);
    expect(lines).toHaveLength(3);
  });

  test("looks at every row of a small Jacobian", () => {
    // A random combination of the rows does not see an error that is orthogonal to it.
    const [v0, v1] = randn([2], { dtype: "float64", generator: new Generator(0) }).data;
    const across = tensor(Float64Array.of(-v1!, v0!));
    const bent = (x: Tensor) => {
      const y = mul(x, 1);
      if (y.requiresGrad) y.registerHook((g) => g.add(g.mul(across).sum()));
      return y;
    };
    expect(() => gradcheck(bent, [away(2)])).toThrow(/the gradient of output element 0 is wrong/);
  });

  test("accepts trees, constants, integers and several inputs", () => {
    const tree = (x: Tensor, y: Tensor) => ({ a: [exp(x), x.gt(0)], b: { c: mul(x, y) }, d: y.detach().mul(0), e: 3 });
    expect(gradcheck(tree, [away(3), away(3)])).toBe(true);
    expect(gradgradcheck(tree, [away(3), away(3)])).toBe(true);
  });

  test("takes trees of inputs, with constants and integers among them, and names where in them it fails", () => {
    const [x, weight, bias] = [away(3), away(3), away(3)];
    const ids = tensor(Int32Array.of(2, 0));
    const layer = (
      input: Tensor,
      { w, rest: [b, at] }: { w: Tensor; rest: readonly [Tensor, Tensor] },
      power: number,
    ) => input.mul(w).add(b.pow(power)).indexSelect(0, at);
    for (const check of [gradcheck, gradgradcheck]) {
      expect(check(layer, [x, { w: weight, rest: [bias, ids] }, 2])).toBe(true);
      expect(check(layer, [x.detach(), { w: weight, rest: [weight, ids] }, 2])).toBe(true);
    }
    const bent = (_: Tensor, { w }: { w: readonly Tensor[] }) => mul(w[1]!, w[1]!.detach());
    expect(() => gradcheck(bent, [x, { w: [weight, bias] }])).toThrow(
      /^gradcheck: bent: .* is wrong at input 1\.w\[1\] of shape \[3\], element 0\ngot: analytic [-\d.]+, numeric [-\d.]+, seed 0\n/,
    );
  });

  test("checks the parameters of a module by name", () => {
    const weight = away(3);
    const module = {
      namedParameters: () => [["weight", weight] as const],
      forward: (x: Tensor) => mul(x, mul(weight, weight.detach())),
    };
    expect(() => gradcheck(module, [away(3).detach()])).toThrow(
      /wrong at parameter "weight" of shape \[3\], element 0/,
    );
    expect(gradcheck({ parameters: () => [weight], forward: () => exp(weight) }, [])).toBe(true);
  });

  test("leaves inputs as they were, after a failure too, and touches no .grad", () => {
    const x = away(3);
    const before = x.toArray();
    gradcheck((a) => exp(a), [x]);
    expect(() => gradcheck((a) => mul(a, a.detach()), [x])).toThrow(GradError);
    expect([x.toArray(), x.grad]).toEqual([before, null]);
  });

  test("finds functions and gradients that are not deterministic, and gradients that are not linear", () => {
    const source = new Generator(1);
    const noisy = (x: Tensor) => mul(x, rand([3], { dtype: "float64", generator: source }));
    expect(() => gradcheck(noisy, [away(3)])).toThrow(/noisy: gives another result the second time/);
    let calls = 0;
    expect(() =>
      gradcheck(
        squareWith((g) => mul(g, ++calls)),
        [away(3)],
      ),
    ).toThrow(/another gradient the second time/);
    expect(() =>
      gradcheck(
        squareWith((g) => g.add(1)),
        [away(3)],
      ),
    ).toThrow(/a cotangent of 0 gives a gradient/);
  });

  test("finds an error of the tolerance's size and no smaller one", () => {
    expect(() =>
      gradcheck(
        squareWith((g) => mul(g, 1.01)),
        [away(3)],
      ),
    ).toThrow(/is wrong/);
    expect(
      gradcheck(
        squareWith((g) => mul(g, 1.0005)),
        [away(3)],
      ),
    ).toBe(true);
    expect(() =>
      gradcheck(
        squareWith((g) => mul(g, 1.0005)),
        [away(3)],
        { rtol: 1e-6, atol: 1e-7 },
      ),
    ).toThrow(/is wrong/);
  });

  const refused: [string, () => unknown, RegExp][] = [
    ["no input", () => gradcheck((x) => x, [tensor(Float64Array.of(1))]), /nothing to check/],
    [
      "float32",
      () => gradcheck((x) => x, [tensor([1], { requiresGrad: true })]),
      /input 0 must be float64\ngot: float32/,
    ],
    ["a result", () => gradcheck((x) => x, [exp(away(3))]), /is not a leaf.*\ngot: a result of exp/],
    ["a float32 output", () => gradcheck((x) => x.to("float32"), [away(3)]), /an output is float32/],
    ["no output", () => gradcheck((x) => x.gt(0), [away(3)]), /holds no float64 number/],
    ["an unknown option", () => gradcheck((x) => x, [away(3)], { tol: 1 } as never), /unknown option "tol"/],
  ];
  test.each(refused)("refuses %s", (_, run, message) => {
    expect(run).toThrow(TypegradError);
    expect(run).toThrow(message);
    expect(run).toThrow(/^[^\n]+\ngot: [^\n]+\nhint: [^\n]+$/);
  });
});

describe("gradgradcheck", () => {
  test("finds a second derivative that is wrong where the first is right", () => {
    // Replaces the gradient by equal numbers without a graph.
    const cut = (x: Tensor) => {
      const y = mul(x, 1);
      if (y.requiresGrad) y.registerHook((g) => mul(g.detach(), 1));
      return y;
    };
    expect(gradcheck(cut, [away(3)])).toBe(true);
    expect(() => gradgradcheck(cut, [away(3)])).toThrow(/^gradgradcheck: gradient of cut: .* is wrong at/);
  });
});

describe("allClose", () => {
  const t = (...values: number[]) => tensor(Float64Array.from(values));
  test("is |a − b| ≤ atol + rtol |b|, NaN equals NaN, infinities equal themselves", () => {
    expect(allClose(t(1, Number.NaN, Infinity), t(1 + 1e-6, Number.NaN, Infinity))).toBe(true);
    expect(allClose(t(1), t(1.1))).toBe(false);
    expect(allClose(t(1), t(1.1), { atol: 0.2 })).toBe(true);
    expect([allClose(t(Infinity), t(-Infinity)), allClose(t(1), t(Infinity))]).toEqual([false, false]);
    expect(allClose(t(1, 1), t(1))).toBe(false);
    expect(allClose(t(0), t(-0))).toBe(true);
  });
});

describe("matchers", () => {
  beforeAll(() => {
    expect.extend(matchers);
  });
  test("pass and fail", () => {
    expectTensor((x: Tensor) => exp(x)).toPassGradcheck([away(3)]);
    expectTensor((x: Tensor) => mul(x, x.detach())).not.toPassGradcheck([away(3)]);
    expectTensor((x: Tensor) => exp(x)).toPassGradgradcheck([away(3)]);
    expectTensor((x: Tensor) => mul(x, x.detach())).not.toPassGradgradcheck([away(3)]);
    expectTensor((a: { x: Tensor }) => exp(a.x)).toPassGradcheck([{ x: away(3) }], { seed: 3 });
    expect(() => expectTensor((x: Tensor) => exp(x)).not.toPassGradcheck([away(3)])).toThrow(
      /expected gradcheck to fail/,
    );
    // What is no finding about gradients is no verdict either.
    expect(() => expectTensor((x: Tensor) => x).not.toPassGradcheck([tensor([1], { requiresGrad: true })])).toThrow(
      /must be float64/,
    );
    expectTensor(tensor([1, 2])).toBeAllClose(tensor([1, 2.000001]));
    expectTensor(tensor([1, 2])).not.toBeAllClose(tensor([1, 3]));
    expect(() => expectTensor(tensor([1])).toBeAllClose(tensor([3]))).toThrow(
      /expected tensor\(\[1\.\].*\nto be close to/,
    );
    expect(() => expectTensor(3).toBeAllClose(tensor([3]))).toThrow(/two tensors are compared/);
  });
});
