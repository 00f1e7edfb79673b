import { describe, expect, test } from "@jest/globals";
import type { Graph, Operand } from "../../src/compile/graph.js";
import { listInstruction } from "../../src/compile/listing.js";
import { bytesOf } from "../../src/compile/operands.js";
import { optimize } from "../../src/compile/passes/index.js";
import { type Plan, plan } from "../../src/compile/plan.js";
import { stagesOf } from "../../src/compile/stages.js";
import { Trace } from "../../src/compile/trace.js";
import { crossEntropy, grad, tensor, zeros } from "../../src/index.js";
import { abilities } from "../../src/targets/wasm/abilities.js";
import { GraphBuilder, permuted, sliced } from "../support/graph-builder.js";
import { interpret, interpretPlan } from "../support/interpret.js";

const numbers = (...list: number[]): Float32Array => Float32Array.from(list);

const placeOf = (graph: Graph, { value }: Operand): unknown => plan(graph).places.get(value);

/** Logits [64, 250] of two factors, and their gradient by cross entropy. */
function planOfLoss(): Plan {
  const trace = new Trace();
  const a = tensor(new Float32Array(64), { shape: [64, 1], requiresGrad: true });
  const b = tensor(new Float32Array(250), { shape: [1, 250] });
  const slope = trace.run(() => {
    const logits = a.matmul(b);
    const losses = crossEntropy(logits, zeros([64], { dtype: "int32" }), { reduction: "sum" });
    return grad(losses, [logits])[0]!;
  });
  return plan(optimize(trace.finish([slope]).graph, abilities));
}

describe("the arena", () => {
  test("is used again for what is needed later, and outputs take the place of inputs that end there", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([1000]);
    const chained = ["exp", "tanh", "sin", "neg"].reduce((last, name) => graph.pointwise(name, last), x);
    const { peakBytes, lowerBound } = plan(graph.graph(chained));
    expect([peakBytes, lowerBound]).toEqual([4032, 4032]); // 4000, in whole lines of 64 bytes
  });

  test("takes no more than is needed at one moment, in this order of sizes as well", () => {
    const graph = new GraphBuilder();
    const [a, b] = [graph.argument([64]), graph.argument([256])];
    const sums = [graph.reduce("sum", a), graph.reduce("sum", b, 0)];
    const product = graph.matmul(graph.argument([16, 1]), graph.argument([1, 16]));
    const { peakBytes, lowerBound } = plan(graph.graph(product, ...sums));
    expect(peakBytes).toBe(lowerBound);
  });

  test("holds a transposed input beside the output, which would overwrite what is still to be read", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([3, 3]);
    const turned = graph.pointwise("neg", permuted(x, 1, 0));
    expect(plan(graph.graph(turned)).peakBytes).toBe(128);
    const same = new GraphBuilder();
    expect(plan(same.graph(same.pointwise("neg", same.argument([3, 3])))).peakBytes).toBe(64);
  });

  test("takes rows in place: beside log-sum-exp, the gradient of logits needs no more than they do", () => {
    const { peakBytes, lowerBound } = planOfLoss();
    expect([peakBytes, lowerBound]).toEqual([4 * 64 * 250 + 8 * 64, peakBytes]);
  });

  test("keeps results, and constants apart", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([16]);
    const sum = graph.pointwise("add", x, graph.constant(new Float32Array(16)));
    const { places, peakBytes } = plan(graph.graph(sum, x));
    expect([...places.values()].map(({ kind }) => kind).sort()).toEqual(["arena", "arena", "constant"]);
    expect(peakBytes).toBe(128);
  });
});

describe("stores", () => {
  test("are made where the state is, if nobody needs its old value later", () => {
    const graph = new GraphBuilder();
    const state = graph.state(numbers(1, 2, 3));
    const now = graph.pointwise("neg", state);
    graph.store(state, now);
    const planned = plan(graph.graph(graph.pointwise("exp", now)));
    expect(planned.places.get(now.value)).toEqual({ kind: "home", state: state.value });
    expect(planned.instructions).toHaveLength(2);
  });

  test.each<[string, (graph: GraphBuilder, state: Operand) => Operand[]]>([
    [
      "a check follows",
      (graph, state) => {
        const now = graph.pointwise("neg", state);
        graph.check(now);
        return [now];
      },
    ],
    [
      "an instruction reads the old value later",
      (graph, state) => {
        const now = graph.pointwise("neg", state);
        return [now, graph.reduce("sum", state, 0)];
      },
    ],
    [
      "its instruction reads the old value elsewhere",
      (graph, state) => [graph.pointwise("neg", permuted(state, 1, 0))],
    ],
    ["its instruction is no loop over elements", (graph, state) => [graph.matmul(state, graph.argument([2, 2]))]],
    ["it is no computed value", (graph) => [graph.argument([2, 2])]],
    [
      "it is the home of another state",
      (graph, state) => {
        const other = graph.state(numbers(5, 6, 7, 8), [2, 2]);
        const now = graph.pointwise("neg", state);
        graph.store(other, now);
        return [now];
      },
    ],
  ])("are copied in the end where %s", (_, build) => {
    const graph = new GraphBuilder();
    const state = graph.state(numbers(1, 2, 3, 4), [2, 2]);
    const [now, ...results] = build(graph, state);
    graph.store(state, now!);
    const done = graph.graph(...results);
    expect(placeOf(done, now!)).not.toEqual({ kind: "home", state: state.value });
    expect(listInstruction(plan(done).instructions.at(-1)!)).toBe(`%0[2, 2] ← copy(%${now!.value.id}[2, 2])`);
  });

  test("happen all at once: states that change places, and results that are what a state was", () => {
    const graph = new GraphBuilder();
    const [a, b, c] = [numbers(1, 2), numbers(3, 4), numbers(5, 6)].map((array) => graph.state(array)) as [
      Operand,
      Operand,
      Operand,
    ];
    graph.store(a, b);
    graph.store(b, a);
    graph.store(c, graph.pointwise("add", a, c));
    const done = graph.graph(a, c);
    const wanted = {
      results: [
        [1, 2],
        [5, 6],
      ],
      states: { 0: [3, 4], 1: [1, 2], 2: [6, 8] },
    };
    expect(interpret(done, [])).toEqual(wanted);
    expect(interpretPlan(plan(done), done, [])).toEqual(wanted);
  });

  test("a part of a state is written in place, without a copy of the rest", () => {
    const graph = new GraphBuilder();
    const cache = graph.state(numbers(1, 2, 3, 4, 5, 6), [3, 2]);
    const now = graph.copy(cache);
    graph.copy(graph.argument([1, 2]), sliced(now, 0, 1, 2));
    graph.store(cache, now);
    const done = graph.graph();
    const planned = plan(done);
    expect(planned.instructions.map(listInstruction)).toEqual(["%1[1, 2]@2 ← copy(%2[1, 2])"]);
    expect(interpretPlan(planned, done, [numbers(7, 8)]).states).toEqual({ 0: [1, 2, 7, 8, 5, 6] });
  });
});

describe("stages", () => {
  const stageSizes = (graph: Graph): number[] => {
    const { instructions, places } = plan(graph);
    return stagesOf(instructions, places).map(({ length }) => length);
  };

  test("the updates of all parameters are one", () => {
    const graph = new GraphBuilder();
    const gradient = graph.pointwise("exp", graph.argument([4]));
    for (let i = 0; i < 5; i++) {
      const state = graph.state(numbers(1, 2, 3, 4));
      graph.store(state, graph.pointwise("sub", state, gradient));
    }
    expect(stageSizes(graph.graph())).toEqual([1, 5]);
  });

  test("both gradients of a product are one, parts of one value too; what depends is not", () => {
    const graph = new GraphBuilder();
    const given = [graph.argument([8, 4]), graph.argument([4, 2]), graph.argument([8, 2])] as const;
    const [x, w, g] = given;
    const products = [graph.matmul(g, permuted(w, 1, 0)), graph.matmul(permuted(x, 1, 0), g)];
    const value = graph.result([2, 4]);
    const parts = [graph.argument([2, 2]), graph.argument([2, 2])];
    parts.forEach((part, i) => {
      graph.copy(part, sliced(value, 1, 2 * i, 2 * i + 2));
    });
    const last = graph.pointwise("exp", value);
    expect(stageSizes(graph.graph(...given, ...parts, ...products, last))).toEqual([4, 1]);
  });

  test("run one after the other where that saves much memory", () => {
    const graph = new GraphBuilder();
    const sums = [0, 1].map(() =>
      graph.reduce("sum", graph.matmul(graph.argument([50, 1]), graph.argument([1, 50])), 0),
    );
    const apart = graph.graph(...sums);
    expect(stageSizes(apart).every((size) => size === 1)).toBe(true);
  });

  test("take what could have run there all along, but nothing that a check or a leaf's old value holds back", () => {
    const graph = new GraphBuilder();
    const x = graph.argument([4, 4]);
    const results = ["exp", "tanh"].flatMap((name) => {
      const result = graph.pointwise(name, x);
      return [result, graph.reduce("sum", result, 0)];
    });
    expect(stageSizes(graph.graph(x, ...results))).toEqual([2, 2]);

    const checked = new GraphBuilder();
    const [y, state] = [checked.argument([4]), checked.state(numbers(1, 2, 3, 4))];
    const read = checked.reduce("sum", checked.pointwise("add", checked.pointwise("exp", y), state), 0);
    checked.check(read);
    checked.store(state, checked.pointwise("neg", y));
    expect(plan(checked.graph(read, y)).instructions.map(({ kernel }) => kernel)).toEqual([
      ...["pointwise", "pointwise", "reduce", "checkFinite", "pointwise"],
    ]);
  });

  test("checks run before what follows them", () => {
    const graph = new GraphBuilder();
    const [x, y] = [graph.argument([4]), graph.argument([4])];
    graph.check(x);
    graph.check(y);
    expect(stageSizes(graph.graph(graph.pointwise("exp", x), graph.pointwise("exp", y)))).toEqual([2, 2]);
  });
});

test("bytes go by dtype", () => {
  const graph = new GraphBuilder();
  const dtypes = ["float32", "float64", "int32", "bool"] as const;
  expect(dtypes.map((dtype) => bytesOf(graph.argument([3], dtype).value))).toEqual([12, 24, 12, 3]);
});
