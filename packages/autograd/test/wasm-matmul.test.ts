import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { Generator, matmul, randn, type Tensor, zeros } from "../src/index.js";
import { eager } from "../src/targets/eager.js";
import { machineOrNull } from "../src/targets/wasm/machine.js";
import { chainedProduct } from "./reference/chained-product.js";

const normal = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });

const naive = (a: Tensor, b: Tensor): number[] => chainedProduct(a, b, Math.fround);

/** The position of the first element with other bits. */
const firstDifference = (x: Tensor, wanted: readonly number[]): number =>
  x.size === wanted.length ? wanted.findIndex((value, i) => !Object.is(value, x.data[i])) : 0;

test("this host runs the kernels", () => {
  expect(machineOrNull()).not.toBeNull();
});

describe("a float32 product in WebAssembly", () => {
  test.each([
    [8, 8, 8],
    [1, 769, 2],
    [2, 769, 1],
    [67, 31, 71],
    [131, 257, 9],
    [5, 13, 523],
    [3, 300, 521],
    [130, 521, 7],
  ])("[%i, %i] · [.., %i] rounds at each step in a fixed order, however the operands lie in memory", (m, k, n) => {
    const [a, b] = [normal([m, k], 2), normal([k, n], 3)];
    const wanted = naive(a, b);
    const turned = (x: Tensor) => x.transpose(0, 1).clone().transpose(0, 1);
    const spread = (x: Tensor) => x.unsqueeze(2).repeat([1, 1, 2]).select(2, 1);
    const reversed = (x: Tensor) => x.flip([0, 1]).clone().flip([0, 1]);
    const inside = (x: Tensor) => x.pad([1, 2, 3, 1]).slice(0, 3, -1).slice(1, 1, -2);
    for (const view of [(x: Tensor) => x, turned, spread, reversed, inside]) {
      expect(firstDifference(matmul(view(a), b), wanted)).toBe(-1);
      expect(firstDifference(matmul(a, view(b)), wanted)).toBe(-1);
    }
  });

  test.each([
    [
      [2, 3, 5, 17],
      [2, 3, 17, 7],
    ],
    [
      [3, 11, 17],
      [17, 7],
    ],
    [
      [11, 17],
      [3, 17, 7],
    ],
    [
      [2, 1, 5, 17],
      [3, 17, 7],
    ],
  ])("in batches, %j · %j", (left, right) => {
    const [a, b] = [normal(left, 5), normal(right, 7)];
    const product = matmul(a, b);
    const lead = product.shape.slice(0, -2);
    const count = lead.reduce((x, y) => x * y, 1);
    const rows = a.expand([...lead, ...left.slice(-2)]).reshape([count, ...left.slice(-2)]);
    const columns = b.expand([...lead, ...right.slice(-2)]).reshape([count, ...right.slice(-2)]);
    const wanted = Array.from({ length: count }, (_, i) => naive(rows.select(0, i), columns.select(0, i)));
    expect(Array.from(product.data)).toEqual(wanted.flat());
  });

  test("of a broadcast row, and of one tensor with itself", () => {
    const [row, b] = [normal([1, 31], 2).expand([7, 31]), normal([31, 11], 3)];
    expect(Array.from(matmul(row, b).data)).toEqual(naive(row, b));
    const turned = b.transpose(0, 1);
    expect(Array.from(matmul(turned, b).data)).toEqual(naive(turned, b));
  });

  test("writes nothing but its result", () => {
    const [a, b] = [normal([13, 17], 2), normal([17, 11], 3)];
    const before = [a, b].map((x) => Array.from(x.data));
    const whole = zeros([5 + 13 * 11 + 5]);
    const output = whole.slice(0, 5, 5 + 13 * 11).reshape([13, 11]);
    eager.matmul(a, b, output);
    expect([a, b].map((x) => Array.from(x.data))).toEqual(before);
    expect(Array.from(output.data)).toEqual(naive(a, b));
    expect([...whole.data.slice(0, 5), ...whole.data.slice(-5)]).toEqual(new Array(10).fill(0));
  });

  test("carries NaN and infinities", () => {
    const a = normal([9, 16], 2);
    const b = normal([16, 9], 3).mul(0).add(1);
    const special = a.data.slice();
    special[0] = Number.NaN;
    special[16] = Number.POSITIVE_INFINITY;
    const x = zeros([9, 16]).assign(a);
    x.data.set(special);
    const product = matmul(x, b);
    expect([product.data[0], product.data[9]]).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
    expect(Number.isFinite(product.data[18]!)).toBe(true);
  });
});

test("what is small or int32 stays in TypeScript, which rounds once", () => {
  const small = [normal([4, 4], 2), normal([4, 4], 3)] as const;
  const exact = matmul(small[0].to("float64"), small[1].to("float64"));
  expect(Array.from(matmul(...small).data)).toEqual(Array.from(exact.to("float32").data));
  const whole = [normal([16, 16], 2), normal([16, 16], 3)].map((x) => x.mul(9).to("int32"));
  const wanted = matmul(whole[0]!.to("float64"), whole[1]!.to("float64"));
  expect(matmul(whole[0]!, whole[1]!).toArray()).toEqual(wanted.toArray());
});

describe("without WebAssembly", () => {
  const { WebAssembly } = globalThis as { WebAssembly?: unknown };
  afterEach(() => {
    Object.assign(globalThis, { WebAssembly });
    jest.resetModules();
  });

  test("TypeScript multiplies, with its own bits, and says so once", async () => {
    Object.assign(globalThis, { WebAssembly: undefined });
    jest.resetModules();
    const plain = await import("../src/index.js");
    const heard: string[] = [];
    plain.onWarning((message) => heard.push(message));
    const operands = [2, 3].map((seed) => plain.randn([17, 17], { generator: new plain.Generator(seed) }));
    const exact = plain.matmul(operands[0]!.to("float64"), operands[1]!.to("float64"));
    const product = plain.matmul(operands[0]!, operands[1]!);
    expect(Array.from(product.data)).toEqual(Array.from(exact.to("float32").data));
    plain.matmul(operands[1]!, operands[0]!);
    expect(heard).toEqual([expect.stringContaining("WebAssembly with SIMD is not to be had here")]);
  });
});
