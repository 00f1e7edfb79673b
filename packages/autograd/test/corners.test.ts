import { describe, expect, test } from "@jest/globals";
import * as tg from "../src/index.js";

const { tensor } = tg;
const int = (...values: number[]) => tensor(Int32Array.from(values));
const f64 = (...values: number[]) => tensor(Float64Array.from(values));
const bool = (...values: boolean[]) => tensor(values);
const leaf = (...values: number[]) => tensor(Float64Array.from(values), { requiresGrad: true });

/** The gradient of the sum of what the function gives. */
const slope = (run: (x: tg.Tensor) => tg.Tensor, ...values: number[]): unknown => {
  const x = leaf(...values);
  return tg.grad(run(x).sum(), [x])[0]!.toArray();
};

/** What a call gives: its dtype and its elements. */
const row = (x: tg.Tensor): unknown => [x.dtype, x.toArray()];

describe("bools and integers", () => {
  test.each<[string, () => tg.Tensor, string, unknown]>([
    ["or", () => bool(true, true, false).add(bool(true, false, false)), "bool", [true, true, false]],
    ["and", () => bool(true, true).mul(bool(true, false)), "bool", [true, false]],
    ["sign of bools", () => bool(true, false).sign(), "bool", [true, false]],
    ["a clamp keeps integers", () => int(-5, 5).clamp({ min: 0 }), "int32", [0, 5]],
    ["a fractional bound does not", () => int(-5, 5).clamp({ max: 0.5 }), "float32", [-5, 0.5]],
    ["masked integers stay integers", () => int(1, 2).maskedFill(bool(true, false), 7.9), "int32", [7, 2]],
    ["padding is of the tensor's dtype", () => bool(true).pad([1, 0], { value: 2 }), "bool", [true, true]],
    ["powers wrap", () => int(3).pow(int(41)), "int32", [Number(BigInt.asIntN(32, 3n ** 41n))]],
    ["what is below 1 is 0", () => int(2, 1, -1).pow(int(-1, -1, -1)), "int32", [0, 1, -1]],
    [
      "sums of scattered bools",
      () => bool(false, true).scatterAdd(0, int(0, 0), bool(true, true)),
      "bool",
      [true, true],
    ],
    ["0-d bools stay", () => tensor(true).max(0).values, "bool", true],
    ["sorted, too", () => tensor(true).sort().values, "bool", true],
    ["full of a boolean", () => tg.full([1], true), "bool", [true]],
    ["conversion wraps, NaN is 0", () => f64(2 ** 32 + 5, NaN, -Infinity, -1.9).to("int32"), "int32", [5, 0, 0, -1]],
  ])("%s", (_, run, dtype, values) => {
    expect(row(run())).toEqual([dtype, values]);
  });
});

describe("values at the edge", () => {
  test.each<[string, () => tg.Tensor, unknown]>([
    ["no dims are all dims", () => tg.ones([2, 3]).sum([]), 6],
    ["min above max gives max", () => f64(0, 9).clamp({ min: 5, max: 3 }), [3, 3]],
    ["a bound of NaN", () => f64(1).clamp({ min: NaN }), [NaN]],
    ["bounds that are tensors", () => f64(0, 9).clamp({ min: f64(1, 2), max: f64(4, 5) }), [1, 5]],
    ["logsumexp of nothing", () => tg.zeros([2, 0]).logsumexp(1), [-Infinity, -Infinity]],
    ["logsumexp of infinities", () => f64(-Infinity, -Infinity).logsumexp(), -Infinity],
    ["var with too few elements", () => f64(1, 3).var(0, { correction: 2 }), Infinity],
    ["std of one element", () => f64(1).std(), NaN],
    ["norm 0 counts", () => f64(0, NaN, 2).norm({ p: 0 }), 2],
    ["norm 1/2", () => f64(4, 9).norm({ p: 0.5 }), 25],
    ["norm −∞", () => f64(-4, 9).norm({ p: -Infinity }), 4],
    ["a power of 0", () => f64(0, NaN).pow(0), [1, 1]],
    ["binary cross entropy far out", () => tg.binaryCrossEntropyWithLogits(f64(-800, 800), f64(1, 0)), 800],
    ["softplus beyond its threshold", () => f64(21).softplus(), [21]],
    ["everything ignored", () => tg.crossEntropy(tg.ones([2, 3]), int(1, 1), { ignoreIndex: 1 }), NaN],
    ["kl of what never happens", () => tg.klDiv(f64(-1, -2), f64(0, 1), { reduction: "none" }), [0, 2]],
    ["diagonals out of range", () => tg.ones([1, 2]).tril(2 ** 40), [[1, 1]]],
    ["crossing edges", () => tg.ones([1, 2]).triu(2 ** 40), [[0, 0]]],
    ["a step that is never taken", () => tg.arange(3).slice(0, 1, null, 2 ** 50), [1]],
    ["chunks of nothing", () => tg.stack(tg.zeros([0]).chunk(3)), [[], [], []]],
  ])("%s", (_, run, values) => {
    expect(run().toArray()).toEqual(values);
  });

  test("a running sum ends with the sum, to the bit", () => {
    for (const size of [1, 63, 64, 65, 200, 1000]) {
      const x = tg.randn([size, 2], { dtype: "float64", generator: new tg.Generator(size) });
      const running = x.cumsum(0);
      for (const i of [0, size >> 1, size - 1]) {
        expect(running.select(0, i).toArray()).toEqual(
          x
            .slice(0, 0, i + 1)
            .sum(0)
            .toArray(),
        );
      }
    }
  });
});

describe("gradients at kinks, ties and poles", () => {
  test.each<[string, () => unknown, unknown]>([
    ["0^0 by the base", () => slope((x) => x.pow(0), 0), [0]],
    ["0^0 by the exponent", () => slope((x) => tg.pow(f64(0), x), 0), [0]],
    ["0^−1 by the exponent", () => slope((x) => tg.pow(f64(0), x), -1), [-Infinity]],
    ["a negative base", () => slope((x) => x.pow(f64(3)), -2), [12]],
    ["the exponent of a negative base", () => slope((x) => tg.pow(f64(-2), x), 2), [NaN]],
    ["std of equal elements", () => slope((x) => x.std(), 3, 3), [0, 0]],
    ["norm of 0", () => slope((x) => x.norm(), 0, 0), [0, 0]],
    ["norm 1/2 with a 0", () => slope((x) => x.norm({ p: 0.5 }), 0, 4), [0, 1]],
    ["norm 0", () => slope((x) => x.norm({ p: 0 }), 0, 4), [0, 0]],
    ["norm ∞ shared", () => slope((x) => x.norm({ p: Infinity }), -4, 4), [-0.5, 0.5]],
    ["max shared among NaN", () => slope((x) => x.max(), 1, NaN, NaN), [0, 0.5, 0.5]],
    ["max along a dim", () => slope((x) => x.max(0).values, 4, 4), [1, 0]],
    ["clamp at its bounds", () => slope((x) => x.clamp({ min: 1, max: 2 }), 0, 1, 2, 3), [0, 1, 1, 0]],
    ["the lower bound", () => slope((low) => f64(0, 5).clamp({ min: low }), 1, 1), [1, 0]],
    ["bounds that cross", () => slope((low) => f64(0).clamp({ min: low, max: 1 }), 2), [0]],
    ["NaN in the arm not taken", () => slope((x) => tg.where(x.gt(0), x, x.log()), 2), [1]],
    ["binary cross entropy at 0", () => slope((x) => tg.binaryCrossEntropyWithLogits(x, f64(1)), 0), [-0.5]],
    ["prod of nothing", () => slope((x) => x.prod()), []],
    ["cat of nothing", () => slope((x) => tg.cat([x, tg.ones([2, 2])], 1)), []],
  ])("%s", (_, run, wanted) => {
    expect(run()).toEqual(wanted);
  });

  test("of equal indices the last slice counts, and it alone has a gradient", () => {
    const source = leaf(1, 2, 3);
    const out = f64(0, 0).indexCopy(0, int(1, 1, 0), source);
    expect(out.toArray()).toEqual([3, 2]);
    expect(tg.grad(out.sum(), [source])[0]!.toArray()).toEqual([0, 1, 1]);
  });

  test("an index smaller than source and tensor", () => {
    const [x, source] = [leaf(1, 2, 3), leaf(5, 7, 9)];
    const out = x.scatterAdd(0, int(2), source);
    expect(out.toArray()).toEqual([1, 2, 8]);
    expect(tg.grad(out.sum(), [x, source]).map((g) => g.toArray())).toEqual([
      [1, 1, 1],
      [1, 0, 0],
    ]);
    expect(slope((y) => y.gather(0, int(2, 2)), 1, 2, 3)).toEqual([0, 0, 2]);
  });

  test("a negative paddingIdx counts from the end", () => {
    const weight = tg.ones([3, 1], { requiresGrad: true });
    tg.embedding(weight, int(2, 0), { paddingIdx: -1 }).sum().backward();
    expect(weight.grad!.toArray()).toEqual([[1], [0], [0]]);
  });

  test("second derivatives at 0 are finite", () => {
    const x = leaf(0);
    const [first] = tg.grad(x.pow(0).sum(), [x], { createGraph: true });
    expect(tg.grad(first!.sum(), [x], { allowUnused: true })[0]?.toArray() ?? [0]).toEqual([0]);
  });
});

describe("where it differs from PyTorch", () => {
  test("each row of the table in the README", () => {
    // Activations and softmax of integers are computed as floats.
    expect([int(1).gelu(), int(1).silu(), int(1).softplus(), int(1).softmax()].map(({ dtype }) => dtype)).toEqual(
      new Array(4).fill("float32"),
    );
    // argmax, argmin and topk take bools.
    expect([bool(false, true).argmax().item(), bool(false, true).topk(1).indices.item()]).toEqual([1, 1]);
    // Steps of a slice may be negative.
    expect(int(1, 2, 3).slice(0, null, null, -1).toArray()).toEqual([3, 2, 1]);
    // Products promote.
    expect(tg.ones([1, 1]).matmul(tg.ones([1, 1], { dtype: "float64" })).dtype).toBe("float64");
    // The gradient of amax with a NaN goes to it.
    expect(slope((x) => x.amax(0), 1, NaN)).toEqual([0, 1]);
    // Of slices copied to one place only the last has a gradient: tested above. Dims of any and prod may be several.
    expect([tg.ones([2, 3]).any([0, 1]).item(), tg.ones([2, 3]).prod([0, 1]).item()]).toEqual([1, 1]);
    // A number that does not fit is refused rather than wrapped.
    expect(() => int(1).add(2 ** 31)).toThrow(tg.ValueError);
    // Parts beyond counting are refused.
    expect(() =>
      tg
        .ones([1])
        .expand([2 ** 21])
        .split(1),
    ).toThrow(tg.ShapeError);
    // A second backward is an error, saved values or not.
    const sum = leaf(1).add(1).sum();
    sum.backward();
    expect(() => sum.backward()).toThrow(tg.GradError);
    // Whole numbers become float32 in tensor and full.
    expect([tensor([1]).dtype, tg.full([1], 1).dtype]).toEqual(["float32", "float32"]);
  });
});

test("clamp gives its gradient to whichever of operand and bounds is the value", () => {
  const leaf = (...values: number[]) => tg.tensor(Float64Array.from(values), { requiresGrad: true });
  const [x, min, max] = [leaf(0, 3, 9), leaf(1, 2, 2), leaf(5, 5, 6)];
  const slopes = tg.grad(
    x
      .clamp({ min, max })
      .mul(tg.tensor(Float64Array.of(2, 3, 5)))
      .sum(),
    [x, min, max],
  );
  expect(slopes.map((slope) => slope.toArray())).toEqual([
    [0, 3, 0],
    [2, 0, 0],
    [0, 0, 5],
  ]);
});
