import type { Machine } from "./machine.js";
import { aligned } from "./operand.js";
import type { Step } from "./step.js";

/**
 * Does all tasks of a step here and now. The memory may grow, and its arrays be others.
 * @throws ShapeError where there is no room for the descriptor and the scratch.
 */
export function runAlone(machine: Machine, { kernel, words, tasks, scratchBytes }: Step): void {
  const scratch = aligned(4 * words.length);
  machine.lend(scratch + scratchBytes, (descriptor) => {
    machine.memory.views.words.set(words, descriptor / 4);
    machine.kernels[kernel as "product"](descriptor, 0, tasks, descriptor + scratch);
  });
}
