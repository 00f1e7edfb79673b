import { expect, test } from "@jest/globals";
import { listing } from "../../src/compile/listing.js";
import { fuse } from "../../src/compile/passes/fuse.js";
import { abilities } from "../../src/targets/wasm/abilities.js";
import { GraphBuilder, permuted, sliced } from "../support/graph-builder.js";

test("a listing shows values, instructions, stores and results", () => {
  const graph = new GraphBuilder();
  const x = graph.argument([2, 3]);
  const state = graph.state(new Float32Array(3));
  const rate = graph.constant(Float64Array.of(0.5), []);
  const product = graph.matmul(permuted(x, 1, 0), sliced(x, 1, 1, 3));
  const ids = graph.result([2], "int32");
  graph.call("argReduce", [sliced(x, 1, 1, 3)], [ids], () => {}, { kind: "max", dim: 1 });
  graph.check(x);
  graph.store(state, graph.reduce("sum", graph.pointwise("mul", x, graph.copy(rate, graph.result([]))), 0));
  expect(listing(graph.graph(product, ids))).toBe(
    [
      "%0 float32 [6] argument 0",
      "%1 float32 [3] state",
      "%2 float64 [1] constant 0.5",
      "%3[3, 2] ← matmul(%0[3, 2](1, 3), %0[2, 2]@1(3, 1))",
      "%4[2] int32 ← argReduce(%0[2, 2]@1(3, 1)) { kind max; dim 1 }",
      "checkFinite(%0[2, 3])",
      "%5[] ← copy(%2[])",
      "%6[2, 3] ← pointwise(%0[2, 3], %5[]) { mul; dtype float32 }",
      "%7[3] ← reduce(%6[2, 3]) { kind sum; dims [0] }",
      "store %1 ← %7[3]",
      "result %3[3, 2]",
      "result %4[2]",
    ].join("\n"),
  );
});

test("what a chain uses more than once is named", () => {
  const graph = new GraphBuilder();
  const x = graph.argument([3]);
  const y = graph.pointwise("sigmoid", x);
  const z = graph.pointwise("where", graph.pointwise("ge", x, y), graph.pointwise("neg", y), y);
  const chained = fuse(graph.graph(z), abilities);
  expect(listing(chained).split("\n")[1]).toBe(
    "%4[3] ← chain(%0[3]) { t0 = 1 / (exp(−x0) + 1); select(x0 ≥ t0, −t0, t0) }",
  );
});
