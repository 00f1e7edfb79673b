import type { Operand } from "../../../compile/graph.js";
import type { AddressOf, Lowering, Step } from "../../step.js";
import { areDense } from "./dense.js";
import { floatBits } from "./float-bits.js";
import { rowTasks } from "./rows.js";

/** What a kernel of `assembly/layer-norm.ts` reads and writes. */
interface Norm {
  readonly x: Operand;
  readonly output: Operand;
  readonly statistics: Operand;
  readonly weight?: Operand | undefined;
  readonly bias?: Operand | undefined;
  readonly gradient?: Operand | undefined;
  readonly eps?: number;
  readonly rms?: boolean;
}

/** The step; `passes` is how many elements of rows are read or written for each of the output. */
function step(kernel: string, norm: Norm, operations: number, passes: number, addressOf: AddressOf): Step | null {
  const { x, output, statistics, weight, bias, gradient, eps = 0, rms = false } = norm;
  const floats = [x, output, weight, bias, gradient].filter((operand) => operand !== undefined);
  if (!areDense("float32", ...floats) || !areDense("float64", statistics)) return null;
  const { words, tasks, rowBytes } = rowTasks(output);
  const place = (operand: Operand | undefined): number => (operand === undefined ? 0 : addressOf(operand));
  return {
    kernel,
    words: [
      ...words,
      ...[output, x, statistics, weight, bias].map(place),
      floatBits(eps),
      Number(rms),
      place(gradient),
    ],
    tasks,
    scratchBytes: 3 * rowBytes,
    flops: operations * output.size,
    bytes: 4 * passes * output.size,
  };
}

export const layerNorm: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const { hasWeight, hasBias, eps, rms } = settings;
  const [x, ...parameters] = inputs;
  const weight = hasWeight ? parameters[0] : undefined;
  const bias = hasBias ? parameters.at(-1) : undefined;
  const norm = { x: x!, output: outputs[0]!, statistics: outputs[1]!, weight, bias };
  return step("layerNorm", { ...norm, eps: eps as number, rms: rms as boolean }, 8, 2, addressOf);
};

export const layerNormGrad: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [gradient, x, statistics, weight] = inputs;
  const norm = { gradient, x: x!, statistics: statistics!, weight, output: outputs[0]! };
  return step("layerNormGrad", { ...norm, rms: settings.rms as boolean }, 13, 3, addressOf);
};

export const standardize: Lowering = ({ inputs, outputs }, addressOf) =>
  step("standardize", { x: inputs[0]!, statistics: inputs[1]!, output: outputs[0]! }, 2, 2, addressOf);
