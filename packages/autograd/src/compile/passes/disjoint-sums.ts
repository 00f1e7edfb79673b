import type { PointwiseDeclaration } from "../../scalar/pointwise.js";
import { areDisjoint, cover } from "../digits.js";
import { Draft, withOperands } from "../draft.js";
import type { Graph, Instruction, Operand, Pass, Value } from "../graph.js";
import { isWhole } from "../operands.js";

/**
 * The sum of values that are 0 but for parts that do not overlap is a value with all those parts: the gradients of a
 * tensor's slices, say. The parts are written to it directly, and zeros only where no part is.
 */
export const disjointSums: Pass = (graph: Graph): Graph => {
  const draft = Draft.of(graph);
  for (const sum of draft.instructions) if (isSum(sum)) join(draft, sum);
  for (const { outputs } of draft.instructions) for (const { value } of outputs) dropCovered(draft, value);
  return draft.finish();
};

/** Whether the instruction adds its two operands, element by element. */
export function isSum({ kernel, inputs, settings }: Instruction): boolean {
  if (kernel !== "pointwise" || inputs.length !== 2) return false;
  const { op, args } = (settings.declaration as PointwiseDeclaration).expression;
  return op === "plus" && args.every((argument, i) => argument.op === "input" && argument.value === i);
}

function join(draft: Draft, sum: Instruction): void {
  const result = sum.outputs[0]!;
  const [a, b] = sum.inputs.map((operand) => partsOf(draft, operand, sum));
  if (!a || !b || !isWhole(result) || draft.writers(result.value).length > 1) return;
  const [firstParts, secondParts] = [a, b].map(({ parts }) =>
    parts.map((part) => onto(result.value, part.outputs[0]!)),
  );
  if (!firstParts!.every((part) => secondParts!.every((other) => areDisjoint(part, other)))) return;
  draft.remove(sum);
  for (const part of [...a.parts, ...b.parts]) {
    draft.replace(
      part,
      withOperands(part, (operand) => (part.outputs.includes(operand) ? onto(result.value, operand) : operand)),
    );
  }
  const [first, second] = a.place < b.place ? [a, b] : [b, a];
  // Zeros are written before all parts, by the earlier of the two fills; a value without one has no room left for more.
  draft.remove(second.zeros);
  draft.replace(
    first.zeros,
    withOperands(first.zeros, (operand) => onto(result.value, operand)),
  );
}

const onto = (value: Value, operand: Operand): Operand => ({ ...operand, value });

interface Parts {
  readonly zeros: Instruction;
  readonly place: number;
  readonly parts: readonly Instruction[];
}

/** How an operand of the sum comes about, if it is zeros and parts, and only the sum reads it. */
function partsOf(draft: Draft, operand: Operand, sum: Instruction): Parts | null {
  const { value } = operand;
  const result = sum.outputs[0]!;
  const own = value.origin.kind === "computed" && !draft.isKept(value) && draft.readers(value).length === 1;
  if (!own || !isWhole(operand) || operand.size !== result.size || value.dtype !== result.dtype) return null;
  const [zeros, ...parts] = draft.writers(value);
  if (zeros?.kernel !== "fill" || zeros.settings.value !== 0 || !isWhole(zeros.outputs[0]!)) return null;
  const plain = parts.length > 0 && parts.every(({ updates, outputs }) => !updates && outputs.length === 1);
  return plain ? { zeros, place: draft.placeOf(zeros)!, parts } : null;
}

/** Removes a fill of which nothing is left. */
function dropCovered(draft: Draft, value: Value): void {
  const [fill, ...others] = draft.writers(value);
  if (fill?.kernel !== "fill" || others.length === 0 || others.some(({ updates }) => updates)) return;
  const places = others.flatMap(({ outputs }) => outputs.filter((output) => output.value === value));
  if (cover(places)) draft.remove(fill);
}
