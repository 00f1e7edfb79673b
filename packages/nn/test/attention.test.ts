import { describe, expect, test } from "@jest/globals";
import { Generator, manualSeed, math, randn, type Tensor, tensor, zeros } from "@typegrad/autograd";
import { allClose } from "@typegrad/autograd/testing";
import { type AttendOptions, MultiheadAttention, type MultiheadAttentionOptions } from "../src/index.js";

// B, H, T, S, D, kdim, vdim and K differ, so that no two can be confused.
const [B, H, T, S, D, KDIM, VDIM] = [2, 3, 4, 5, 6, 7, 11];

const random = (shape: number[], seed: number): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) });
const bools = (shape: number[], seed: number): Tensor => random(shape, seed).gt(-0.3);
/** The element at a place. */
const at = (x: Tensor, ...index: number[]): number => x.data[index.reduce((sum, i, d) => sum * x.shape[d]! + i, 0)]!;

function build(options: MultiheadAttentionOptions = {}): MultiheadAttention {
  const layer = new MultiheadAttention(D, H, options).to("float64");
  const filled = layer.namedParameters().map(([key, x], i) => [key, random([...x.shape], 50 + i)]);
  layer.loadStateDict(Object.fromEntries(filled));
  return layer;
}

interface Inputs {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

/** Weights and output of one item by plain loops: `open` and `added` are asked about every head, query and key. */
function naive(
  layer: MultiheadAttention,
  { query, key, value }: Inputs,
  open: (n: number, h: number, i: number, j: number) => boolean,
  added: (n: number, h: number, i: number, j: number) => number,
) {
  const state = layer.stateDict();
  const [batch, rows, columns] = [query.shape[0]!, query.shape[1]!, key.shape[1]!];
  const width = D / H;
  const project = (x: Tensor, name: "q" | "k" | "v", n: number, position: number, d: number): number => {
    const part = { q: 0, k: 1, v: 2 }[name];
    const own = state[`${name}_proj_weight`];
    let sum = state.in_proj_bias === undefined ? 0 : at(state.in_proj_bias, part * D + d);
    for (let c = 0; c < x.shape[2]!; c++) {
      sum += at(x, n, position, c) * (own ? at(own, d, c) : at(state.in_proj_weight!, part * D + d, c));
    }
    return sum;
  };
  /** Component d of key or value j, those that are appended included. */
  const extended = (x: Tensor, name: "k" | "v", n: number, j: number, d: number): number => {
    if (j < columns) return project(x, name, n, j, d);
    const learned = state[`bias_${name}`];
    return learned !== undefined && j === columns ? at(learned, 0, 0, d) : 0;
  };
  const all = columns + (state.bias_k ? 1 : 0) + (layer.addZeroAttn ? 1 : 0);
  const weights = new Float64Array(batch * H * rows * all);
  const out = new Float64Array(batch * rows * D);
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < rows; i++) {
      const joined = new Float64Array(D);
      for (let h = 0; h < H; h++) {
        const dims = Array.from({ length: width }, (_, d) => h * width + d);
        const powers = Array.from({ length: all }, (_, j) => {
          if (j < columns && !open(n, h, i, j)) return 0;
          const product = dims.reduce((sum, d) => sum + project(query, "q", n, i, d) * extended(key, "k", n, j, d), 0);
          return math.exp(product / Math.sqrt(width) + (j < columns ? added(n, h, i, j) : 0));
        });
        const total = powers.reduce((a, b) => a + b) || 1;
        powers.forEach((power, j) => {
          weights[((n * H + h) * rows + i) * all + j] = power / total;
          for (const d of dims) joined[d]! += (power / total) * extended(value, "v", n, j, d);
        });
      }
      for (let d = 0; d < D; d++) {
        let sum = state["out_proj.bias"] === undefined ? 0 : at(state["out_proj.bias"], d);
        for (let c = 0; c < D; c++) sum += joined[c]! * at(state["out_proj.weight"]!, d, c);
        out[(n * rows + i) * D + d] = sum;
      }
    }
  }
  return { out: tensor(out, { shape: [batch, rows, D] }), weights: tensor(weights, { shape: [batch, H, rows, all] }) };
}

/** What a mask of any of the allowed shapes says at one place. */
function look(x: Tensor | null | undefined, n: number, h: number, i: number, j: number): number | null {
  if (!x) return null;
  const wide = x.ndim === 3 ? x.unsqueeze(1) : x.ndim === 2 ? x.reshape([1, 1, ...x.shape]) : x;
  return at(wide.expand([B, H, T, S]), n, h, i, j);
}

const inputs = (kdim = D, vdim = D): Inputs => ({
  query: random([B, T, D], 1),
  key: random([B, S, kdim], 2),
  value: random([B, S, vdim], 3),
});

const masks: [string, AttendOptions][] = [
  ["no mask", {}],
  ["a mask for all", { mask: bools([T, S], 10) }],
  ["a mask by item", { mask: bools([B, T, S], 11) }],
  ["a mask by head", { mask: bools([B, H, T, S], 12) }],
  ["a bias by head", { bias: random([B, H, T, S], 13) }],
  [
    "a bias by item that hides keys",
    { bias: random([B, T, S], 14).maskedFill(bools([B, T, S], 15).logicalNot(), -Infinity) },
  ],
  ["a key mask", { keyMask: bools([B, S], 16) }],
  ["a float key mask and a bias", { keyMask: random([B, S], 17), bias: random([T, S], 18) }],
  ["a bool key mask and a bias", { keyMask: bools([B, S], 19), bias: random([T, S], 20) }],
  [
    "left padding with a causal mask",
    {
      keyMask: tensor([
        [false, false, true, true, true],
        [true, true, true, true, true],
      ]),
      causal: true,
    },
  ],
  ["everything", { mask: bools([B, T, S], 21), bias: random([T, S], 22), keyMask: bools([B, S], 23), causal: true }],
];

const kinds: [string, MultiheadAttentionOptions][] = [
  ["plain", {}],
  ["without biases", { bias: false }],
  ["of other widths, with keys appended", { kdim: KDIM, vdim: VDIM, addBiasKv: true, addZeroAttn: true }],
];

describe.each(kinds)("attention %s", (_, options) => {
  const layer = build(options);
  const given = inputs(options.kdim, options.vdim);
  const { query, key, value } = given;

  test.each(masks)("is the naive one with %s", (_, call) => {
    const open = (n: number, h: number, i: number, j: number): boolean =>
      look(call.mask, n, h, i, j) !== 0 &&
      !(call.causal === true && j > i) &&
      (call.keyMask?.dtype !== "bool" || at(call.keyMask, n, j) !== 0);
    const added = (n: number, h: number, i: number, j: number): number =>
      (look(call.bias, n, h, i, j) ?? 0) + (call.keyMask?.dtype === "float64" ? at(call.keyMask, n, j) : 0);
    const wanted = naive(layer, given, open, added);
    const [out, weights] = layer.forward(query, key, value, { ...call, averageWeights: false });
    const close = { rtol: 1e-11, atol: 1e-13 };
    expect(allClose(out, wanted.out, close)).toBe(true);
    expect(allClose(weights!, wanted.weights, close)).toBe(true);
    const [, average] = layer.forward(query, key, value, call);
    expect(allClose(average!, wanted.weights.mean(1), close)).toBe(true);
    const [fast, none] = layer.forward(query, key, value, { ...call, needWeights: false });
    expect(none).toBeNull();
    expect(allClose(fast, wanted.out, close)).toBe(true);
  });

  test("without a batch is that of a batch of one, masks included", () => {
    const one = (x: Tensor): Tensor => x.select(0, 0);
    const first = (x: Tensor): Tensor => x.slice(0, 0, 1);
    const [mask, bias, keyMask] = [bools([B, H, T, S], 30), random([B, H, T, S], 31), bools([B, S], 32)];
    for (const averageWeights of [true, false]) {
      const [out, weights] = layer.forward(one(query), one(key), one(value), {
        mask: one(mask),
        bias: one(bias),
        keyMask: one(keyMask),
        averageWeights,
      });
      const batched = { mask: first(mask), bias: first(bias), keyMask: first(keyMask), averageWeights };
      const [wanted, wantedWeights] = layer.forward(first(query), first(key), first(value), batched);
      expect(out.shape).toEqual([T, D]);
      expect(allClose(out, one(wanted))).toBe(true);
      expect(allClose(weights!, one(wantedWeights!))).toBe(true);
    }
  });
});

describe("attention", () => {
  test("has PyTorch's keys", () => {
    const keys = (options: MultiheadAttentionOptions) => Object.keys(new MultiheadAttention(D, H, options).stateDict());
    expect(keys({})).toEqual(["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"]);
    expect(keys({ kdim: KDIM, bias: false, addBiasKv: true })).toEqual([
      ...["q_proj_weight", "k_proj_weight", "v_proj_weight"],
      ...["bias_k", "bias_v", "out_proj.weight"],
    ]);
  });

  test("a query that may attend to nothing gives the output bias and no gradient", () => {
    const layer = build();
    const { key, value } = inputs();
    const query = random([B, T, D], 1);
    query.requiresGrad = true;
    const mask = tensor([[true], [true], [true], [false]]); // [T, 1]
    const [out, weights] = layer.forward(query, key, value, { mask });
    const bias = layer.outProj.bias!;
    expect(out.select(1, 3).toArray()).toEqual([bias.toArray(), bias.toArray()]);
    expect(weights!.select(1, 3).toArray()).toEqual(zeros([B, S]).toArray());
    out.sum().backward();
    expect(query.grad!.select(1, 3).toArray()).toEqual(zeros([B, D]).toArray());
    expect(query.grad!.select(1, 0).abs().sum().item()).toBeGreaterThan(0);
  });

  test.each<[string, MultiheadAttentionOptions]>([
    ["", {}],
    [" without biases", { bias: false }],
    [" with appended keys", { addBiasKv: true, addZeroAttn: true }],
  ])("gives the same%s whether its inputs are one tensor or equal ones", (_, options) => {
    const layer = build(options);
    const leaf = (seed: number): Tensor => {
      const x = random([B, S, D], seed);
      x.requiresGrad = true;
      return x;
    };
    /** The output, and every gradient after a backward pass through it. */
    const results = (read: (x: Tensor, memory: Tensor) => Parameters<MultiheadAttention["forward"]>): Tensor[] => {
      const [x, memory] = [leaf(1), leaf(2)];
      layer.zeroGrad();
      const [out] = layer.forward(...read(x, memory));
      out
        .mul(random([...out.shape], 3))
        .sum()
        .backward();
      return [out, ...[x, memory, ...layer.parameters()].flatMap(({ grad }) => grad ?? [])];
    };
    const agree = (joined: Tensor[], separate: Tensor[]) => {
      expect(joined.length).toBe(separate.length);
      for (const [i, x] of joined.entries()) expect(allClose(x, separate[i]!, { rtol: 1e-12, atol: 1e-12 })).toBe(true);
    };
    agree(
      results((x) => [x, x, x]),
      results((x) => [x, x.mul(1), x.mul(1)]),
    );
    agree(
      results((x, memory) => [x, memory, memory]),
      results((x, memory) => [x, memory, memory.mul(1)]),
    );
  });

  test("drops weights in training, none in evaluation", () => {
    const layer = build({ dropout: 1 });
    const { query, key, value } = inputs();
    const bias = layer.outProj.bias!.toArray();
    const [dropped, weights] = layer.forward(query, key, value);
    expect(dropped.select(1, 0).toArray()).toEqual([bias, bias]);
    expect(weights!.sum().item()).toBeCloseTo(B * T, 10);
    const [kept] = layer.eval().forward(query, key, value);
    expect(allClose(kept, build().forward(query, key, value)[0])).toBe(true);
  });

  test("drops the same weights again from the same seed", () => {
    const layer = build({ dropout: 0.5 });
    const { query, key, value } = inputs();
    const run = (seed: number) => {
      manualSeed(seed);
      return layer.forward(query, key, value)[0].toArray();
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});
