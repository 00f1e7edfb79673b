import { noGrad } from "@typegrad/autograd";
import type { Module } from "@typegrad/nn";

/** Runs `work` without gradients and with the model in evaluation; afterwards each module is in the mode it was in. */
export function inference<T>(model: Module, work: () => T): T {
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.eval();
  try {
    return noGrad(work);
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}
