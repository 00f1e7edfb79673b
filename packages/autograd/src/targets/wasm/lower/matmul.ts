import type { Operand } from "../../../compile/graph.js";
import type { Laid } from "../laid.js";
import { productStep } from "../product.js";
import type { Lowering } from "../step.js";
import { neighbours } from "./neighbours.js";

const swapLast = (list: readonly number[]): number[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];

/** The last two dims in each other's place. */
const turned = (x: Operand): Operand => ({ ...x, shape: swapLast(x.shape), strides: swapLast(x.strides) });

/** a [.., M, K] · b [.., K, N] → [.., M, N], plus bias [N] and addend [.., M, N] behind them as the settings say. */
export const matmul: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [a, b, ...rest] = inputs as [Operand, Operand, ...Operand[]];
  const output = outputs[0]!;
  const bias = settings.hasBias === true ? rest[0] : undefined;
  const addend = settings.hasAddend === true ? rest.at(-1) : undefined;
  const all = [...inputs, output];
  if (all.some(({ dtype }) => dtype !== "float32") || output.size === 0) return null;
  const laid = (operand: Operand): Laid => ({ ...operand, at: addressOf(operand) });
  const step = (left: Operand, right: Operand, into: Operand, added: Operand | undefined) => {
    if (![into, bias, added].every((x) => x === undefined || neighbours(x))) return null;
    return productStep({
      ...{ a: laid(left), b: laid(right), output: laid(into) },
      ...{ bias: bias && laid(bias), addend: added && laid(added) },
    });
  };
  if (neighbours(output) || bias !== undefined) return step(a, b, output, addend);
  // Cᵀ = Bᵀ Aᵀ: the same products are added in the same order.
  return step(turned(b), turned(a), turned(output), addend && turned(addend));
};
