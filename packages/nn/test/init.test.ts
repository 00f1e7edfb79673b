import { describe, expect, test } from "@jest/globals";
import { eye, Generator, math, type Tensor, zeros } from "@typegrad/autograd";
import { allClose } from "@typegrad/autograd/testing";
import { init, Parameter } from "../src/index.js";
import { inverseErf } from "../src/init/inverse-erf.js";

const weight = (...shape: number[]): Parameter => new Parameter(zeros(shape));
const generator = (seed = 7): Generator => new Generator(seed);
const extent = (x: Tensor): number => x.abs().amax().item();

describe("the variance of", () => {
  // [out, in, kernel] with fanIn 60 · 5 and fanOut 90 · 5.
  const [fanIn, fanOut] = [300, 450];
  const rows: [string, (x: Parameter) => Tensor, number, boolean][] = [
    ["xavierUniform", (x) => init.xavierUniform(x, { gain: 2, generator: generator() }), 8 / (fanIn + fanOut), true],
    ["xavierNormal", (x) => init.xavierNormal(x, { gain: 2, generator: generator() }), 8 / (fanIn + fanOut), false],
    ["kaimingUniform", (x) => init.kaimingUniform(x, { generator: generator() }), 2 / fanIn, true],
    ["kaimingUniform of fanOut", (x) => init.kaimingUniform(x, { mode: "fanOut", a: 2 }), 2 / 5 / fanOut, true],
    ["kaimingNormal", (x) => init.kaimingNormal(x, { generator: generator() }), 2 / fanIn, false],
    ["kaimingNormal of tanh", (x) => init.kaimingNormal(x, { nonlinearity: "tanh" }), 25 / 9 / fanIn, false],
    ["uniform", (x) => init.uniform(x, { a: -3, b: 3 }), 3, true],
    ["normal", (x) => init.normal(x, { std: 0.5, generator: generator() }), 0.25, false],
  ];
  test.each(rows)("%s is what it promises", (_, fill, variance, bounded) => {
    const x = weight(90, 60, 5);
    expect(fill(x)).toBe(x);
    expect(x.var().item() / variance).toBeCloseTo(1, 1);
    expect(Math.abs(x.mean().item())).toBeLessThan(0.05 * Math.sqrt(variance));
    const bound = Math.sqrt(3 * variance);
    if (bounded) expect(Math.abs(extent(x) / bound - 1)).toBeLessThan(0.001);
    else expect(extent(x)).toBeGreaterThan(1.7 * bound);
    expect([x.requiresGrad, x.isLeaf]).toEqual([true, true]);
  });
});

describe("initialisations", () => {
  const all: Record<string, (x: Parameter, generator: Generator) => unknown> = {
    uniform: (x, generator) => init.uniform(x, { generator }),
    normal: (x, generator) => init.normal(x, { generator }),
    truncNormal: (x, generator) => init.truncNormal(x, { generator }),
    xavierUniform: (x, generator) => init.xavierUniform(x, { generator }),
    xavierNormal: (x, generator) => init.xavierNormal(x, { generator }),
    kaimingUniform: (x, generator) => init.kaimingUniform(x, { generator }),
    kaimingNormal: (x, generator) => init.kaimingNormal(x, { generator }),
    orthogonal: (x, generator) => init.orthogonal(x, { generator }),
  };
  test.each(Object.entries(all))("%s repeats from a seed, and takes empty weights", (_, fill) => {
    const filled = (seed: number): unknown => {
      const x = weight(3, 5);
      fill(x, generator(seed));
      return x.toArray();
    };
    expect(filled(1)).toEqual(filled(1));
    expect(filled(1)).not.toEqual(filled(2));
    expect(() => fill(weight(0, 5), generator())).not.toThrow();
    expect(() => fill(weight(5, 0), generator())).not.toThrow();
  });

  test("ones and zeros fill a weight", () => {
    const x = weight(2, 3);
    expect(init.ones(x).sum().item()).toBe(6);
    expect(init.zeros(x).abs().sum().item()).toBe(0);
  });

  test("truncNormal keeps to its bounds, and has the moments of what is left", () => {
    const x = init.truncNormal(weight(20000), { mean: 1, std: 2, a: 0, b: 5, generator: generator() });
    expect([x.amin().item() >= 0, x.amax().item() <= 5]).toEqual([true, true]);
    const density = (z: number): number => math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const below = (z: number): number => (1 + math.erf(z / Math.SQRT2)) / 2;
    const [low, high] = [-0.5, 2];
    const mass = below(high) - below(low);
    const shift = (density(low) - density(high)) / mass;
    expect(Math.abs(x.mean().item() - (1 + 2 * shift))).toBeLessThan(0.03);
    const variance = 4 * (1 + (low * density(low) - high * density(high)) / mass - shift * shift);
    expect(Math.abs(x.var().item() / variance - 1)).toBeLessThan(0.03);
  });

  test("the inverse error function undoes the error function", () => {
    for (const x of [-5, -2.5, -0.7, -1e-3, 0, 1e-9, 0.3, 1, 2, 3.5]) {
      // Near ±1 the argument itself has lost the digits that tell two x apart.
      const slope = (2 / Math.sqrt(Math.PI)) * math.exp(-x * x);
      expect(Math.abs(inverseErf(math.erf(x)) - x)).toBeLessThan(1e-14 * Math.abs(x) + 2e-16 / slope);
    }
    expect([inverseErf(1), inverseErf(-1), inverseErf(2)]).toEqual([Infinity, -Infinity, Number.NaN]);
  });

  test.each([
    [[11, 5], 5],
    [[5, 11], 5],
    [[7, 7], 7],
    [[3, 2, 5], 3],
  ])("orthogonal of %j has orthogonal rows or columns of the gain's length", (shape, count) => {
    const x = new Parameter(zeros(shape, { dtype: "float64" }));
    init.orthogonal(x, { gain: 3, generator: generator() });
    const matrix = x.reshape([shape[0]!, -1]);
    const [rows, columns] = matrix.shape as [number, number];
    const product = rows > columns ? matrix.transpose(0, 1).matmul(matrix) : matrix.matmul(matrix.transpose(0, 1));
    expect(allClose(product, eye(count, count, { dtype: "float64" }).mul(9), { atol: 1e-13 })).toBe(true);
  });

  test("gains are those that keep a deviation", () => {
    expect(init.calculateGain("linear")).toBe(1);
    expect(init.calculateGain("relu")).toBe(Math.SQRT2);
    expect(init.calculateGain("leakyRelu")).toBeCloseTo(Math.sqrt(2 / 1.0001), 14);
    expect(init.calculateGain("leakyRelu", 3)).toBeCloseTo(Math.sqrt(0.2), 14);
    expect([init.calculateGain("tanh"), init.calculateGain("selu")]).toEqual([5 / 3, 0.75]);
  });
});
