import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { areDisjoint, cover, moved } from "../../src/compile/digits.js";
import type { Operand } from "../../src/compile/graph.js";
import { reshaped, whole } from "../../src/compile/operands.js";
import { GraphBuilder, permuted, sliced } from "../support/graph-builder.js";

/** Where each element lies, in row-major order: what the answers are held against. */
function positions({ shape, strides, offset }: Operand): number[] {
  return shape.reduce(
    (list, extent, d) => list.flatMap((at) => Array.from({ length: extent }, (_, i) => at + i * strides[d]!)),
    [offset],
  );
}

const start = (): Operand => new GraphBuilder().argument([4, 6, 3]);

/** A view of a view of …: each step permutes, slices, or reshapes where that is possible. */
const views = fc.array(fc.record({ kind: fc.nat({ max: 2 }), a: fc.nat({ max: 5 }), b: fc.nat({ max: 5 }) }), {
  maxLength: 4,
});

function viewOf(x: Operand, steps: readonly { kind: number; a: number; b: number }[]): Operand {
  return steps.reduce((view, { kind, a, b }) => {
    const d = a % view.shape.length;
    const extent = view.shape[d]!;
    if (kind === 0) return permuted(view, ...[...view.shape.keys()].map((k) => (k + a) % view.shape.length));
    if (kind === 1) return sliced(view, d, b % extent, (b % extent) + 1 + ((a + b) % (extent - (b % extent))));
    return (
      reshaped(view, extent % 2 === 0 ? view.shape.flatMap((e, k) => (k === d ? [e / 2, 2] : [e])) : [view.size]) ??
      view
    );
  }, x);
}

test("disjoint operands share no element", () => {
  let [told, disjoint] = [0, 0];
  const property = fc.property(views, views, (first, second) => {
    const x = start();
    const [a, b] = [viewOf(x, first), viewOf(x, second)];
    const own = new Set(positions(a));
    const shared = positions(b).some((position) => own.has(position));
    if (!shared) disjoint++;
    if (!areDisjoint(a, b)) return;
    told++;
    expect(shared).toBe(false);
  });
  fc.assert(property, { numRuns: 1000, seed: 5 });
  expect([told, disjoint > 40]).toEqual([disjoint, true]);
});

test("a moved operand sees the elements that it saw", () => {
  let told = 0;
  const property = fc.property(views, views, fc.nat({ max: 5 }), (first, second, turn) => {
    const x = start();
    const from = viewOf(x, first);
    const dims = [...from.shape.keys()].map((k) => (k + turn) % from.shape.length);
    const other = whole(
      new GraphBuilder().argument([from.size]).value,
      dims.map((d) => from.shape[d]!),
    );
    const to = permuted(other, ...dims.map((_, i) => dims.indexOf(i)));
    const operand = viewOf(from, second);
    const now = moved(operand, from, to);
    if (now === null) return;
    told++;
    const elements = new Map(positions(from).map((position, i) => [position, positions(to)[i]!]));
    expect(positions(now)).toEqual(positions(operand).map((position) => elements.get(position)));
  });
  fc.assert(property, { numRuns: 1000, seed: 5 });
  expect(told).toBeGreaterThan(500);
});

describe("cover", () => {
  test("is what parts do that are all of a value", () => {
    const x = start();
    expect(cover([sliced(x, 1, 0, 2), sliced(x, 1, 2, 3), sliced(x, 1, 3, 6)])).toBe(true);
    expect(cover([sliced(x, 1, 0, 2), permuted(sliced(x, 1, 2, 6), 2, 0, 1)])).toBe(true);
  });

  test("and others do not", () => {
    const x = start();
    expect(cover([sliced(x, 1, 0, 2), sliced(x, 1, 2, 5)])).toBe(false);
    expect(cover([sliced(x, 1, 0, 3), sliced(x, 1, 2, 5)])).toBe(false);
    expect(cover([{ ...x, strides: [0, 0, 0] }])).toBe(false);
  });
});
