import type { Operand } from "../../../compile/graph.js";
import type { AddressOf, Lowering, Step } from "../../step.js";
import type { Laid } from "../laid.js";
import { productStep } from "../product.js";
import { neighbours } from "./neighbours.js";

const swapLast = (list: readonly number[]): number[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];

/** The last two dims in each other's place. */
const turned = (x: Operand): Operand => ({ ...x, shape: swapLast(x.shape), strides: swapLast(x.strides) });

/** Row by row into `output`; `null` where rows of results have no neighbours along them. */
function stepOf(
  [a, b, output, bias, addend]: readonly [Operand, Operand, Operand, Operand | undefined, Operand | undefined],
  addressOf: AddressOf,
): Step | null {
  const laid = (x: Operand): Laid => ({ at: addressOf(x), shape: x.shape, strides: x.strides });
  const other = (x: Operand | undefined): Laid | undefined => (x === undefined ? undefined : laid(x));
  for (const x of [output, bias, addend]) if (x !== undefined && !neighbours(x)) return null;
  return productStep({ a: laid(a), b: laid(b), output: laid(output), bias: other(bias), addend: other(addend) });
}

/** a [.., M, K] · b [.., K, N] → [.., M, N], plus bias [N] and addend [.., M, N] behind them as the settings say. */
export const matmul: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const [a, b, ...rest] = inputs as [Operand, Operand, ...Operand[]];
  const output = outputs[0]!;
  const bias = settings.hasBias === true ? rest[0] : undefined;
  const addend = settings.hasAddend === true ? rest.at(-1) : undefined;
  if (output.size === 0 || output.dtype !== "float32") return null;
  for (const { dtype } of inputs) if (dtype !== "float32") return null;
  if (neighbours(output) || bias !== undefined) return stepOf([a, b, output, bias, addend], addressOf);
  // Cᵀ = Bᵀ Aᵀ: the same products are added in the same order.
  return stepOf([turned(b), turned(a), turned(output), undefined, addend && turned(addend)], addressOf);
};
