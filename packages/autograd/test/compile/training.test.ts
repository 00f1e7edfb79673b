import { expect, test } from "@jest/globals";
import { optimize } from "../../src/compile/passes/index.js";
import { plan } from "../../src/compile/plan.js";
import { Trace } from "../../src/compile/trace.js";
import * as tg from "../../src/index.js";
import { withBackend } from "../../src/targets/backends.js";
import { HeapBackend } from "../../src/targets/heap/backend.js";
import { abilities } from "../../src/targets/wasm/abilities.js";

type Step = (ids: tg.Tensor, targets: tg.Tensor) => tg.Tensor;

const [B, T, D, H, V] = [2, 5, 8, 2, 11];

/** A language model of one block with dropout, and Adam: what a step trains, and its state. */
function training(): { readonly step: Step; readonly state: readonly tg.Tensor[] } {
  const generator = new tg.Generator(3);
  const parameter = (...shape: number[]): tg.Tensor => {
    const x = tg.randn(shape, { generator }).mul(0.3);
    return tg.tensor(x.data, { shape, requiresGrad: true });
  };
  const [embed, position, gain, shift] = [parameter(V, D), parameter(T, D), parameter(D), parameter(D)];
  const [project, projectBias, merge, up, upBias, down] = [
    ...[parameter(3 * D, D), parameter(3 * D), parameter(D, D)],
    ...[parameter(4 * D, D), parameter(4 * D), parameter(D, 4 * D)],
  ] as const;
  const parameters = [embed!, position!, gain!, shift!, project, projectBias, merge, up, upBias, down];
  const moments = parameters.map(({ shape }) => [tg.zeros(shape), tg.zeros(shape)] as const);
  const rate = tg.tensor(Float64Array.of(0.02), { shape: [] });
  const steps = tg.zeros([parameters.length], { dtype: "float64" });
  const number = (value: number): tg.Tensor => tg.tensor(Float64Array.of(value), { shape: [] });

  const linear = (x: tg.Tensor, weight: tg.Tensor): tg.Tensor => x.matmul(weight.transpose(0, 1));
  const forward = (ids: tg.Tensor): tg.Tensor => {
    let x = tg.embedding(embed!, ids).add(position!); // [B, T, D]
    const normed = tg.layerNorm(x, [D], { weight: gain!, bias: shift! });
    const heads = linear(normed, project)
      .add(projectBias)
      .reshape([B, T, 3 * H, D / H])
      .permute([0, 2, 1, 3]);
    const [q, k, v] = [0, 1, 2].map((i) => heads.slice(1, i * H, (i + 1) * H)) as [tg.Tensor, tg.Tensor, tg.Tensor];
    const attended = tg.scaledDotProductAttention(q, k, v, { causal: true });
    const merged = attended.permute([0, 2, 1, 3]).reshape([B, T, D]);
    x = x.add(tg.dropout(linear(merged, merge), { p: 0.1, generator }));
    x = x.add(linear(linear(x, up).add(upBias).gelu({ approximate: "tanh" }), down));
    return linear(x, embed!); // [B, T, V]
  };

  const update = (x: tg.Tensor, i: number): void => {
    const [first, second] = moments[i]!;
    first.assign(tg.firstMoment(first, x.grad!, number(0.9), number(0.1)));
    second.assign(tg.secondMoment(second, x.grad!, number(0.99), number(0.01)));
    const counts = steps.select(0, i);
    const corrected = rate.div(tg.pow(number(0.9), counts).neg().add(1));
    const root = tg.pow(number(0.99), counts).neg().add(1).sqrt();
    x.assign(tg.adaptiveStep(x, first, second, corrected, root, number(1e-8)));
    x.grad = null;
  };

  const step: Step = (ids, targets) => {
    const loss = tg.crossEntropy(forward(ids).reshape([B * T, V]), targets.reshape([B * T]));
    loss.backward();
    tg.noGrad(() => {
      steps.assign(steps.add(1));
      parameters.forEach(update);
    });
    return loss;
  };
  return { step, state: [...parameters, ...moments.flat(), steps, generator.tensor] };
}

const batch = (from: number): tg.Tensor =>
  tg.tensor(
    Int32Array.from({ length: B * T }, (_, i) => (i * 3 + from) % V),
    { shape: [B, T] },
  );

test("a training step computes the same bits with passes as without", () => {
  const runs = [new HeapBackend(), new HeapBackend(abilities)].map((backend) =>
    withBackend(backend, () => {
      const { step, state } = training();
      const compiled = tg.compile(step);
      const losses = [0, 1, 2, 3].map((i) => compiled(batch(i), batch(i + 1)).item());
      return { losses, state: state.map((x) => x.toArray()) };
    }),
  );
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[0]!.losses[3]).toBeLessThan(runs[0]!.losses[0]!);
});

test("what is left of a training step moves nothing", () => {
  const { step } = training();
  const trace = new Trace();
  const stands = [batch(0), batch(1)].map((x, i) => trace.argument(x, i).stand) as [tg.Tensor, tg.Tensor];
  const loss = trace.run(() => step(...stands));
  const { graph } = trace.finish([loss]);
  const { instructions, peakBytes, lowerBound } = plan(optimize(graph, abilities));
  const count = (kernel: string): number => instructions.filter((one) => one.kernel === kernel).length;
  // Copied are the conditions that are counted, and the generator's state; zeros are what rows of the embedding add to.
  expect({ copy: count("copy"), fill: count("fill"), matmul: count("matmul"), chain: count("chain") }).toEqual({
    ...{ copy: 2, fill: 1, matmul: 15, chain: 18 },
  });
  // What is allowed for stages, and what rounds up to whole lines of 64 bytes.
  expect(peakBytes).toBeLessThanOrEqual(1.06 * lowerBound);
});
