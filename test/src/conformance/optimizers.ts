import { type Tensor, tensor } from "@typegrad/autograd";
import * as trainer from "@typegrad/trainer";
import { difference } from "./compare.js";
import { lookUp } from "./not-built.js";
import { type Args, type Case, camelArgs, type Tensors, withPrefix } from "./read-case.js";

export interface Optimizer {
  learningRate: number;
  step(): void;
  zeroGrad(): void;
}

/** Parameters that share options. */
interface Group {
  readonly params: readonly Tensor[];
}

/** Sets the learning rate of the next step. */
export function setRate(optimizer: Optimizer, rate: number): void {
  optimizer.learningRate = rate;
}

export function optimizerOf(name: string, parameters: readonly Tensor[] | readonly Group[], args: Args): Optimizer {
  const Class = lookUp<new (parameters: unknown, options: object) => Optimizer>(trainer, name);
  return new Class(parameters, camelArgs(args));
}

/** One group a parameter, with the options that override those of all. */
function groupsOf(golden: Case, parameters: Tensors): Group[] | readonly Tensor[] {
  if (golden.metadata.groups === undefined) return Object.values(parameters);
  const options = JSON.parse(golden.metadata.groups) as Record<string, Args>;
  return Object.entries(parameters).map(([name, parameter]) => ({
    params: [parameter],
    ...camelArgs(options[name] ?? {}),
  }));
}

/** 25 steps on mean((tanh(x Wᵀ + b) − y)²): the losses, the gradients and the parameters on the way. */
export function runOptimizer(golden: Case): string[] {
  const { tensors, inputs } = golden;
  const { W, b } = withPrefix(tensors, "param.") as { W: Tensor; b: Tensor };
  for (const parameter of [W, b]) parameter.requiresGrad = true;
  const optimizer = optimizerOf(golden.subject, groupsOf(golden, { W, b }), golden.args);
  const expected = tensors["output.losses"]!;
  const losses = new Float64Array(expected.size);
  const problems: string[] = [];
  for (let step = 1; step <= losses.length; step++) {
    optimizer.zeroGrad();
    const error = inputs.x!.matmul(W.transpose(0, 1)).add(b).tanh().sub(inputs.y!);
    const loss = error.mul(error).mean();
    losses[step - 1] = loss.item();
    loss.backward();
    for (const [name, parameter] of Object.entries({ W, b })) {
      const gradient = tensors[`step_grads.${name}`]?.select(0, step - 1);
      if (gradient)
        problems.push(difference(`step_grads.${name} of step ${step}`, parameter.grad, gradient, golden) ?? "");
    }
    optimizer.step();
    for (const [name, value] of Object.entries(withPrefix(tensors, `output.step${step}.`))) {
      problems.push(difference(`output.step${step}.${name}`, { W, b }[name], value, golden) ?? "");
    }
  }
  problems.push(difference("output.losses", tensor(losses), expected, golden) ?? "");
  return problems.filter((problem) => problem !== "");
}
