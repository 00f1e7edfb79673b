import { moved } from "../digits.js";
import { Draft, withOperands } from "../draft.js";
import type { Graph, Instruction, Operand, Pass } from "../graph.js";
import { isWhole, whole } from "../operands.js";

/**
 * A product that is read transposed is computed transposed: (A B)ᵀ = Bᵀ Aᵀ, with the same bits. The gradient of a linear
 * layer's weight then lies as the weight does.
 */
export const productLayouts: Pass = (graph: Graph): Graph => {
  const draft = Draft.of(graph);
  for (const product of draft.instructions) if (product.kernel === "matmul") transpose(draft, product);
  return draft.finish();
};

/** The operand with its last two dims swapped. */
function swapped(operand: Operand): Operand {
  const swap = <T>(list: readonly T[]): T[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];
  return { ...operand, shape: swap(operand.shape), strides: swap(operand.strides) };
}

function transpose(draft: Draft, product: Instruction): void {
  const output = product.outputs[0]!;
  const { value } = output;
  if (draft.isKept(value) || !isWhole(output) || draft.writers(value).length > 1) return;
  const turned = draft.value(value.dtype, value.size);
  const place = swapped(whole(turned, swapped(output).shape)); // as the output, but column by column
  const readers = draft.readers(value);
  let gain = 0;
  for (const { kernel, inputs } of readers) {
    for (const operand of inputs) {
      if (operand.value !== value) continue;
      const now = moved(operand, output, place);
      if (now === null) return;
      // Products read their operands either way.
      if (kernel !== "matmul") gain += (Number(isRowByRow(now)) - Number(isRowByRow(operand))) * operand.size;
    }
  }
  if (gain <= 0) return;
  const [a, b] = product.inputs as [Operand, Operand];
  draft.replace(product, { ...product, inputs: [swapped(b), swapped(a)], outputs: [swapped(place)] });
  for (const reader of readers) {
    draft.replace(
      reader,
      withOperands(reader, (operand) => (operand.value === value ? moved(operand, output, place)! : operand)),
    );
  }
}

/** Whether neighbours along the last dim that has any lie side by side. */
function isRowByRow({ shape, strides }: Operand): boolean {
  const moving = strides.filter((_, d) => shape[d]! > 1);
  return moving.at(-1) === 1;
}
