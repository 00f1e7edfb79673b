import type { Operand, Settings } from "../../../compile/graph.js";
import { isContiguous } from "../../../shape.js";
import type { AddressOf, Lowering } from "../../step.js";
import type { AttentionSettings } from "../../target.js";
import { attentionGradStep, attentionStep } from "../heads.js";
import type { Laid } from "../laid.js";
import { neighbours } from "./neighbours.js";

/** Whether the dtypes are what the kernels take; mask and bias, where they are, stand at the end. */
function fits(operands: readonly (Operand | undefined)[], mask: Operand | undefined, logSumExp: Operand): boolean {
  return (
    operands.every((x) => x === undefined || (x.dtype === "float32" && x.size > 0)) &&
    (mask === undefined || mask.dtype === "bool") &&
    logSumExp.dtype === "float64" &&
    isContiguous(logSumExp.shape, logSumExp.strides)
  );
}

/** The optional operands, behind the others. */
function masksOf(rest: readonly Operand[], { hasMask, hasBias }: Settings) {
  return { mask: hasMask === true ? rest[0] : undefined, bias: hasBias === true ? rest.at(-1) : undefined };
}

const layer = (addressOf: AddressOf) => {
  const laid = (operand: Operand): Laid => ({ ...operand, at: addressOf(operand) });
  return { laid, laidOrNull: (operand: Operand | undefined) => (operand === undefined ? null : laid(operand)) };
};

/** [query, key, value, mask?, bias?] → [output, logSumExp] */
export const attention: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [query, key, value, ...rest] = inputs as [Operand, Operand, Operand, ...Operand[]];
  const [output, logSumExp] = outputs as [Operand, Operand];
  const { mask, bias } = masksOf(rest, settings);
  if (!fits([query, key, value, bias, output], mask, logSumExp) || !neighbours(output)) return null;
  const { laid, laidOrNull } = layer(addressOf);
  return attentionStep(
    {
      ...{ query: laid(query), key: laid(key), value: laid(value), mask: laidOrNull(mask), bias: laidOrNull(bias) },
      ...{ output: laid(output), logSumExp: laid(logSumExp) },
    },
    settings as unknown as AttentionSettings,
  );
};

/** [gradient, logSumExp, query, key, value, mask?, bias?] → the gradients of query, key and value. */
export const attentionGrad: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [gradient, logSumExp, query, key, value, ...rest] = inputs as [Operand, Operand, Operand, Operand, Operand];
  const { mask, bias } = masksOf(rest, settings);
  const all = [gradient, query, key, value, bias, ...outputs];
  if (!fits(all, mask, logSumExp) || !outputs.every(neighbours)) return null;
  const { laid, laidOrNull } = layer(addressOf);
  const [queryGradient, keyGradient, valueGradient] = outputs.map(laid) as [Laid, Laid, Laid];
  return attentionGradStep(
    {
      ...{ query: laid(query), key: laid(key), value: laid(value), mask: laidOrNull(mask), bias: laidOrNull(bias) },
      ...{ gradient: laid(gradient), logSumExp: laid(logSumExp), queryGradient, keyGradient, valueGradient },
    },
    settings as unknown as AttentionSettings,
  );
};
