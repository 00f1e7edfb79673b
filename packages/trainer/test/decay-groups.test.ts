import { describe, expect, test } from "@jest/globals";
import { type Tensor, zeros } from "@typegrad/autograd";
import { BatchNorm1d, Embedding, LayerNorm, Linear, Module, MultiheadAttention, RMSNorm } from "@typegrad/nn";
import { AdamW, decayGroups } from "@typegrad/trainer";

class Model extends Module {
  readonly embed = new Embedding(7, 4);
  readonly attention = new MultiheadAttention(4, 2, { addBiasKv: true });
  readonly norm = new LayerNorm([3, 4]);
  readonly rms = new RMSNorm([4]);
  readonly batch = new BatchNorm1d(4);
  readonly head = new Linear(4, 7);

  constructor() {
    super();
    this.head.weight = this.embed.weight;
  }

  override forward(ids: Tensor): Tensor {
    return this.head.forward(this.embed.forward(ids));
  }
}

describe("decayGroups", () => {
  const model = new Model();
  const groups = decayGroups(model, { weightDecay: 0.25 });
  const keyOf = new Map<Tensor, string>(model.namedParameters().map(([key, parameter]) => [parameter, key]));

  test("lets matrices decay, but neither norms nor biases, whatever their dims", () => {
    const keys = groups.map(({ params, weightDecay }) => [weightDecay, params.map((x) => keyOf.get(x)).sort()]);
    const norms = ["norm", "rms", "batch"].flatMap((norm) => [`${norm}.weight`, `${norm}.bias`]);
    const expected = ["attention.bias_k", "attention.bias_v", "attention.in_proj_bias", "attention.out_proj.bias"];
    expect(keys).toEqual([
      [0.25, ["attention.in_proj_weight", "attention.out_proj.weight", "embed.weight"]],
      [0, [...expected, "head.bias", ...norms].filter((key) => key !== "rms.bias").sort()],
    ]);
  });

  test("gives what an optimizer takes: with a gradient of 0 only matrices shrink", () => {
    const before = groups.map(({ params }) => params.map((x) => x.toArray()));
    const optimizer = new AdamW(groups, { lr: 0.5 });
    for (const x of model.parameters()) x.grad = zeros(x.shape);
    optimizer.step();
    for (const x of groups[1]!.params) expect(before[1]).toContainEqual(x.toArray());
    for (const x of groups[0]!.params) expect(before[0]).not.toContainEqual(x.toArray());
  });

  test("leaves empty groups out", () => {
    expect(decayGroups(new LayerNorm([3]), { weightDecay: 1 }).map(({ weightDecay }) => weightDecay)).toEqual([0]);
    expect(decayGroups(new Embedding(2, 3), { weightDecay: 1 }).map(({ weightDecay }) => weightDecay)).toEqual([1]);
  });

  const errors: [string, () => unknown, string][] = [
    ["parameters", () => decayGroups(model.parameters() as never, { weightDecay: 1 }), "the model must be a module"],
    [
      "a negative decay",
      () => decayGroups(model, { weightDecay: -1 }),
      "decayGroups: weightDecay must not be negative",
    ],
    ["no decay", () => decayGroups(model, {} as never), "decayGroups: weightDecay must not be negative"],
    ["unknown options", () => decayGroups(model, { decay: 1 } as never), 'decayGroups: unknown option "decay"'],
  ];
  test.each(errors)("refuses %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
