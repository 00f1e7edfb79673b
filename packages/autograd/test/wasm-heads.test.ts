import { describe, expect, test } from "@jest/globals";
import { arange, Generator, rand, randn, type Tensor, zeros } from "../src/index.js";
import { reference } from "../src/targets/reference/index.js";
import type { AttentionSettings } from "../src/targets/target.js";
import { lowerings } from "../src/targets/wasm/lower/index.js";
import { allClose } from "../src/testing/index.js";
import { runStep, splits } from "./support/run-step.js";

const [B, H] = [2, 3];
const normal = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });

/** [B, H, T, K] as a view of [B, T, H · K], which is how layers split their heads. */
const asHeads = (x: Tensor, width: number): Tensor => x.reshape([B, -1, H, width]).transpose(1, 2);
const heads = (rows: number, width: number, seed: number): Tensor => asHeads(normal([B, rows, H * width], seed), width);
const room = (rows: number, width: number): Tensor => asHeads(zeros([B, rows, H * width]), width);

interface Case {
  readonly sizes: readonly [t: number, s: number, k: number, e: number];
  readonly how: AttentionSettings;
  readonly mask?: Tensor;
  readonly bias?: Tensor;
}

const some = (shape: readonly number[]): Tensor => rand(shape, { generator: new Generator(11) }).gt(0.4);
const plain: AttentionSettings = { scale: 0.4, causal: false };
const causal: AttentionSettings = { scale: 1, causal: true };

const cases: Record<string, Case> = {
  plain: { sizes: [5, 7, 11, 13], how: plain },
  "one of each": { sizes: [1, 1, 1, 1], how: causal },
  "one query": { sizes: [1, 257, 5, 3], how: plain },
  "one key": { sizes: [9, 1, 3, 5], how: plain },
  "several blocks of queries": { sizes: [261, 70, 8, 5], how: plain },
  "rows longer than a chain": { sizes: [3, 600, 5, 9], how: plain },
  "rows so long that a block has few": { sizes: [37, 4501, 3, 2], how: plain },
  causal: { sizes: [13, 13, 5, 7], how: causal },
  "causal, several blocks": { sizes: [200, 200, 9, 8], how: causal },
  "causal, more queries than keys": { sizes: [150, 5, 5, 7], how: causal },
  "causal, more keys than queries": { sizes: [5, 150, 5, 7], how: causal },
  "a mask for all heads": { sizes: [5, 7, 11, 13], how: plain, mask: some([B, 1, 1, 7]).expand([B, H, 5, 7]) },
  "a mask that stretches": { sizes: [5, 7, 11, 13], how: plain, mask: some([B, 1, 1, 7]) },
  "a mask of its own": { sizes: [70, 9, 3, 5], how: causal, mask: some([B, H, 70, 9]) },
  "a turned mask": { sizes: [5, 7, 11, 13], how: plain, mask: some([B, H, 7, 5]).transpose(2, 3) },
  "a bias": { sizes: [5, 7, 11, 13], how: plain, bias: normal([1, H, 5, 7], 1) },
  "a large bias": { sizes: [70, 9, 3, 5], how: causal, bias: normal([B, H, 70, 9], 1).mul(100) },
  "mask and bias": {
    ...{ sizes: [5, 7, 11, 13], how: plain },
    ...{ mask: some([B, H, 5, 7]), bias: normal([B, H, 7, 5], 1).transpose(2, 3) },
  },
  "nothing to attend to": { sizes: [5, 7, 11, 13], how: plain, mask: zeros([B, H, 5, 7], { dtype: "bool" }) },
};

/** The operands of a case, and its results on the reference. */
function calculate({ sizes: [t, s, k, e], how, mask, bias }: Case) {
  const [query, key, value] = [heads(t, k, 2), heads(s, k, 3), heads(s, e, 5)];
  const whole = (x: Tensor | undefined): Tensor | null => (x === undefined ? null : x.expand([B, H, t, s]));
  const operands = { query, key, value, mask: whole(mask), bias: whole(bias) };
  const gradient = heads(t, e, 7);
  const [output, logSumExp] = [zeros([B, H, t, e]), zeros([B, H, t], { dtype: "float64" })];
  const wanted = { query: zeros(query.shape), key: zeros(key.shape), value: zeros(value.shape) };
  reference.attention(operands, how, output, logSumExp);
  reference.attentionGrad(operands, how, gradient, logSumExp, wanted);
  const given = [mask, bias].filter((x) => x !== undefined);
  const settings = { ...how, hasMask: mask !== undefined, hasBias: bias !== undefined };
  return {
    inputs: [query, key, value],
    given,
    settings,
    gradient,
    output,
    logSumExp,
    gradients: Object.values(wanted),
  };
}

const expectClose = (found: Tensor, wanted: Tensor): void => {
  expect(allClose(found.clone(), wanted, { rtol: 1e-4, atol: 1e-5 })).toBe(true);
};

/** Runs the lowering once for each way to divide its tasks, and holds the results to the same bits. */
function run(kernel: string, inputs: readonly Tensor[], outputs: readonly Tensor[], settings: object): void {
  const bits = (): number[] => outputs.flatMap((x) => Array.from(x.clone().data));
  let first: number[] | null = null;
  for (const split of Object.values(splits)) {
    for (const { storage } of outputs) storage.array.fill(Number.NaN);
    const call = { kernel, inputs, outputs, settings: settings as Record<string, unknown> };
    expect(runStep(lowerings[kernel]!, call, split)).not.toBeNull();
    const found = bits();
    first ??= found;
    expect(found.findIndex((x, i) => !Object.is(x, first![i]))).toBe(-1);
  }
}

describe("attention in WebAssembly's memory is that of the reference", () => {
  test.each(Object.keys(cases))("%s", (name) => {
    const own = cases[name]!;
    const [t, s, k, e] = own.sizes;
    const { inputs, given, settings, gradient, output, logSumExp, gradients } = calculate(own);

    const [found, total] = [room(t, e), zeros([B, H, t], { dtype: "float64" })];
    run("attention", [...inputs, ...given], [found, total], settings);
    expectClose(found, output);
    expect(allClose(total, logSumExp, { rtol: 1e-6, atol: 1e-6 })).toBe(true);

    const results = [room(t, k), room(s, k), room(s, e)];
    run("attentionGrad", [gradient, total, ...inputs, ...given], results, settings);
    results.forEach((x, i) => {
      expectClose(x, gradients[i]!);
    });
  });

  test("a query that may attend to nothing gets zeros and passes none", () => {
    const open = arange(5).ne(1).unsqueeze(1); // [T, 1]
    const own: Case = { sizes: [5, 7, 11, 13], how: plain, mask: some([B, H, 5, 7]).logicalAnd(open) };
    const { inputs, given, settings, gradient } = calculate(own);
    const [found, total, slopes] = [room(5, 13), zeros([B, H, 5], { dtype: "float64" }), room(5, 11)];
    run("attention", [...inputs, ...given], [found, total], settings);
    run("attentionGrad", [gradient, total, ...inputs, ...given], [slopes, room(7, 11), room(7, 13)], settings);
    expect(total.select(2, 1).data.every((x) => x === Number.POSITIVE_INFINITY)).toBe(true);
    for (const x of [found, slopes])
      expect(
        x
          .select(2, 1)
          .clone()
          .data.every((y) => y === 0),
      ).toBe(true);
  });

  test("is left to the reference where it is empty, of another dtype, or rows have no neighbours", () => {
    const { inputs, settings } = calculate(cases.plain!);
    const total = zeros([B, H, 5], { dtype: "float64" });
    const lower = (operands: readonly Tensor[], output: Tensor, logSumExp = total) =>
      runStep(lowerings.attention!, { inputs: operands, outputs: [output, logSumExp], settings });
    expect(lower(inputs, room(5, 13))).not.toBeNull();
    expect(lower(inputs, zeros([B, H, 13, 5]).transpose(2, 3))).toBeNull();
    expect(lower(inputs, room(5, 13), zeros([B, H, 5]))).toBeNull();
    const doubles = inputs.map((x) => x.to("float64"));
    expect(lower(doubles, zeros([B, H, 5, 13], { dtype: "float64" }))).toBeNull();
    const none = [heads(5, 11, 2), zeros([B, H, 0, 11]), zeros([B, H, 0, 13])];
    expect(lower(none, room(5, 13))).toBeNull();
  });
});
