import { describe, expect, test } from "@jest/globals";
import { Generator, ones, randint, randn, type Tensor, tensor, zeros } from "../src/index.js";
import { expBelow88 } from "../src/scalar/elementary/exp.js";
import { elementaryRows } from "../src/scalar/elementary.js";
import { evaluator } from "../src/scalar/evaluate.js";
import { input } from "../src/scalar/expression.js";
import { eager } from "../src/targets/eager.js";
import { reference } from "../src/targets/reference/index.js";
import type { CrossEntropySettings, Target } from "../src/targets/target.js";
import { allClose } from "../src/testing/index.js";

const { fround } = Math;
const normal = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });
const plain: CrossEntropySettings = { ignoreIndex: -100, labelSmoothing: 0 };

function run(target: Target, logits: Tensor, classes: Tensor, settings: CrossEntropySettings): Tensor[] {
  const rows = [logits.shape[0]!];
  const [loss, logSumExp, slopes] = [zeros(rows), zeros(rows, { dtype: "float64" }), zeros(logits.shape)];
  target.crossEntropy(logits, classes, settings, loss, logSumExp);
  target.crossEntropyGrad(normal(rows, 7), logits, classes, logSumExp, settings, slopes);
  return [loss, logSumExp, slopes];
}

describe("cross entropy of float32 in WebAssembly is that of the reference", () => {
  const classes = (rows: number, count: number) => randint(0, count, [rows], { generator: new Generator(3) });
  test.each([
    ["plain", normal([23, 31], 1), plain],
    ["rows that vectors fill", normal([17, 32], 1), plain],
    ["more than one chunk of a sum", normal([5, 523], 1), { ...plain, labelSmoothing: 0.1 }],
    ["smoothed", normal([23, 31], 1), { ...plain, labelSmoothing: 0.3 }],
    ["an ignored class", normal([211, 5], 1), { ignoreIndex: 3, labelSmoothing: 0.1 }],
    ["large logits", normal([23, 31], 1).mul(1000), plain],
    ["a view", normal([31, 23], 1).transpose(0, 1), { ...plain, labelSmoothing: 0.1 }],
    ["one row for all", normal([1, 31], 1).expand([23, 31]), plain],
  ])("%s", (_, logits, settings) => {
    const own = classes(logits.shape[0]!, logits.shape[1]!);
    const [wanted, found] = [run(reference, logits, own, settings), run(eager, logits, own, settings)];
    found.forEach((x, i) => {
      expect(allClose(x, wanted[i]!, { rtol: 1e-5, atol: 1e-6 })).toBe(true);
    });
    // Rounded at each step and not once: it did not run in TypeScript.
    expect(found[2]!.data).not.toEqual(wanted[2]!.data);
  });

  test("an ignored row has loss 0 and no gradient, whatever its logits are", () => {
    const logits = normal([23, 31], 1);
    const broken = logits.data.slice();
    broken.fill(Number.NaN, 31, 62);
    const own = classes(23, 31).data.slice();
    own[1] = -100;
    const [loss, , slopes] = run(eager, tensor(broken, { shape: [23, 31] }), tensor(own), plain);
    expect(loss!.data[1]).toBe(0);
    expect(slopes!.select(0, 1).data.every((x: number) => x === 0)).toBe(true);
    expect(loss!.data.every(Number.isFinite)).toBe(true);
  });

  test("a class out of range is refused before anything is written", () => {
    const loss = ones([23]);
    const logSumExp = zeros([23], { dtype: "float64" });
    const own = tensor(new Int32Array(23).fill(31));
    expect(() => eager.crossEntropy(normal([23, 31], 1), own, plain, loss, logSumExp)).toThrow(/target out of range/);
    expect(loss.data.every((x: number) => x === 1)).toBe(true);
  });
});

test("both are rounded at each step, in the order that the length gives", () => {
  const [rows, width] = [19, 29];
  const logits = normal([rows, width], 1);
  const own = randint(0, width, [rows], { generator: new Generator(3) });
  const [losses, totals, slopes] = run(eager, logits, own, { ...plain, labelSmoothing: 0.1 });
  const gradients = normal([rows], 7).data;
  const exp = evaluator(expBelow88(input(0)), "float32") as (x: number) => number;
  const log = evaluator(elementaryRows.log.float64, "float64") as (x: number) => number;
  const chain = (terms: readonly number[]) => terms.reduce((sum, term) => fround(sum + term), 0);
  const sum = (terms: readonly number[]): number => {
    const lanes = [0, 1, 2, 3].map((lane) => chain(terms.filter((_, j) => j % 4 === lane)));
    return fround(fround(lanes[0]! + lanes[1]!) + fround(lanes[2]! + lanes[3]!));
  };
  const smoothing = fround(0.1);
  for (let i = 0; i < rows; i++) {
    const row = Array.from(logits.data.slice(i * width, (i + 1) * width));
    const largest = Math.max(...row);
    const total = largest + log(sum(row.map((x) => exp(fround(x - largest)))));
    expect(totals!.data[i]).toBe(total);
    const loss = (1 - smoothing) * (total - row[own.data[i]!]!) + smoothing * (total - sum(row) / width);
    expect(losses!.data[i]).toBe(fround(loss));
    const [high, low] = [fround(total), fround(total - fround(total))];
    const wanted = row.map((x, j) => {
      const weight = exp(fround(fround(x - high) - low));
      const right = j === own.data[i] ? fround(weight - fround(1 - smoothing)) : weight;
      return fround(fround(right - fround(smoothing / width)) * gradients[i]!);
    });
    expect(Array.from(slopes!.data.slice(i * width, (i + 1) * width))).toEqual(wanted);
  }
});
