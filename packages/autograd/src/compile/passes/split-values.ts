import { areDisjoint, moved } from "../digits.js";
import { Draft, withOperands } from "../draft.js";
import type { Graph, Operand, Pass, Value } from "../graph.js";
import { whole } from "../operands.js";

/**
 * A value that is written in parts, each of which is read by itself, becomes several values: attention's gradients, which
 * come one behind the other, have nothing to do with each other.
 */
export const splitValues: Pass = (graph: Graph): Graph => {
  const draft = Draft.of(graph);
  const values = new Set(graph.instructions.flatMap(({ outputs }) => outputs.map(({ value }) => value)));
  for (const value of values) split(draft, value);
  return draft.finish();
};

function split(draft: Draft, value: Value): void {
  const writers = draft.writers(value);
  const isMine = (operand: Operand): boolean => operand.value === value;
  const parts = writers.flatMap(({ outputs }) => outputs.filter(isMine));
  if (parts.length < 2 || draft.isKept(value) || writers.some(({ updates }) => updates)) return;
  if (parts.some((part, i) => parts.some((other, j) => i < j && !areDisjoint(part, other)))) return;
  const places = parts.map((part) => whole(draft.value(value.dtype, part.size), part.shape));
  const found = new Map<Operand, Operand>();
  for (const operand of [...parts, ...draft.readers(value).flatMap(({ inputs }) => inputs.filter(isMine))]) {
    const own = parts.map((part, i) => moved(operand, part, places[i]!)).find((now) => now !== null);
    if (own === undefined) return;
    found.set(operand, own);
  }
  for (const user of [...writers, ...draft.readers(value)]) {
    draft.replace(
      user,
      withOperands(user, (operand) => found.get(operand) ?? operand),
    );
  }
}
