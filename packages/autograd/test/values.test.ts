import { describe, expect, test } from "@jest/globals";
import * as tg from "../src/index.js";
import { multiplyMatrices } from "../src/targets/reference/matmul.js";
import { sumRun } from "../src/targets/reference/summation.js";

const { tensor } = tg;
const int = (...values: number[]) => tensor(Int32Array.from(values));
const f64 = (...values: number[]) => tensor(Float64Array.from(values));

describe("dtypes", () => {
  const zero = (dtype: tg.DType) => tg.zeros([], { dtype });
  const rows: [tg.Operand, tg.Operand, tg.DType][] = [
    [tensor([1]), f64(1), "float64"],
    [tensor([1]), int(1), "float32"],
    [tensor([true]), int(1), "int32"],
    [tensor([1]), zero("float64"), "float32"],
    [int(1), zero("float32"), "float32"],
    [int(1), zero("float64"), "float64"],
    [tensor([1]), 2.5, "float32"],
    [f64(1), 2, "float64"],
    [int(1), 2, "int32"],
    [int(1), 2.5, "float32"],
    [tensor([true]), 2, "int32"],
  ];
  test.each(rows)("promote as PyTorch's do: %#", (a, b, dtype) => {
    expect(tg.add(a, b).dtype).toBe(dtype);
    expect(tg.mul(b, a).dtype).toBe(dtype);
  });

  test("division is true division, comparisons are bool, argmax is int32, sums of bools count", () => {
    expect(tg.div(int(7), int(2)).toArray()).toEqual([3.5]);
    expect(tg.lt(int(1), 2).dtype).toBe("bool");
    expect(tensor([3, 9]).argmax().dtype).toBe("int32");
    expect(tensor([true, true]).sum().toString()).toBe("tensor(2, shape=[], dtype=int32)");
    expect(int(2147483647).add(1).item()).toBe(-2147483648);
    expect(tensor([1.9, -1.9]).to("int32").toArray()).toEqual([1, -1]);
  });
});

describe("creation", () => {
  test("tensor keeps typed arrays' dtypes, copies, and checks", () => {
    const source = new Float64Array([1, 2]);
    const x = tensor(source);
    source[0] = 9;
    expect([x.dtype, x.toArray()]).toEqual(["float64", [1, 2]]);
    expect(tensor(new BigInt64Array([5n])).dtype).toBe("int32");
    expect(() => tensor(new BigInt64Array([2n ** 40n]))).toThrow(/does not fit into int32/);
    expect(() => tensor([[1, 2], [3]])).toThrow(/rows differ/);
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(/does not fill the shape/);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  test("ranges, identities and one-hot rows", () => {
    expect(tg.arange(3).toArray()).toEqual([0, 1, 2]);
    expect(tg.arange(5, 0, -2).toArray()).toEqual([5, 3, 1]);
    expect(tg.linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(tg.eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(tg.oneHot(int(2, 0), 3).toArray()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    const square = tg.eye(2, { dtype: "float64" });
    expect([square.dtype, square.toArray()]).toEqual([
      "float64",
      [
        [1, 0],
        [0, 1],
      ],
    ]);
    expect(tg.oneHot(int(2, 0)).toArray()).toEqual(tg.oneHot(int(2, 0), 3).toArray());
    expect(tg.oneHot(int()).shape).toEqual([0, 0]);
    expect(() => tg.arange(0, 5, 0)).toThrow(/does not lead/);
    expect(() => tg.zeros([2, -1])).toThrow(/whole numbers/);
    expect(() => tg.zeros([1e6, 1e6])).toThrow(/too large/);
  });
});

describe("sums", () => {
  test("go in chunks of 64 that are added in a binary tree aligned at powers of two", () => {
    const generator = new tg.Generator(1);
    for (const size of [0, 1, 63, 64, 65, 200, 449, 1000]) {
      const x = tg.randn([size], { dtype: "float64", generator }).data as Float64Array;
      const chunks: number[] = [];
      for (let i = 0; i < size; i += 64) chunks.push(x.subarray(i, i + 64).reduce((a, b) => a + b, 0));
      const tree = (from: number, to: number): number => {
        if (to - from <= 1) return chunks[from] ?? 0;
        let half = 1;
        while (half * 2 < to - from) half *= 2;
        return tree(from, from + half) + tree(from + half, to);
      };
      expect(sumRun(x, 0, size)).toBe(tree(0, chunks.length));
    }
  });

  test("rows and columns add in the same order", () => {
    const x = tg.randn([301, 3], { dtype: "float64", generator: new tg.Generator(2) });
    expect(x.sum(0).toArray()).toEqual(x.transpose(0, 1).sum(1).toArray());
  });

  test("8.2 million equal numbers are not a few per cent low", () => {
    expect(tg.full([8_200_000], 0.1).sum().item() / 820_000).toBeCloseTo(1, 6);
  });
});

describe("matmul", () => {
  test("adds blocks of 256 steps, each in one chain", () => {
    const depth = 600;
    const [a, b] = [3, 4].map(
      (seed) => tg.randn([depth], { dtype: "float64", generator: new tg.Generator(seed) }).data,
    );
    const out = new Float64Array(1);
    const row = { array: a!, start: 0, row: depth, column: 1 };
    const column = { array: b!, start: 0, row: 1, column: 1 };
    multiplyMatrices(1, 1, depth, row, column, out, 0);
    let wanted = 0;
    for (let block = 0; block < depth; block += 256) {
      let sum = 0;
      for (let k = block; k < Math.min(depth, block + 256); k++) sum += a![k]! * b![k]!;
      wanted += sum;
    }
    expect(out[0]).toBe(wanted);
  });

  test.each([
    [1, 1, 1],
    [5, 3, 7],
    [2, 301, 3],
    [4, 0, 2],
    [0, 3, 2],
  ])("is right for %d × %d × %d, strided too", (m, k, n) => {
    const generator = new tg.Generator(5);
    const a = tg.randn([k, m], { dtype: "float64", generator }).transpose(0, 1);
    const b = tg.randn([k, n], { dtype: "float64", generator });
    const [x, y] = [a.toArray(), b.toArray()] as [number[][], number[][]];
    const wanted = x.map((row) =>
      Array.from({ length: n }, (_, j) => row.reduce((sum, value, i) => sum + value * y[i]![j]!, 0)),
    );
    const got = a.matmul(b).toArray() as number[][];
    expect(got.flat().map((value, i) => Math.abs(value - wanted.flat()[i]!) < 1e-12)).toEqual(
      got.flat().map(() => true),
    );
    expect(a.matmul(b).shape).toEqual([m, n]);
  });
});

describe("shapes", () => {
  const x = tg.arange(24).reshape([2, 3, 4]);
  test("indexing follows NumPy", () => {
    expect(x.index([1, [null, null, -2], "newaxis", -1]).toArray()).toEqual([[23], [15]]);
    expect(x.index(["ellipsis", 0]).toArray()).toEqual([
      [0, 4, 8],
      [12, 16, 20],
    ]);
    expect(x.slice(2, -2, 99).shape).toEqual([2, 3, 2]);
    expect(x.slice(1, 2, 1).shape).toEqual([2, 0, 4]);
  });

  test("a reshape of a view copies only where it must", () => {
    const turned = x.transpose(0, 1);
    expect(turned.reshape([3, 2, 2, 2]).storage).toBe(x.storage);
    expect(turned.reshape([-1]).storage).not.toBe(x.storage);
    expect(turned.reshape([-1]).toArray().toString()).toBe(turned.toArray().toString());
  });
});

describe("errors have three lines", () => {
  const a = tg.ones([2, 3]);
  const rows: [string, () => unknown, RegExp][] = [
    [
      "matmul",
      () => a.matmul(tg.ones([4, 5])),
      /^matmul: inner dimensions differ, 3 and 4\ngot: \[2, 3\] @ \[4, 5\]\nhint: /,
    ],
    ["add", () => a.add(tg.ones([4])), /^add: shapes do not broadcast, 3 and 4/],
    ["reshape", () => a.reshape([4]), /^reshape: 6 elements do not fill/],
    ["sum", () => a.sum(2), /^sum: dim out of range for a tensor of 2 dims\ngot: 2\nhint: /],
    ["sum twice", () => a.sum([0, -2]), /a dim is named twice/],
    ["unknown option", () => a.sum(0, { keepDim: true } as never), /unknown option "keepDim"/],
    ["permute", () => a.permute([0]), /every dim must be named once/],
    ["expand", () => a.expand([2, 4]), /only dims of extent 1 stretch/],
    ["cat", () => tg.cat([a, tg.ones([3, 3])], 1), /shapes differ outside dim 1/],
    ["select", () => a.select(0, 2), /index out of range/],
    ["gather", () => a.gather(1, int(3).reshape([1, 1])), /index out of range/],
    ["embedding", () => a.embedding(tensor([1])), /must be int32/],
    ["where", () => tg.where(a, a, a), /must be bool/],
    ["neg of bool", () => tensor([true]).neg(), /does not take bool/],
    ["item", () => a.item(), /item: the tensor has 6 elements/],
    ["amax of nothing", () => tg.zeros([0]).amax(), /nothing to reduce/],
    ["topk", () => a.topk(4), /k out of range/],
    ["split", () => a.split([1, 1], 1), /do not add up/],
    ["mask", () => tg.scaledDotProductAttention(a, a, a, { mask: a }), /mask must be bool/],
    ["crossEntropy", () => tg.crossEntropy(a, int(0, 3)), /target out of range\ngot: class 3 for 3 classes/],
    ["crossEntropy's shape", () => tg.crossEntropy(a, int(0)), /one class id for each position/],
    ["layerNorm", () => a.layerNorm([2]), /normalised shape/],
    ["dropout", () => a.dropout({ p: -1 }), /not a probability/],
    ["gelu", () => a.gelu({ approximate: "fast" as never }), /no such approximation/],
    ["clamp", () => a.clamp({}), /no bound is given/],
    ["dtype", () => a.to("float16" as never), /unknown dtype/],
  ];
  test.each(rows)("%s", (_, run, message) => {
    expect(run).toThrow(tg.TypegradError);
    expect(run).toThrow(message);
    expect(run).toThrow(/^[^\n]+\ngot: [^\n]*\nhint: [^\n]+$/);
  });
});
