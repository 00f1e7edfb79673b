import type { Lowering } from "../../step.js";
import { areDense } from "./dense.js";
import { EXPONENTIAL, rowTasks } from "./rows.js";

/** A kernel along rows of the operands [x] or [gradient, y], with so many operations an element. */
function alongRows(kernel: string, operations: number): Lowering {
  return ({ inputs, outputs: [output] }, addressOf) => {
    if (output === undefined || output.shape.length === 0 || !areDense("float32", ...inputs, output)) return null;
    const { words, tasks, rowBytes } = rowTasks(output);
    // The operand comes first, the gradient, where there is one, behind it.
    return {
      kernel,
      words: [...words, addressOf(output), ...inputs.map(addressOf).reverse()],
      tasks,
      scratchBytes: rowBytes,
      flops: operations * output.size,
      bytes: 4 * (inputs.length + 1) * output.size,
    };
  };
}

export const softmax = alongRows("softmax", EXPONENTIAL + 4);
export const logSoftmax = alongRows("logSoftmax", EXPONENTIAL + 4);
export const softmaxGrad = alongRows("softmaxGrad", 4);
export const logSoftmaxGrad = alongRows("logSoftmaxGrad", EXPONENTIAL + 3);
