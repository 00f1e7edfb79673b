import { describe, expect, test } from "@jest/globals";
import type { Graph, Operand } from "../../src/compile/graph.js";
import { listing } from "../../src/compile/listing.js";
import { reshaped } from "../../src/compile/operands.js";
import { absorbCopies } from "../../src/compile/passes/absorb-copies.js";
import { commonSubexpressions } from "../../src/compile/passes/common-subexpressions.js";
import { deadCode } from "../../src/compile/passes/dead-code.js";
import { disjointSums } from "../../src/compile/passes/disjoint-sums.js";
import { epilogues } from "../../src/compile/passes/epilogues.js";
import { foldConstants } from "../../src/compile/passes/fold-constants.js";
import { forwardCopies } from "../../src/compile/passes/forward-copies.js";
import { fuse } from "../../src/compile/passes/fuse.js";
import { productLayouts } from "../../src/compile/passes/product-layouts.js";
import { scalars } from "../../src/compile/passes/scalars.js";
import { splitValues } from "../../src/compile/passes/split-values.js";
import { abilities } from "../../src/targets/wasm/abilities.js";
import { GraphBuilder, permuted, sliced } from "../support/graph-builder.js";

/** What is done: the instructions, a line each. */
const lines = (graph: Graph): string[] =>
  listing({ ...graph, stores: [], results: [] })
    .split("\n")
    .filter((line) => /[←⇐(]/.test(line));

const zeros = (size: number): Float32Array => new Float32Array(size);

test("dead code: what nobody reads goes, with all that was computed for it; checks stay", () => {
  const graph = new GraphBuilder();
  const x = graph.argument([2, 3]);
  graph.pointwise("mul", graph.pointwise("exp", x), x);
  graph.check(graph.pointwise("neg", x));
  const padded = graph.pad(x, 0, 1, 5);
  expect(lines(deadCode(graph.graph(padded)))).toEqual([
    "%3[2, 3] ← pointwise(%0[2, 3]) { neg; dtype float32 }",
    "checkFinite(%3[2, 3])",
    "%4[5, 3] ← fill() { value 0 }",
    "%4[2, 3]@3 ← copy(%0[2, 3])",
  ]);
});

describe("common subexpressions", () => {
  test("are computed once, with everything that follows from them", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([2, 3]);
    const one = graph.pointwise("tanh", graph.pointwise("exp", x));
    const two = graph.pointwise("tanh", graph.pointwise("exp", x));
    expect(lines(commonSubexpressions(graph.graph(graph.pointwise("add", one, two))))).toEqual([
      "%1[2, 3] ← pointwise(%0[2, 3]) { exp; dtype float32 }",
      "%2[2, 3] ← pointwise(%1[2, 3]) { tanh; dtype float32 }",
      "%5[2, 3] ← pointwise(%2[2, 3], %2[2, 3]) { add; dtype float32 }",
    ]);
  });

  test("are not draws, settings that differ, other views, or values in parts", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([3, 3]);
    const state = graph.state(Int32Array.of(1, 2, 3, 4));
    const all = [
      ...[graph.uniform(state, [3]), graph.uniform(state, [3])],
      ...[graph.reduce("sum", x, 0), graph.reduce("sum", x, 1), graph.reduce("max", x, 0)],
      ...[graph.pointwise("exp", x), graph.pointwise("exp", permuted(x, 1, 0))],
      ...[graph.pad(x, 0, 0, 4), graph.pad(x, 0, 0, 4)],
      ...[graph.fill(0, graph.result([2])), graph.fill(-0, graph.result([2]))],
    ];
    expect(commonSubexpressions(graph.graph(...all)).instructions).toHaveLength(graph.instructions.length);
  });

  test("stay apart where one is what a checkpoint recomputes", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([2, 3]);
    const results = [undefined, 1, 1, 2].map((region) => {
      const result = graph.pointwise("exp", x);
      const last = graph.instructions.pop()!;
      graph.instructions.push(region === undefined ? last : { ...last, region });
      return result;
    });
    expect(commonSubexpressions(graph.graph(...results)).instructions.map(({ region }) => region)).toEqual([
      undefined,
      1,
      2,
    ]);
  });
});

describe("constant folding", () => {
  test("computes what follows from constants, and checks of them", () => {
    const graph = new GraphBuilder();
    const positions = graph.constant(Float32Array.of(0, 1, 2));
    const mask = graph.pointwise("ge", reshaped(positions, [3, 1])!, positions);
    graph.check(positions);
    const folded = foldConstants(graph.graph(graph.pad(positions, 0, 1, 4), mask));
    expect(folded.instructions).toEqual([]);
    expect(folded.results.map(({ value }) => value.origin)).toEqual([
      { kind: "constant", array: Float32Array.of(0, 0, 1, 2) },
      { kind: "constant", array: Uint8Array.of(1, 0, 0, 1, 1, 0, 1, 1, 1) },
    ]);
  });

  test("leaves checks that fail, fills, arguments, and what would be large", () => {
    const graph = new GraphBuilder();
    graph.check(graph.constant(Float32Array.of(Number.NaN)));
    const filled = graph.fill(3, graph.result([2]));
    const large = graph.pointwise("add", graph.constant(zeros(1024), [1024, 1]), graph.constant(zeros(1024)));
    const mixed = graph.pointwise("add", graph.constant(zeros(2)), graph.argument([2]));
    expect(foldConstants(graph.graph(filled, large, mixed)).instructions).toHaveLength(4);
  });
});

describe("disjoint sums", () => {
  const parts = (graph: GraphBuilder): Operand[] => {
    const x = graph.argument([2, 3]);
    return ["exp", "tanh", "sin"].map((name) => graph.pointwise(name, x));
  };

  test("of parts that are all of it need no zeros", () => {
    const graph = new GraphBuilder();
    const [a, b, c] = parts(graph).map((x, i) => graph.pad(x, 1, 3 * i, 9)) as [Operand, Operand, Operand];
    expect(lines(disjointSums(graph.graph(graph.pointwise("add", c, graph.pointwise("add", a, b))))).slice(3)).toEqual([
      "%8[2, 3](9, 1) ← copy(%1[2, 3])",
      "%8[2, 3]@3(9, 1) ← copy(%2[2, 3])",
      "%8[2, 3]@6(9, 1) ← copy(%3[2, 3])",
    ]);
  });

  test("of other parts begin with zeros", () => {
    const graph = new GraphBuilder();
    const [a, b] = parts(graph) as [Operand, Operand];
    const sum = graph.pointwise("add", graph.pad(a, 0, 3, 5), graph.pad(b, 0, 0, 5));
    expect(lines(disjointSums(graph.graph(sum))).slice(3)).toEqual([
      "%6[5, 3] ← fill() { value 0 }",
      "%6[2, 3]@9 ← copy(%1[2, 3])",
      "%6[2, 3] ← copy(%2[2, 3])",
    ]);
  });

  test("are no sums of parts that overlap, of parts that are read elsewhere, or with something else than zeros", () => {
    const graph = new GraphBuilder();
    const [a, b] = parts(graph) as [Operand, Operand];
    const overlapping = graph.pointwise("add", graph.pad(a, 0, 1, 5), graph.pad(b, 0, 0, 5));
    const shared = graph.pad(a, 0, 0, 4);
    const beside = graph.pointwise("add", shared, graph.pad(b, 0, 2, 4));
    const ones = graph.fill(1, graph.result([4, 3]));
    graph.copy(a, sliced(ones, 0, 0, 2));
    const other = graph.pointwise("add", ones, graph.pad(b, 0, 2, 4));
    const all = graph.graph(overlapping, beside, shared, other);
    expect(lines(disjointSums(all))).toEqual(lines(all));
  });
});

describe("split values", () => {
  test("parts that are written and read by themselves are values of their own", () => {
    const graph = new GraphBuilder();
    const flat = graph.result([12]);
    const parts = [0, 6].map((start) => reshaped(sliced(flat, 0, start, start + 6), [2, 3])!);
    for (const part of parts) graph.copy(graph.argument([3, 2]), permuted(part, 1, 0));
    const read = parts.map((part) => graph.reduce("sum", sliced(part, 0, 1, 2), 1));
    expect(lines(splitValues(graph.graph(...read)))).toEqual([
      "%5[3, 2] ← copy(%1[3, 2])",
      "%6[3, 2] ← copy(%2[3, 2])",
      "%3[1] ← reduce(%5[1, 3]@1(6, 2)) { kind sum; dims [1] }",
      "%4[1] ← reduce(%6[1, 3]@1(6, 2)) { kind sum; dims [1] }",
    ]);
  });

  test("not where somebody reads across, or zeros lie beneath", () => {
    const graph = new GraphBuilder();
    const flat = graph.result([12]);
    for (const start of [0, 6]) graph.copy(graph.argument([6]), sliced(flat, 0, start, start + 6));
    const padded = graph.pad(graph.argument([6]), 0, 0, 12);
    const all = graph.graph(
      graph.reduce("sum", sliced(flat, 0, 3, 9), 0),
      graph.reduce("sum", sliced(padded, 0, 0, 6), 0),
    );
    expect(lines(splitValues(all))).toEqual(lines(all));
  });
});

test("product layouts: a product that is read transposed is computed transposed", () => {
  const graph = new GraphBuilder();
  const [x, gradient] = [graph.argument([7, 3]), graph.argument([7, 5])];
  const weight = graph.state(zeros(15), [5, 3]);
  const product = graph.matmul(permuted(x, 1, 0), gradient);
  const again = graph.matmul(product, graph.matmul(permuted(product, 1, 0), product));
  const result = graph.graph(graph.pointwise("add", weight, permuted(product, 1, 0)), again);
  expect(lines(productLayouts(result))).toEqual([
    "%7[5, 3] ← matmul(%1[5, 7](1, 5), %0[7, 3])",
    "%4[5, 5] ← matmul(%7[5, 3], %7[3, 5](1, 3))",
    "%5[3, 5] ← matmul(%7[3, 5](1, 3), %4[5, 5])",
    "%6[5, 3] ← pointwise(%2[5, 3], %7[5, 3]) { add; dtype float32 }",
  ]);
});

describe("absorbed copies", () => {
  test("heads are merged by attention itself, and a whole value in parts moves with all its parts", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([2, 5, 3, 7]);
    const out = graph.attention(x, x, x);
    const merged = graph.copy(permuted(out, 0, 2, 1, 3));
    const parts = graph.fill(0, graph.result([2, 5, 3]));
    graph.copy(graph.argument([2, 5, 2]), sliced(parts, 2, 0, 2));
    const turned = graph.copy(permuted(parts, 2, 0, 1));
    expect(lines(absorbCopies(graph.graph(merged, turned), abilities))).toEqual([
      "%3[2, 5, 3, 7](105, 7, 35, 1), %2[2, 5, 3] float64 ← attention(%0[2, 5, 3, 7], %0[2, 5, 3, 7], %0[2, 5, 3, 7]) { scale 1; causal false }",
      "%6[2, 5, 3](5, 1, 10) ← fill() { value 0 }",
      "%6[2, 5, 2](5, 1, 10) ← copy(%5[2, 5, 2])",
    ]);
  });

  test("a product becomes a part, and the zeros around it come first", () => {
    const graph = new GraphBuilder();
    const product = graph.matmul(graph.argument([2, 3]), graph.argument([3, 5]));
    const padded = graph.pad(product, 0, 1, 4);
    expect(lines(absorbCopies(graph.graph(padded), abilities))).toEqual([
      "%3[4, 5] ← fill() { value 0 }",
      "%3[2, 5]@5 ← matmul(%0[2, 3], %1[3, 5])",
    ]);
  });

  test("stay where the writer writes rows only, the value is kept, or what it was is read behind other writes", () => {
    const graph = new GraphBuilder();
    const [a, b] = [graph.argument([2, 3]), graph.argument([3, 5])];
    const turned = graph.copy(permuted(graph.matmul(a, b), 1, 0));
    const kept = graph.matmul(a, b);
    const read = graph.matmul(a, b);
    const place = graph.copy(read);
    graph.call("indexCopy", [a, b], [place], () => {}, { dim: 0 }, { updates: true });
    const all = graph.graph(turned, kept, graph.copy(kept), place, graph.pointwise("exp", read));
    expect(lines(absorbCopies(all, abilities))).toEqual(lines(all));
  });
});

describe("forwarded copies", () => {
  test("readers that take strides read the original", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([2, 5, 3]);
    const rows = reshaped(graph.copy(permuted(x, 1, 0, 2)), [5, 6])!;
    const product = graph.matmul(sliced(rows, 1, 3, 6), graph.argument([3, 2]));
    expect(lines(forwardCopies(graph.graph(product), abilities))).toEqual(["%3[5, 2] ← matmul(%0[5, 3]@15, %2[3, 2])"]);
  });

  test("stay where strides do not say it, or a reader wants rows", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([2, 5, 3]);
    const rows = reshaped(graph.copy(permuted(x, 1, 0, 2)), [5, 6])!;
    const summed = graph.reduce("sum", graph.copy(permuted(x, 2, 0, 1)), 0);
    const all = graph.graph(graph.matmul(rows, graph.argument([6, 2])), summed);
    expect(lines(forwardCopies(all, abilities))).toEqual(lines(all));
  });
});

describe("epilogues", () => {
  test("bias and residual are added by the product", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([2, 3, 5]);
    const product = reshaped(graph.matmul(reshaped(x, [6, 5])!, graph.argument([5, 5])), [2, 3, 5])!;
    const biased = graph.pointwise("add", product, graph.argument([5]));
    expect(lines(epilogues(graph.graph(graph.pointwise("add", x, biased)), abilities))).toEqual([
      "%5[6, 5] ← matmul(%0[6, 5], %1[5, 5], %3[5], %0[6, 5]) { hasBias true; hasAddend true }",
    ]);
  });

  test("the later of two products adds the earlier one", () => {
    const graph = new GraphBuilder();
    const [a, b] = [graph.argument([2, 3]), graph.argument([3, 5])];
    const [first, second] = [graph.matmul(a, b), graph.matmul(a, b)];
    expect(lines(epilogues(graph.graph(graph.pointwise("add", first, second)), abilities))).toEqual([
      "%2[2, 5] ← matmul(%0[2, 3], %1[3, 5])",
      "%4[2, 5] ← matmul(%0[2, 3], %1[3, 5], %2[2, 5]) { hasBias false; hasAddend true }",
    ]);
  });

  test("not what comes later, nor where the product itself is read, nor what broadcasts it", () => {
    const graph = new GraphBuilder();
    const [a, b] = [graph.argument([2, 3]), graph.argument([3, 5])];
    const later = graph.matmul(a, b);
    const sum = graph.pointwise("add", later, graph.pointwise("exp", graph.argument([2, 5])));
    const read = graph.matmul(a, b);
    const wide = graph.pointwise("add", graph.matmul(a, b), graph.argument([7, 2, 5]));
    const column = graph.pointwise("sub", graph.matmul(a, b), graph.argument([5]));
    const all = graph.graph(sum, read, graph.pointwise("add", read, graph.argument([5])), wide, column);
    expect(lines(epilogues(all, abilities))).toEqual(lines(all));
  });
});

describe("fusion", () => {
  test("an optimizer's update is one chain, numbers in float64 and constants included", () => {
    const graph = new GraphBuilder();
    const [x, moment] = [graph.state(zeros(6)), graph.state(zeros(6))];
    const [gradient, rate] = [graph.argument([6]), graph.state(Float64Array.of(0.1), [])];
    const decay = graph.constant(Float32Array.of(0.5), []);
    const first = graph.pointwise("add", graph.pointwise("mul", moment, decay), gradient);
    const step = graph.copy(rate, graph.result([], "float32"));
    const now = graph.pointwise("sub", x, graph.pointwise("mul", first, step));
    graph.store(moment, first);
    graph.store(x, now);
    const passes = [scalars, deadCode, fuse].reduce((last, pass) => pass(last, abilities), graph.graph());
    expect(lines(passes)).toEqual([
      "%6[6], %9[6] ← chain(%1[6], %2[6], %3[], %0[6]) { t0 = (x0 · 0.5) + x1; t0; x3 − (t0 · x2) }",
    ]);
  });

  test("conditions are values of their own kind, and conversions are part of it", () => {
    const graph = new GraphBuilder();
    const [x, ids] = [graph.argument([2, 3]), graph.argument([3], "int32")];
    const mask = graph.pointwise(
      "both",
      graph.pointwise("gt", x, graph.constant(Float32Array.of(0), [])),
      graph.argument([3], "bool"),
    );
    const counted = graph.pointwise("add", graph.copy(mask, graph.result([2, 3])), graph.copy(ids, graph.result([3])));
    expect(lines(fuse(graph.graph(counted, mask), abilities))).toEqual([
      "%7[3] ← chain(%1[3]) { x0 }",
      "%5[2, 3] bool, %8[2, 3] ← chain(%0[2, 3], %4[3], %7[3]) { t0 = (x0 > 0) and x1; t0; select(t0, 1, 0) + x2 }",
    ]);
  });

  test("views with other shapes, filled values and parts", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([2, 3]);
    const two = graph.fill(2, graph.result([2, 3]));
    const flat = graph.pointwise("mul", reshaped(graph.pointwise("exp", x), [6])!, reshaped(two, [6])!);
    const padded = graph.pad(reshaped(flat, [2, 3])!, 1, 1, 5);
    expect(lines(deadCode(fuse(graph.graph(padded), abilities)))).toEqual([
      "%4[2, 5] ← fill() { value 0 }",
      "%4[2, 3]@1(5, 1) ← chain(%0[2, 3]) { exp(x0) · 2 }",
    ]);
  });

  test("stops at what reads between, and never reads itself at another index", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([3, 3]);
    const one = graph.pointwise("exp", x);
    const turned = graph.pointwise("tanh", permuted(one, 1, 0));
    const sum = graph.reduce("sum", turned, 0);
    const last = graph.pointwise("add", turned, sum);
    expect(lines(fuse(graph.graph(last), abilities))).toEqual([
      "%1[3, 3] ← chain(%0[3, 3]) { exp(x0) }",
      "%2[3, 3] ← chain(%1[3, 3](1, 3)) { tanh(x0) }",
      "%3[3] ← reduce(%2[3, 3]) { kind sum; dims [0] }",
      "%4[3, 3] ← chain(%2[3, 3], %3[3]) { x0 + x1 }",
    ]);
  });

  test("two groups become one through what reads of both; numbers of other dtypes stay as they are", () => {
    const graph = new GraphBuilder();
    const [x, y] = [graph.argument([4]), graph.argument([4])];
    const [a, b] = [graph.pointwise("exp", x), graph.pointwise("tanh", y)];
    const wide = graph.pointwise("neg", graph.argument([4], "float64"));
    expect(lines(fuse(graph.graph(graph.pointwise("mul", a, b), wide), abilities))).toEqual([
      "%5[4] float64 ← pointwise(%4[4]) { neg; dtype float64 }",
      "%6[4] ← chain(%0[4], %1[4]) { exp(x0) · tanh(x1) }",
    ]);
  });

  test("long groups become several chains of at most 24 operands", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([4]);
    let sum = x;
    for (let i = 0; i < 40; i++) sum = graph.pointwise("add", sum, graph.argument([4]));
    const { instructions } = fuse(graph.graph(sum), abilities);
    expect(instructions.length).toBe(2);
    for (const { inputs, outputs } of instructions) expect(inputs.length + outputs.length).toBeLessThanOrEqual(24);
  });

  test("what a checkpoint recomputes is not done with what stands outside", () => {
    const graph = new GraphBuilder();
    const a = graph.pointwise("exp", graph.argument([4]));
    const b = graph.pointwise("tanh", a);
    graph.instructions[1] = { ...graph.instructions[1]!, region: 1 };
    expect(fuse(graph.graph(b), abilities).instructions.map(({ region }) => region)).toEqual([undefined, 1]);
  });
});
