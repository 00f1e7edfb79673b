import { describe, expect, test } from "@jest/globals";
import { tensor } from "@typegrad/autograd";
import {
  Adagrad,
  Adam,
  AdamW,
  clipGradNorm,
  noam,
  type Optimizer,
  RMSprop,
  SGD,
  stepDecay,
  warmupCosine,
} from "@typegrad/trainer";
import { excess, goldenCases } from "./golden.js";

const classes = { SGD, Adam, AdamW, RMSprop, Adagrad };
const schedules = { noam, StepLR: stepDecay, warmup_cosine: warmupCosine };

describe("PyTorch's values", () => {
  test("are there", () => {
    expect(goldenCases("optim", Object.keys(classes)).length).toBeGreaterThan(13);
    expect(goldenCases("schedule", Object.keys(schedules)).length).toBeGreaterThan(4);
  });

  for (const golden of goldenCases("optim", Object.keys(classes))) {
    const { tensors, subject, args, name } = golden;

    const start = () => {
      const [W, b] = [tensors["param.W"]!.clone(), tensors["param.b"]!.clone()];
      for (const parameter of [W, b]) parameter.requiresGrad = true;
      const Class = classes[subject as keyof typeof classes];
      return { W, b, optimizer: new Class([W, b], args) as Pick<Optimizer, "step" | "zeroGrad"> };
    };

    test(`${name}: from the gradients of the file`, () => {
      const { W, b, optimizer } = start();
      for (let i = 0; i < 25; i++) {
        W.grad = tensors["step_grads.W"]!.select(0, i);
        b.grad = tensors["step_grads.b"]!.select(0, i);
        optimizer.step();
        for (const [key, parameter] of Object.entries({ W, b })) {
          const expected = tensors[`output.step${i + 1}.${key}`];
          if (expected !== undefined) expect(excess(parameter, expected, golden)).toBeLessThanOrEqual(1);
        }
      }
    });

    test(`${name}: with our gradients`, () => {
      const { W, b, optimizer } = start();
      const losses: number[] = [];
      for (let i = 0; i < 25; i++) {
        const error = tensors["input.x"]!.matmul(W.transpose(0, 1)).add(b).tanh().sub(tensors["input.y"]!);
        const loss = error.mul(error).mean();
        losses.push(loss.item());
        loss.backward();
        optimizer.step();
        optimizer.zeroGrad();
      }
      expect(excess(tensor(Float64Array.from(losses)), tensors["output.losses"]!, golden)).toBeLessThanOrEqual(1);
      expect(excess(W, tensors["output.step25.W"]!, golden)).toBeLessThanOrEqual(1);
    });
  }

  for (const golden of goldenCases("optim", ["clip_grad_norm"])) {
    test(golden.name, () => {
      const { tensors, args } = golden;
      const parameters = [0, 1, 2].map((i) => {
        const parameter = tensors[`input.x${i}`]!.clone();
        parameter.requiresGrad = true;
        parameter.grad = tensors[`input.x${i}`]!;
        return parameter;
      });
      const total = clipGradNorm(parameters, args.maxNorm!);
      expect(excess(total, tensors["output.total_norm"]!, golden)).toBeLessThanOrEqual(1);
      for (const [i, { grad }] of parameters.entries()) {
        expect(excess(grad!, tensors[`output.${i}`]!, golden)).toBeLessThanOrEqual(1);
      }
    });
  }

  for (const golden of goldenCases("schedule", Object.keys(schedules))) {
    test(golden.name, () => {
      const { baseLr, ...rest } = golden.args;
      const make = schedules[golden.subject as keyof typeof schedules] as (options: object) => (step: number) => number;
      const rate = make(baseLr === undefined ? rest : { lr: baseLr, ...rest });
      const rates = tensor(Float64Array.from({ length: 200 }, (_, i) => rate(i + 1)));
      expect(excess(rates, golden.tensors["output.lr"]!, golden)).toBeLessThanOrEqual(1);
    });
  }
});
