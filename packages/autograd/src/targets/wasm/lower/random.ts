import type { Lowering } from "../../step.js";
import { areDense } from "./dense.js";

/** Elements of a task, a multiple of the 16 that are drawn at a time. */
const TASK_ELEMENTS = 4096;

/** Multiplications, additions and exclusive ors for an element. */
const OPERATIONS = 25;

export const uniform: Lowering = ({ inputs, outputs }, addressOf) => {
  const [state, output] = [inputs[0]!, outputs[0]!];
  if (!areDense("int32", state) || !areDense("float32", output)) return null;
  return {
    kernel: "uniform",
    words: [addressOf(state), addressOf(output), output.size, TASK_ELEMENTS],
    tasks: Math.ceil(output.size / TASK_ELEMENTS),
    scratchBytes: 64,
    flops: OPERATIONS * output.size,
    bytes: 4 * output.size,
  };
};
