import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Graph, Operand } from "../../src/compile/graph.js";
import { reshaped } from "../../src/compile/operands.js";
import { optimize } from "../../src/compile/passes/index.js";
import { plan } from "../../src/compile/plan.js";
import type { TypedArray } from "../../src/dtype.js";
import { contiguousStrides } from "../../src/shape.js";
import type { Abilities } from "../../src/targets/abilities.js";
import { abilities } from "../../src/targets/wasm/abilities.js";
import { GraphBuilder, permuted, sliced } from "../support/graph-builder.js";
import { interpret, interpretPlan, type Outcome } from "../support/interpret.js";

/** One step in building a random graph: what is done, and to which of the operands that are there. */
const steps = fc.record({
  kind: fc.nat({ max: 14 }),
  first: fc.nat({ max: 40 }),
  second: fc.nat({ max: 40 }),
  dim: fc.nat({ max: 3 }),
});

type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const numbers = (count: number, from: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7 + from * 3) % 11) / 4 - 1);

const given: readonly TypedArray[] = [numbers(24, 1), numbers(24, 2), Int32Array.of(2, 0, 3, 2), numbers(6, 4)];

/** Values stay in range: products and sums are halved by whoever reads them next. */
function build(list: readonly Step[]): Graph {
  const graph = new GraphBuilder();
  const operands: Operand[] = [graph.argument([4, 6]), graph.argument([4, 6])];
  const index = graph.argument([4], "int32");
  operands.push(graph.argument([6]));
  const states = [graph.state(numbers(24, 5), [4, 6]), graph.state(numbers(24, 6), [4, 6]), graph.state(numbers(6, 7))];
  const rate = graph.state(Float64Array.of(0.3), []);
  operands.push(...states, graph.constant(Float32Array.of(0.5), []), graph.constant(numbers(24, 8), [4, 6]));
  const stored = new Set<number>();
  const like = (shape: readonly number[], start: number): Operand | undefined =>
    [...operands.slice(start), ...operands.slice(0, start)].find((x) => x.shape.join() === shape.join());
  const tamed = (x: Operand): Operand => graph.pointwise("mul", x, graph.constant(Float32Array.of(0.25), []));
  for (const { kind, first, second, dim } of list) {
    const at = (place: number): Operand => operands.at(-1 - (place % operands.length))!;
    const x = at(first);
    const y = at(second);
    const d = x.shape.length === 0 ? 0 : dim % x.shape.length;
    if (kind === 0 || kind === 1) {
      const other = like(x.shape, second % operands.length) ?? x;
      operands.push(graph.pointwise(kind === 0 ? "add" : "maximum", x, other));
    } else if (kind === 2)
      operands.push(graph.pointwise("add", x, operands[2]!.size === x.shape.at(-1) ? operands[2]! : operands[6]!));
    else if (kind === 3 && x.shape.length > 1) operands.push(permuted(x, ...[...x.shape.keys()].reverse()));
    else if (kind === 4 && x.shape.length > 0 && x.shape[d]! > 1) operands.push(sliced(x, d, 0, x.shape[d]! >> 1));
    else if (kind === 5) operands.push(graph.copy(x));
    else if (kind === 6 && x.shape.length === 2) {
      const b = operands.find((z) => z.shape.length === 2 && z.shape[0] === x.shape[1]) ?? permuted(x, 1, 0);
      operands.push(tamed(graph.matmul(x, b)), graph.matmul(x, b));
    } else if (kind === 7 && x.shape.length > 0) operands.push(graph.reduce(dim > 1 ? "max" : "sum", tamed(x), d));
    else if (kind === 8 && x.shape.length > 0) {
      const extent = x.shape[d]! + (second % 3);
      const sum = graph.pointwise(
        "add",
        graph.pad(x, d, 0, extent + 2),
        graph.pad(sliced(x, d, 0, 1), d, extent, extent + 2),
      );
      operands.push(sum);
    } else if (kind === 9 && x.shape.length > 0) {
      const flat = reshaped(x, [x.size]);
      operands.push(flat ?? reshaped(graph.copy(x), [x.size])!);
    } else if (kind === 10) {
      const state = states[second % 3]!;
      const source = [...operands].reverse().find((z) => z.size === state.size && z.shape.join() === contiguous(z));
      if (source === undefined || stored.has(state.value.id)) continue;
      stored.add(state.value.id);
      graph.store(state, source);
    } else if (kind === 11 && x.shape.length > 0 && x.shape[0] === 4) operands.push(graph.scatterAdd(x, index, 5));
    else if (kind === 12) {
      const half = graph.copy(rate, graph.result([], "float32"));
      operands.push(graph.pointwise("where", graph.pointwise("lt", x, half), graph.pointwise("mul", x, half), x));
    } else if (kind === 13 && x.size === 24) {
      const heads = reshaped(x, [2, 2, 3, 2]) ?? reshaped(graph.copy(x), [2, 2, 3, 2])!;
      const out = graph.attention(heads, heads, permuted(heads, 1, 0, 2, 3));
      operands.push(reshaped(graph.copy(permuted(out, 0, 2, 1, 3)), [6, 4])!);
    } else if (kind === 14 && y.size > 0) graph.check(y);
  }
  return graph.graph(...operands.slice(-3), operands.at(-1)!);
}

/** The shape as text if the operand is all of its value in order, which a store's source is. */
const contiguous = ({ shape, strides, offset, size, value }: Operand): string =>
  offset === 0 && size === value.size && strides.join() === contiguousStrides(shape).join() ? shape.join() : "strided";

/** Sums of parts that are 0 lose the sign of zeros. */
const unsigned = ({ results, states }: Outcome): unknown => ({
  results: results.map((list) => list.map((x) => x + 0)),
  states: Object.fromEntries(Object.entries(states).map(([id, list]) => [id, list.map((x) => x + 0)])),
});

const everything: Abilities = {
  fuses: abilities.fuses,
  readsStrided: () => true,
  writesStrided: () => true,
  hasEpilogue: () => true,
};
const nothing: Abilities = {
  fuses: () => false,
  readsStrided: () => false,
  writesStrided: () => false,
  hasEpilogue: () => false,
};

test.each([
  ["that takes strides everywhere", everything],
  ["as WebAssembly is", abilities],
  ["that takes none", nothing],
] as const)("optimized and planned for a target %s, a graph computes the same", (_, target) => {
  const property = fc.property(fc.array(steps, { minLength: 1, maxLength: 24 }), (list) => {
    const graph = build(list);
    const wanted = unsigned(interpret(graph, given));
    const optimized = optimize(graph, target);
    expect(unsigned(interpret(optimized, given))).toEqual(wanted);
    expect(unsigned(interpretPlan(plan(optimized), graph, given))).toEqual(wanted);
  });
  fc.assert(property, { numRuns: 300, seed: 5 });
});
