import type { Instruction, Operand } from "../../../compile/graph.js";
import type { AddressOf, Lowering, Step } from "../../step.js";
import type { CrossEntropySettings } from "../../target.js";
import { areDense } from "./dense.js";
import { floatBits } from "./float-bits.js";
import { EXPONENTIAL, rowTasks } from "./rows.js";

interface Operands {
  readonly gradient?: Operand;
  readonly logits: Operand;
  readonly target: Operand;
  readonly logSumExp: Operand;
  readonly output: Operand;
}

function step(
  kernel: string,
  { settings }: Instruction,
  { gradient, logits, target, logSumExp, output }: Operands,
  addressOf: AddressOf,
  operations: number,
): Step | null {
  const dense = areDense("float32", logits, output) && areDense("float64", logSumExp);
  if (!dense || target.dtype !== "int32" || (gradient !== undefined && gradient.dtype !== "float32")) return null;
  const { words, tasks, rowBytes } = rowTasks(logits);
  const { ignoreIndex, labelSmoothing } = settings as unknown as CrossEntropySettings;
  const ofGradient = gradient === undefined ? [0, 0] : [addressOf(gradient), gradient.strides[0]!];
  return {
    kernel,
    words: [
      ...words,
      ...[addressOf(logits), addressOf(target), target.strides[0]!, addressOf(logSumExp)],
      ...[ignoreIndex, floatBits(labelSmoothing), addressOf(output), ...ofGradient],
    ],
    tasks,
    scratchBytes: rowBytes,
    flops: operations * logits.size,
    bytes: 4 * (logits.size + output.size),
  };
}

export const crossEntropy: Lowering = (instruction, addressOf) => {
  const [logits, target] = instruction.inputs;
  const [output, logSumExp] = instruction.outputs;
  const operands = { logits: logits!, target: target!, logSumExp: logSumExp!, output: output! };
  return step("crossEntropy", instruction, operands, addressOf, EXPONENTIAL + 3);
};

export const crossEntropyGrad: Lowering = (instruction, addressOf) => {
  const [gradient, logits, target, logSumExp] = instruction.inputs;
  const [output] = instruction.outputs;
  const operands = { logits: logits!, target: target!, logSumExp: logSumExp!, output: output!, gradient: gradient! };
  return step("crossEntropyGrad", instruction, operands, addressOf, EXPONENTIAL + 4);
};
