import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as tg from "../src/index.js";

type Nested = number | readonly Nested[];

/** A tensor as nested arrays: the model that views are held against. */
const nested = (x: tg.Tensor): Nested => x.toArray() as Nested;

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, property), { numRuns: 100, seed: 5 });

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

/** 0, 1, 2, … in a shape. */
const counted = (shape: readonly number[]): tg.Tensor =>
  tg.arange(tg.sizeOf(shape), { dtype: "float64" }).reshape(shape);

/** A step from one view to the next, on the tensor and on its nested arrays. */
interface Step {
  readonly view: (x: tg.Tensor) => tg.Tensor;
  readonly model: (x: Nested) => Nested;
}

const flatten = (x: Nested): number[] => (typeof x === "number" ? [x] : x.flatMap(flatten));

const atDepth = (x: Nested, depth: number, change: (x: readonly Nested[]) => Nested): Nested =>
  depth === 0
    ? change(x as readonly Nested[])
    : (x as readonly Nested[]).map((item) => atDepth(item, depth - 1, change));

const swapFirst = (rows: readonly Nested[]): Nested =>
  (rows[0] as readonly Nested[]).map((_, j) => rows.map((row) => (row as readonly Nested[])[j]!));

/** Neighbouring dims swapped, and a dim reversed, sliced by steps, stretched or doubled by a new one in front. */
const steps = fc.record({ kind: fc.nat({ max: 4 }), dim: fc.nat({ max: 3 }), by: fc.integer({ min: 1, max: 3 }) });

function stepOf({ kind, dim, by }: { kind: number; dim: number; by: number }, ndim: number): Step {
  const at = dim % ndim;
  if (kind === 0 && ndim > 1) {
    const first = at % (ndim - 1);
    return { view: (x) => x.transpose(first, first + 1), model: (x) => atDepth(x, first, swapFirst) };
  }
  if (kind === 1) return { view: (x) => x.flip(at), model: (x) => atDepth(x, at, (items) => [...items].reverse()) };
  if (kind === 2) {
    return {
      view: (x) => x.slice(at, null, null, by),
      model: (x) => atDepth(x, at, (items) => items.filter((_, i) => i % by === 0)),
    };
  }
  if (kind === 3) {
    return {
      view: (x) => x.slice(at, null, null, -by),
      model: (x) => atDepth(x, at, (items) => [...items].reverse().filter((_, i) => i % by === 0)),
    };
  }
  if (ndim > 5) return { view: (x) => x, model: (x) => x };
  return { view: (x) => x.expand([by, ...x.shape]), model: (x) => new Array<Nested>(by).fill(x) };
}

const views = fc.record({ shape: shapes, path: fc.array(steps, { maxLength: 5 }) });

function walk({ shape, path }: { shape: number[]; path: { kind: number; dim: number; by: number }[] }) {
  let x = counted(shape);
  let model = nested(x);
  for (const description of path) {
    const { view, model: change } = stepOf(description, x.ndim);
    x = view(x);
    model = change(model);
  }
  return { x, model };
}

describe("views", () => {
  test("of views are what nested arrays say, and share memory", () => {
    check(views, (description) => {
      const { x, model } = walk(description);
      expect(nested(x)).toEqual(model);
      expect(x.storage.array.length).toBe(tg.sizeOf(description.shape));
    });
  });

  test("reshaped keep the order of their elements", () => {
    check(views, (description) => {
      const { x, model } = walk(description);
      const flat = flatten(model);
      expect(nested(x.reshape([-1]))).toEqual(flat);
      expect(nested(x.reshape([...x.shape].reverse()).reshape([-1]))).toEqual(flat);
    });
  });

  const operations: Record<string, (x: tg.Tensor) => tg.Tensor> = {
    sum: (x) => x.sum(0),
    mean: (x) => x.mean(-1, { keepdim: true }),
    prod: (x) => x.mul(0.1).prod(0),
    amax: (x) => x.amax(),
    argmin: (x) => x.argmin(-1),
    cumsum: (x) => x.cumsum(0),
    sort: (x) => x.sort(0, { descending: true }).indices,
    softmax: (x) => x.softmax(0),
    exp: (x) => x.neg().exp(),
    add: (x) => x.add(x.select(0, 0)),
    where: (x) => tg.where(x.gt(3), x, -1),
    cat: (x) => tg.cat([x, x.flip(0)], -1),
    pad: (x) => x.pad([1, 2]),
    repeat: (x) => x.repeat([2, ...x.shape.map(() => 1)]),
    matmul: (x) => x.reshape([-1, x.shape.at(-1)!]).matmul(x.reshape([-1, x.shape.at(-1)!]).transpose(0, 1)),
  };
  test.each(Object.entries(operations))("give %s the bits that their clones give", (_, run) => {
    check(views, (description) => {
      const { x } = walk(description);
      expect(nested(run(x))).toEqual(nested(run(x.clone())));
    });
  });
});

/** Two shapes that broadcast: what is left of a common one where dims fall away or shrink to 1. */
const pairs = fc
  .record({
    shape: shapes,
    fates: fc.array(fc.nat({ max: 3 }), { minLength: 8, maxLength: 8 }),
    cut: fc.nat({ max: 4 }),
  })
  .map(({ shape, fates, cut }) => {
    const shrunk = (first: number) => shape.map((extent, d) => (fates[first + d] === 0 ? 1 : extent));
    return [shrunk(0), shrunk(4).slice(Math.min(cut, shape.length))] as const;
  });

/** The naive rule: aligned at the right, an extent of 1 is read everywhere. */
function broadcast(x: Nested, shape: readonly number[], target: readonly number[]): Nested {
  if (target.length === 0) return x;
  if (shape.length < target.length)
    return Array.from({ length: target[0]! }, () => broadcast(x, shape, target.slice(1)));
  const rows = x as readonly Nested[];
  return Array.from({ length: target[0]! }, (_, i) =>
    broadcast(rows[shape[0] === 1 ? 0 : i]!, shape.slice(1), target.slice(1)),
  );
}

const zip = (a: Nested, b: Nested, f: (a: number, b: number) => number): Nested =>
  typeof a === "number" ? f(a, b as number) : a.map((item, i) => zip(item, (b as readonly Nested[])[i]!, f));

describe("broadcasting", () => {
  test("follows the naive rule", () => {
    check(pairs, ([a, b]) => {
      const target = a.map((extent, d) => Math.max(extent, b[d - a.length + b.length] ?? 1));
      const [x, y] = [counted(a), counted(b).add(0.5)];
      const wanted = zip(broadcast(nested(x), a, target), broadcast(nested(y), b, target), (p, q) => p * 10 + q);
      expect(nested(x.mul(10).add(y))).toEqual(wanted);
    });
  });

  test("is undone by sums: each element's gradient is the number of times it was read", () => {
    check(pairs, ([a, b]) => {
      const [x, y] = [counted(a), counted(b)];
      for (const leaf of [x, y]) leaf.requiresGrad = true;
      const sum = x.add(y);
      sum.sum().backward();
      for (const leaf of [x, y]) {
        expect(leaf.grad!.shape).toEqual(leaf.shape);
        expect([...leaf.grad!.data]).toEqual(new Array(leaf.size).fill(sum.size / leaf.size));
      }
    });
  });
});
