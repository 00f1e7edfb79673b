import type { Abilities } from "../../targets/abilities.js";
import { moved } from "../digits.js";
import { Draft, withOperands } from "../draft.js";
import type { Graph, Instruction } from "../graph.js";

/** A copy whose readers can read the original as it lies is left out. */
export function forwardCopies(graph: Graph, abilities: Abilities): Graph {
  const draft = Draft.of(graph);
  for (const copy of draft.instructions) if (copy.kernel === "copy") forward(draft, copy, abilities);
  return draft.finish();
}

function forward(draft: Draft, copy: Instruction, { readsStrided }: Abilities): void {
  // An earlier copy that was left out may have changed what this one reads.
  const to = copy.outputs[0]!;
  const { value } = to;
  const [writer, ...others] = draft.writers(value);
  const from = writer?.inputs[0];
  if (writer?.kernel !== "copy" || others.length > 0 || from === undefined) return;
  if (draft.isKept(value) || from.dtype !== to.dtype) return;
  const changed = new Map<Instruction, Instruction>();
  for (const reader of draft.readers(value)) {
    const mine = reader.inputs.filter((operand) => operand.value === value);
    if (mine.some((operand) => moved(operand, to, from) === null)) return;
    const now = withOperands(reader, (operand) => (operand.value === value ? moved(operand, to, from)! : operand));
    if (!readsStrided(now)) return;
    changed.set(reader, now);
  }
  draft.remove(writer);
  for (const [reader, now] of changed) draft.replace(reader, now);
}
