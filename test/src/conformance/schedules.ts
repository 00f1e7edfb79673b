import { tensor } from "@typegrad/autograd";
import * as trainer from "@typegrad/trainer";
import { difference } from "./compare.js";
import { lookUp, NotBuilt } from "./not-built.js";
import { type Args, type Case, camelArgs } from "./read-case.js";

/** The learning rate of step 1, 2, … */
export type Schedule = (step: number) => number;

/** PyTorch's names and ours. */
const names: Readonly<Record<string, string>> = {
  noam: "noam",
  warmup_cosine: "warmupCosine",
  warmup_linear: "linearWarmupDecay",
  StepLR: "stepDecay",
  MultiStepLR: "multiStepDecay",
  ExponentialLR: "exponentialDecay",
  CosineAnnealingLR: "cosineAnnealing",
  LinearLR: "linear",
};

export function scheduleOf(name: string, args: Args): Schedule {
  const ours = names[name];
  if (ours === undefined) throw new NotBuilt(name);
  return lookUp<(options: object) => Schedule>(trainer, ours)(camelArgs(args, { base_lr: "lr" }));
}

export function runSchedule(golden: Case): string[] {
  const rate = scheduleOf(golden.subject, golden.args);
  const expected = golden.tensors["output.lr"]!;
  const rates = Float64Array.from({ length: expected.size }, (_, i) => rate(i + 1));
  return [difference("output.lr", tensor(rates), expected, golden) ?? []].flat();
}
