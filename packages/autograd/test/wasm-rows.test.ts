import { describe, expect, test } from "@jest/globals";
import { Generator, randint, randn, type Tensor, tensor, zeros } from "../src/index.js";
import { lowerings } from "../src/targets/wasm/lower/index.js";
import { bothResults, expectLike, type KernelCase } from "./support/kernel-case.js";
import { runStep } from "./support/run-step.js";

const normal = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });
const widths = [1, 3, 5, 63, 64, 65, 1000];

/** So many rows that there are several tasks, the last one smaller. */
const rowsOf = (width: number): number => Math.ceil(20_011 / width);

const softmax = (x: Tensor): KernelCase => ({
  kernel: "softmax",
  inputs: [x],
  outputs: [{ shape: x.shape }],
  run: (target, [input], [output]) => target.softmax(input!, output!),
});

const logSoftmax = (x: Tensor): KernelCase => ({
  kernel: "logSoftmax",
  inputs: [x],
  outputs: [{ shape: x.shape }],
  run: (target, [input], [output]) => target.logSoftmax(input!, output!),
});

const softmaxGrad = (gradient: Tensor, x: Tensor): KernelCase => ({
  kernel: "softmaxGrad",
  inputs: [gradient, x.softmax(-1)],
  outputs: [{ shape: x.shape }],
  run: (target, [g, y], [output]) => target.softmaxGrad(g!, y!, output!),
});

const logSoftmaxGrad = (gradient: Tensor, x: Tensor): KernelCase => ({
  kernel: "logSoftmaxGrad",
  inputs: [gradient, x.logSoftmax(-1)],
  outputs: [{ shape: x.shape }],
  run: (target, [g, y], [output]) => target.logSoftmaxGrad(g!, y!, output!),
});

interface NormSettings {
  readonly weight?: Tensor;
  readonly bias?: Tensor;
  readonly rms?: boolean;
}

const parametersOf = ({ weight, bias }: NormSettings): Tensor[] => [weight, bias].filter((x) => x !== undefined);

const layerNorm = (x: Tensor, options: NormSettings = {}): KernelCase => {
  const { weight, bias, rms = false } = options;
  const settings = { eps: 1e-5, rms, hasWeight: weight !== undefined, hasBias: bias !== undefined };
  return {
    kernel: "layerNorm",
    inputs: [x, ...parametersOf(options)],
    outputs: [{ shape: x.shape }, { shape: [2, x.shape[0]!], dtype: "float64" }],
    settings,
    run: (target, [input], [output, statistics]) => {
      const operands = { input: input!, weight: weight ?? null, bias: bias ?? null };
      target.layerNorm(operands, settings.eps, rms, output!, statistics!);
    },
  };
};

const statisticsOf = (x: Tensor, rms: boolean): Tensor => bothResults(layerNorm(x, { rms })).wanted[1]!;

const layerNormGrad = (gradient: Tensor, x: Tensor, { weight, rms = false }: NormSettings = {}): KernelCase => ({
  kernel: "layerNormGrad",
  inputs: [gradient, x, statisticsOf(x, rms), ...parametersOf({ ...(weight && { weight }) })],
  outputs: [{ shape: x.shape }],
  settings: { rms, hasWeight: weight !== undefined },
  run: (target, [g, input, statistics], [output]) =>
    target.layerNormGrad(g!, input!, weight ?? null, statistics!, rms, output!),
});

const standardize = (x: Tensor): KernelCase => ({
  kernel: "standardize",
  inputs: [x, statisticsOf(x, false)],
  outputs: [{ shape: x.shape }],
  run: (target, [input, statistics], [output]) => target.standardize(input!, statistics!, output!),
});

/** Results within rounding, and more tasks than one. */
function check(one: KernelCase, rounding = 1e-6): readonly Tensor[] {
  const { found, wanted, tasks } = bothResults(one);
  found.forEach((x, i) => {
    expectLike(x, wanted[i]!, rounding);
  });
  expect(tasks).toBeGreaterThan(1);
  return found;
}

describe("kernels along rows are those of the reference, however the tasks are split", () => {
  test.each(widths)("of %i elements", (width) => {
    const shape = [rowsOf(width), width];
    const [x, g, weight, bias] = [normal(shape, 1), normal(shape, 2), normal([width], 3), normal([width], 4)];
    check(softmax(x));
    check(logSoftmax(x));
    check(softmaxGrad(g, x), 3e-6);
    check(logSoftmaxGrad(g, x));
    // A row of few elements may have next to no spread.
    check(layerNorm(x), 1e-5);
    check(layerNorm(x, { weight, bias }), 1e-5);
    check(layerNorm(x, { weight, rms: true }));
    check(layerNorm(x, { bias }), 1e-5);
    if (width > 1) check(layerNormGrad(g, x, { weight }), 1e-5);
    check(layerNormGrad(g, x, { rms: true }), 1e-5);
    check(standardize(x), 1e-5);
  });

  test("along the last of several dims", () => {
    const x = normal([3, 7, 11, 90], 1);
    check(softmax(x));
    expect(runStep(lowerings.softmax!, { inputs: [x.transpose(0, 1)], outputs: [zeros([7, 3, 11, 90])] })).toBeNull();
  });

  test("a mean far from 0 costs no digits of σ", () => {
    const x = normal([100, 129], 1).add(1000);
    const { found, wanted } = bothResults(layerNorm(x));
    expectLike(found[0]!, wanted[0]!, 1e-4);
  });
});

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];

/** Four rows of 67, each with something special, and an ordinary one. */
function specialRows(): Tensor {
  const x = normal([5, 67], 1).data.slice();
  x.fill(-inf, 0, 67);
  x[67 + 66] = nan;
  x[2 * 67 + 3] = inf;
  x.fill(-inf, 3 * 67 + 1, 3 * 67 + 40);
  return tensor(x, { shape: [5, 67] });
}

describe("special values", () => {
  test("−∞ hides an element, a row of them is NaN, and so is one with ∞ or NaN", () => {
    for (const make of [softmax, logSoftmax]) {
      const { found, wanted } = bothResults(make(specialRows()));
      expectLike(found[0]!, wanted[0]!, 1e-6);
      expect(found[0]!.data.subarray(0, 3 * 67).every(Number.isNaN)).toBe(true);
    }
    const row = bothResults(softmax(specialRows())).found[0]!.data.subarray(3 * 67, 4 * 67);
    expect(row.subarray(1, 40).every((x: number) => x === 0)).toBe(true);
    expect(row.some(Number.isNaN)).toBe(false);
  });

  test("norms of rows that are not finite", () => {
    for (const one of [layerNorm(specialRows()), layerNorm(specialRows(), { rms: true })]) {
      const { found, wanted } = bothResults(one);
      expectLike(found[0]!, wanted[0]!, 1e-6);
    }
  });

  test("what is below the smallest normal number becomes 0", () => {
    const x = tensor([0, -80, -88, -100, -103.9, -200]).reshape([1, 6]);
    const [found] = bothResults(softmax(x)).found;
    expect(found!.data[1]).toBeGreaterThan(0);
    expect(Array.from(found!.data.subarray(2))).toEqual([0, 0, 0, 0]);
    const g = tensor([1e-38, 1, 1, 1, 1, 1]).reshape([1, 6]);
    const slopes = bothResults(softmaxGrad(g, x)).found[0]!;
    expect(slopes.data.every((y: number) => y === 0 || Math.abs(y) >= 2 ** -126)).toBe(true);
  });
});

describe("reductions", () => {
  const reduce = (kind: "sum" | "max" | "min", x: Tensor, dims: readonly number[]): KernelCase => ({
    kernel: "reduce",
    inputs: [x],
    outputs: [{ shape: x.shape.filter((_, d) => !dims.includes(d)) }],
    settings: { kind, dims },
    run: (target, [input], [output]) => target.reduce(kind, input!, dims, output!),
  });

  test.each([
    [[1, 1], [0]],
    [[37, 3], [0]],
    [[64, 32], [0]],
    [[65, 31], [0]],
    [[1000, 100], [0]],
    [[321, 1023], [0]],
    [[7, 200, 65], [1]],
    [
      [7, 200, 65],
      [0, 1],
    ],
    [[2, 3, 4000], [0]],
    [[1000, 63], [1]],
    [[20000, 3], [1]],
    [
      [5, 7, 64, 65],
      [2, 3],
    ],
    [
      [3, 1, 1000],
      [0, 1, 2],
    ],
    [[100_003], [0]],
  ])("%j over %j", (shape, dims) => {
    // Not around 0, where a sum is much smaller than what is added.
    const x = normal(shape, 1).add(1);
    for (const kind of ["sum", "max", "min"] as const) {
      const { found, wanted } = bothResults(reduce(kind, x, dims));
      expectLike(found[0]!, wanted[0]!, kind === "sum" ? 1e-6 : 0);
    }
  });

  test("a sum's order is that of the length: chunks of 64 rows, then a binary tree", () => {
    const { fround } = Math;
    const rows = 64 * 7 + 5;
    const x = normal([rows, 33], 1);
    const column = (c: number): number[] => Array.from({ length: rows }, (_, i) => x.data[i * 33 + c]!);
    const tree = (terms: readonly number[]): number => {
      if (terms.length <= 64) return terms.reduce((sum, term) => fround(sum + term), 0);
      const left = 2 ** Math.floor(Math.log2(terms.length - 1));
      return fround(tree(terms.slice(0, left)) + tree(terms.slice(left)));
    };
    const [found] = bothResults(reduce("sum", x, [0])).found;
    expect(Array.from(found!.data)).toEqual(Array.from({ length: 33 }, (_, c) => tree(column(c))));
  });

  test("NaN is an extreme, wherever it stands", () => {
    for (const kind of ["max", "min"] as const) {
      for (const place of [0, 3, 5, 8, 10]) {
        const data = normal([2, 11], 1).data.slice();
        data[place] = nan;
        const x = tensor(data, { shape: [2, 11] });
        for (const dims of [[0], [1]]) {
          const { found, wanted } = bothResults(reduce(kind, x, dims));
          expectLike(found[0]!, wanted[0]!, 0);
        }
      }
    }
  });

  test("dims apart, and other dtypes, are the reference's", () => {
    const call = { outputs: [zeros([3])], settings: { kind: "sum", dims: [0, 2] } };
    expect(runStep(lowerings.reduce!, { ...call, inputs: [normal([2, 3, 5], 1)] })).toBeNull();
    const doubles = zeros([3, 5], { dtype: "float64" });
    const result = zeros([3], { dtype: "float64" });
    const settings = { kind: "sum", dims: [1] };
    expect(runStep(lowerings.reduce!, { inputs: [doubles], outputs: [result], settings })).toBeNull();
  });
});

describe("cross entropy", () => {
  interface Options {
    readonly ignoreIndex?: number;
    readonly labelSmoothing?: number;
    readonly gradient?: Tensor;
  }

  function checkBoth(logits: Tensor, target: Tensor, options: Options = {}): readonly Tensor[] {
    const { ignoreIndex = -100, labelSmoothing = 0, gradient = normal([logits.shape[0]!], 5) } = options;
    const settings = { ignoreIndex, labelSmoothing };
    const rows = [logits.shape[0]!];
    const forward = bothResults({
      kernel: "crossEntropy",
      inputs: [logits, target],
      outputs: [{ shape: rows }, { shape: rows, dtype: "float64" }],
      settings,
      run: (on, [x, classes], [output, total]) => on.crossEntropy(x!, classes!, settings, output!, total!),
    });
    const backward = bothResults({
      kernel: "crossEntropyGrad",
      inputs: [gradient, logits, target, forward.wanted[1]!],
      outputs: [{ shape: logits.shape }],
      settings,
      run: (on, [g, x, classes, total], [output]) => on.crossEntropyGrad(g!, x!, classes!, total!, settings, output!),
    });
    const [found, wanted] = [
      [...forward.found, ...backward.found],
      [...forward.wanted, ...backward.wanted],
    ];
    found.forEach((x, i) => {
      expectLike(x, wanted[i]!, 1e-6, 0.1);
    });
    return found;
  }

  const classes = (rows: number, count: number) => randint(0, count, [rows], { generator: new Generator(3) });

  test.each(widths)("of %i classes", (width) => {
    const rows = rowsOf(width);
    checkBoth(normal([rows, width], 1), classes(rows, width));
    checkBoth(normal([rows, width], 1).mul(30), classes(rows, width), { ignoreIndex: 2, labelSmoothing: 0.1 });
  });

  test("the gradient of a mean is one number for all rows; classes may be a column", () => {
    const gradient = tensor([0.01]).expand([100]);
    const own = classes(300, 65).reshape([100, 3]).select(1, 1);
    checkBoth(normal([100, 65], 1), own, { gradient, labelSmoothing: 0.1 });
  });

  test("special logits, and rows that count for nothing whatever theirs are", () => {
    const own = tensor(new Int32Array([3, 3, 3, 3, 3]));
    checkBoth(specialRows(), own);
    const ignored = checkBoth(specialRows(), own, { ignoreIndex: 3, labelSmoothing: 0.1 });
    expect(ignored[0]!.data.every((x: number) => x === 0)).toBe(true);
    expect(ignored[2]!.data.every((x: number) => x === 0)).toBe(true);
  });
});
