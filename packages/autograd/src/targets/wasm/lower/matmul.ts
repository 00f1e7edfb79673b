import type { Operand } from "../../../compile/graph.js";
import type { Laid } from "../laid.js";
import { productStep } from "../product.js";
import type { Lowering } from "../step.js";
import { neighbours } from "./neighbours.js";

/** a [.., M, K] · b [.., K, N] → [.., M, N], plus bias [N] and addend [.., M, N] behind them as the settings say. */
export const matmul: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [a, b, ...rest] = inputs as [Operand, Operand, ...Operand[]];
  const output = outputs[0]!;
  const bias = settings.hasBias === true ? rest[0] : undefined;
  const addend = settings.hasAddend === true ? rest.at(-1) : undefined;
  const all = [...inputs, output];
  if (all.some(({ dtype }) => dtype !== "float32") || output.size === 0) return null;
  if (![output, bias, addend].every((x) => x === undefined || neighbours(x))) return null;
  const laid = (operand: Operand): Laid => ({ ...operand, at: addressOf(operand) });
  return productStep({
    ...{ a: laid(a), b: laid(b), output: laid(output) },
    ...{ bias: bias && laid(bias), addend: addend && laid(addend) },
  });
};
