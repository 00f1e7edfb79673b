import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { partsOf } from "../src/fused/attention.js";
import { cat, Generator, ones, rand, randint, randn, type Tensor, tensor, zeros } from "../src/index.js";
import { eager } from "../src/targets/eager.js";
import { reference } from "../src/targets/reference/index.js";
import type { AttentionOperands, AttentionSettings, Target } from "../src/targets/target.js";

// Operands of random shapes, layouts and values: what the kernels give is what the reference gives.

type Make = (shape: readonly number[], generator: Generator) => Tensor;

const changed = (shape: readonly number[], dims: readonly number[], change: (extent: number) => number): number[] =>
  shape.map((extent, d) => (dims.includes(d) ? change(extent) : extent));

/** Views of the shape `shape` of other tensors: of two dims one may be swapped, stepped over, stretched, reversed. */
const views: readonly ((make: Make, shape: number[], a: number, b: number, generator: Generator) => Tensor)[] = [
  (make, shape, _a, _b, generator) => make(shape, generator),
  (make, shape, a, b, generator) => {
    const swapped = shape.map((extent, d) => (d === a ? shape[b]! : d === b ? shape[a]! : extent));
    return make(swapped, generator).transpose(a, b);
  },
  (make, shape, a, _, generator) =>
    make(
      changed(shape, [a], (extent) => 2 * extent + 1),
      generator,
    ).slice(a, 1, 1 + 2 * shape[a]!, 2),
  (make, shape, a, b, generator) =>
    make(
      changed(shape, [a, b], () => 1),
      generator,
    ).expand(shape),
  (make, shape, a, _, generator) => make(shape, generator).slice(a, null, null, -1),
  (make, shape, a, _, generator) => make([...shape.slice(0, a), 2, ...shape.slice(a)], generator).select(a, 1),
];

const layout = fc.record({ view: fc.nat({ max: views.length - 1 }), a: fc.nat({ max: 3 }), b: fc.nat({ max: 3 }) });
const layouts = fc.array(layout, { minLength: 6, maxLength: 6 });
const seeds = fc.nat({ max: 1e9 });
const extent = (max: number) => fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max }));

/** Normal numbers, some of them replaced by what is special where `special` says so. */
const normal =
  (special: boolean): Make =>
  (shape, generator) => {
    const x = randn(shape, { generator });
    if (!special || x.size === 0) return x;
    const odd = tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e-40]);
    const data = x.data.slice();
    const places = randint(data.length, [2], { generator }).data;
    const which = randint(odd.size, [2], { generator }).data;
    places.forEach((place, i) => {
      data[place] = odd.data[which[i]!]!;
    });
    return tensor(data, { shape });
  };

/** Gives tensors one after the other, each with a layout and numbers of its own. */
function maker(seed: number, list: readonly { view: number; a: number; b: number }[]) {
  let next = 0;
  return (shape: number[], make: Make): Tensor => {
    const { view, a, b } = list[next % list.length]!;
    const generator = new Generator(seed + next++);
    return views[view]!(make, shape, a % shape.length, b % shape.length, generator);
  };
}

/**
 * Equal within rounding of the largest element, NaN where NaN is, infinite where infinite. Where NaN is wanted, `instead`
 * will do as well.
 */
function expectLike(found: Tensor, wanted: Tensor, rounding: number, instead: Tensor = wanted): void {
  const finite = [wanted, instead].flatMap(({ data }) => Array.from(data, Math.abs).filter(Number.isFinite));
  const largest = finite.reduce((most, x) => Math.max(most, x), 1e-30);
  const like = (x: number, y: number): boolean => Object.is(x, y) || Math.abs(x - y) <= rounding * largest;
  const wrong = found.data.findIndex((x, i) => {
    const y = wanted.data[i]!;
    return !like(x, y) && !(Number.isNaN(y) && like(x, instead.data[i]!));
  });
  const at = [wrong, found.data[wrong], wanted.data[wrong]];
  expect(wrong < 0 ? [] : at).toEqual([]);
}

/** Output and gradients, the latter one behind the other. */
function attended(
  target: Target,
  operands: AttentionOperands,
  settings: AttentionSettings,
  gradient: Tensor,
): [Tensor, Tensor] {
  const { query, key, value } = operands;
  const output = ones(gradient.shape);
  const logSumExp = zeros(query.shape.slice(0, 3), { dtype: "float64" });
  const gradients = ones([query.size + key.size + value.size]);
  target.attention(operands, settings, output, logSumExp);
  target.attentionGrad(operands, settings, gradient, logSumExp, partsOf(gradients, operands));
  return [output, gradients];
}

/**
 * Causal attention query by query, over the keys that each may look at and no others: a kernel that leaves out what is
 * hidden does not see NaN there, which times a weight of 0 is NaN.
 */
function queryByQuery(
  operands: Record<keyof AttentionOperands, Tensor | null>,
  scale: number,
  gradient: Tensor,
): Tensor[] {
  const { query, key, value, mask, bias } = operands as Record<"query" | "key" | "value", Tensor> & typeof operands;
  const [rows, columns] = [query.shape[2]!, key.shape[2]!];
  const [outputs, slopes]: [Tensor[], Tensor[]] = [[], []];
  let [ofKeys, ofValues] = [zeros(key.shape), zeros(value.shape)];
  for (let i = 0; i < rows; i++) {
    const seen = Math.min(i + 1, columns);
    const row = (x: Tensor | null) => x?.slice(2, i, i + 1).slice(3, 0, seen) ?? null;
    const [q, k, v] = [query.slice(2, i, i + 1), key.slice(2, 0, seen), value.slice(2, 0, seen)];
    const own = { query: q, key: k, value: v, mask: row(mask), bias: row(bias) };
    const [output, flat] = attended(reference, own, { scale, causal: false }, gradient.slice(2, i, i + 1));
    const part = (start: number, { size, shape }: Tensor) => flat.slice(0, start, start + size).reshape(shape);
    const rest = [0, 0, 0, columns - seen];
    outputs.push(output);
    slopes.push(part(0, q));
    ofKeys = ofKeys.add(part(q.size, k).pad(rest));
    ofValues = ofValues.add(part(q.size + k.size, v).pad(rest));
  }
  return [cat(outputs, 2), cat([cat(slopes, 2), ofKeys, ofValues].map((x) => x.flatten()))];
}

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, property), { numRuns: 150, seed: 7 });

describe("in WebAssembly, of random operands", () => {
  const matmuls = fc.record({
    m: extent(70),
    k: extent(300),
    n: extent(70),
    layouts,
    seed: seeds,
    special: fc.boolean(),
  });

  test("products", () => {
    check(matmuls, ({ m, k, n, layouts: list, seed, special }) => {
      const next = maker(seed, list);
      const [a, b] = [next([3, m, k], normal(special)), next([3, k, n], normal(special))];
      const [found, wanted] = [eager, reference].map((target) => {
        const output = ones([3, m, n]);
        target.matmul(a, b, output);
        return output;
      });
      expectLike(found!, wanted!, 1e-5);
    });
  });

  const attentions = fc.record({
    sizes: fc.tuple(extent(2), extent(3), extent(40), extent(70), extent(20), fc.oneof(fc.constant(0), extent(20))),
    layouts,
    seed: seeds,
    special: fc.boolean(),
    masked: fc.boolean(),
    biased: fc.boolean(),
    causal: fc.boolean(),
  });

  test("attention and its gradients", () => {
    check(attentions, ({ sizes: [B, H, T, S, K, E], layouts: list, seed, special, masked, biased, causal }) => {
      const next = maker(seed, list);
      const make = normal(special);
      const [query, key, value] = [next([B, H, T, K], make), next([B, H, S, K], make), next([B, H, S, E], make)];
      const some: Make = (shape, generator) => rand(shape, { generator }).lt(0.5);
      const mask = masked ? next([B, H, T, S], some) : null;
      const bias = biased ? next([B, H, T, S], make) : null;
      const gradient = next([B, H, T, E], normal(false));
      const operands = { query, key, value, mask, bias };
      const settings = { scale: 0.3, causal };
      const wanted = attended(reference, operands, settings, gradient);
      const seen = causal ? queryByQuery(operands, settings.scale, gradient) : wanted;
      attended(eager, operands, settings, gradient).forEach((found, i) => {
        expectLike(found, wanted[i]!, 1e-4, seen[i]!);
      });
    });
  });

  const entropies = fc.record({
    rows: extent(30),
    width: extent(300),
    layouts,
    seed: seeds,
    special: fc.boolean(),
    ignoreIndex: fc.integer({ min: -1, max: 3 }),
    labelSmoothing: fc.constantFrom(0, 0.1, 1),
  });

  test("cross entropy and its gradients", () => {
    check(entropies, ({ rows, width, layouts: list, seed, special, ...settings }) => {
      const next = maker(seed, list);
      const logits = next([rows, width], normal(special));
      const classes = next([rows], (shape, generator) => randint(width, shape, { generator }));
      const gradient = next([rows], normal(special));
      const run = (target: Target): Tensor[] => {
        const [loss, logSumExp, slopes] = [ones([rows]), zeros([rows], { dtype: "float64" }), ones([rows, width])];
        target.crossEntropy(logits, classes, settings, loss, logSumExp);
        target.crossEntropyGrad(gradient, logits, classes, logSumExp, settings, slopes);
        return [loss, slopes];
      };
      const wanted = run(reference);
      run(eager).forEach((found, i) => {
        expectLike(found, wanted[i]!, 1e-5);
      });
    });
  });
});
