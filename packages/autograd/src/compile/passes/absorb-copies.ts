import type { Abilities } from "../../targets/abilities.js";
import { areDisjoint, moved } from "../digits.js";
import { Draft, withOperands } from "../draft.js";
import type { Graph, Instruction, Operand, Value } from "../graph.js";
import { stridedRun } from "../strided-run.js";

/**
 * A value that is copied to its place, permuted or into a part of another value, is written there at once, where whoever
 * writes it can.
 */
export function absorbCopies(graph: Graph, abilities: Abilities): Graph {
  const draft = Draft.of(graph);
  for (const { kernel, outputs } of draft.instructions) {
    // Copies of copies: what an earlier one was turned into stands in its place.
    if (kernel !== "copy") continue;
    for (const copy of draft.writers(outputs[0]!.value)) if (copy.kernel === "copy") absorb(draft, copy, abilities);
  }
  return draft.finish();
}

function absorb(draft: Draft, copy: Instruction, abilities: Abilities): void {
  const [from, to] = [copy.inputs[0]!, copy.outputs[0]!];
  const { value } = from;
  if (value.origin.kind !== "computed" || draft.isKept(value) || value === to.value || from.dtype !== to.dtype) return;
  const exchange = (operand: Operand): Operand => (operand.value === value ? moved(operand, from, to)! : operand);
  const users = [...draft.writers(value), ...draft.readers(value).filter((reader) => reader !== copy)];
  const changed = new Map<Instruction, Instruction>();
  for (const user of users) {
    const mine = [...user.inputs, ...user.outputs].filter((operand) => operand.value === value);
    if (mine.some((operand) => moved(operand, from, to) === null)) return;
    const now = withOperands(user, exchange);
    const writes = user.outputs.some((operand) => operand.value === value);
    if (writes ? !abilities.writesStrided(now) : !abilities.readsStrided(now)) return;
    changed.set(user, writes ? { ...now, run: stridedRun(now) } : now);
  }
  // Whoever else reads the value must find it as it was.
  if (draft.readers(value).length > 1 && draft.writers(to.value).length > 1) return;
  if (!makeWay(draft, copy, value)) return;
  draft.remove(copy);
  for (const [user, now] of changed) draft.replace(user, now);
}

/** What is written to the copy's place before it must also be written before the value is. */
function makeWay(draft: Draft, copy: Instruction, value: Value): boolean {
  const to = copy.outputs[0]!;
  const first = draft.placeOf(draft.writers(value)[0]!)!;
  const earlier = draft.writers(to.value).filter((writer) => {
    const place = draft.placeOf(writer)!;
    const overlaps = writer.outputs.some((output) => output.value === to.value && !areDisjoint(output, to));
    return overlaps && place > first && place < draft.placeOf(copy)!;
  });
  if (earlier.length === 0) return true;
  // A fill needs nothing and may run at any time, as long as it is the first to write.
  const fill = earlier[0]!;
  if (earlier.length > 1 || fill.kernel !== "fill" || draft.writers(to.value)[0] !== fill) return false;
  draft.remove(fill);
  draft.insert(fill, first - 0.5);
  return true;
}
