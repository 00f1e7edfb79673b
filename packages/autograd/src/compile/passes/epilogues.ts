import type { DType } from "../../dtype.js";
import type { PointwiseDeclaration } from "../../scalar/pointwise.js";
import type { Abilities } from "../../targets/abilities.js";
import { Draft } from "../draft.js";
import type { Graph, Instruction, Operand } from "../graph.js";
import { expanded, isWhole, reshaped } from "../operands.js";
import { scratch, stridedRun } from "../strided-run.js";
import { isSum } from "./disjoint-sums.js";

/**
 * What is added to a product is added by the product: inputs [a, b, bias?, addend?], settings hasBias and hasAddend. The
 * bias [N] is added to every row; the addend has the shape of the product and comes last: a residual, or a gradient that
 * was there before.
 */
export function epilogues(graph: Graph, abilities: Abilities): Graph {
  const draft = Draft.of(graph);
  for (const sum of draft.instructions) {
    if (!isSum(sum)) continue;
    // The later of two products takes the other's result.
    const order = [0, 1].sort((i, j) => lastPlace(draft, sum.inputs[j]!) - lastPlace(draft, sum.inputs[i]!));
    if (order.some((own) => extend(draft, sum, own, abilities))) continue;
  }
  return draft.finish();
}

/** The place where an operand is complete; before all others where nothing computes it. */
function lastPlace(draft: Draft, { value }: Operand): number {
  const writer = draft.writers(value).at(-1);
  return writer === undefined ? -1 : draft.placeOf(writer)!;
}

/** Lets the product that makes input `own` of the sum add the other one. Returns whether it does. */
function extend(draft: Draft, sum: Instruction, own: number, abilities: Abilities): boolean {
  const [term, other] = [sum.inputs[own]!, sum.inputs[1 - own]!];
  const { value } = term;
  const [product, ...rest] = draft.writers(value);
  const result = sum.outputs[0]!;
  if (product?.kernel !== "matmul" || rest.length > 0 || product.settings.hasAddend === true) return false;
  const output = product.outputs[0]!;
  const only = draft.readers(value).length === 1 && !draft.isKept(value) && term.value !== other.value;
  if (!only || !isWhole(term) || !isWhole(output) || term.size !== result.size) return false;
  if (draft.writers(result.value).length > 1 || lastPlace(draft, other) > draft.placeOf(product)!) return false;
  const added = reshaped(expanded(other, result.shape), output.shape);
  const place = reshaped(result, output.shape);
  if (added === null || place === null) return false;
  const asBias = isRow(added) && product.settings.hasBias !== true;
  const instruction = {
    ...product,
    inputs: [...product.inputs, asBias ? rowOf(added) : added],
    outputs: [place],
    settings: asBias
      ? { hasBias: true, hasAddend: false }
      : { hasBias: product.settings.hasBias ?? false, hasAddend: true },
    run: thenAdd(product, sum),
    operation: `${product.operation}, ${sum.operation}`,
  };
  if (!abilities.hasEpilogue(instruction)) return false;
  draft.remove(sum);
  draft.replace(product, instruction);
  return true;
}

/** Whether all rows along the last dim are one and the same. */
const isRow = ({ shape, strides }: Operand): boolean =>
  shape.every((extent, d) => d === shape.length - 1 || extent === 1 || strides[d] === 0);

function rowOf(operand: Operand): Operand {
  const extent = operand.shape.at(-1)!;
  return { ...operand, shape: [extent], strides: [operand.strides.at(-1)!], size: extent };
}

function thenAdd(product: Instruction, sum: Instruction): Instruction["run"] {
  const { declaration, dtype } = sum.settings as { declaration: PointwiseDeclaration; dtype: DType & "float32" };
  const run: Instruction["run"] = (target, inputs, [output]) => {
    // Not to the output itself: it may lie where the addend does.
    const terms = scratch(output!.dtype, output!.shape);
    product.run(target, inputs.slice(0, -1), [terms]);
    target.pointwise(declaration, dtype, [terms, inputs.at(-1)!], output!);
  };
  return stridedRun({ run, updates: false });
}
