import { areDisjoint } from "./digits.js";
import type { Instruction, Operand, Value } from "./graph.js";

/** Stages by which an instruction may run before the latest one so far: what runs early takes memory early. */
const MOST_AHEAD = 3;

/** What an instruction reads or writes, and in which stage. */
interface Access {
  readonly operand: Operand;
  readonly stage: number;
}

/** The accesses so far, by the memory that is accessed. */
class Accesses {
  readonly #all = new Map<Value, Access[]>();

  constructor(readonly homes: ReadonlyMap<Value, Value>) {}

  note(operands: readonly Operand[], stage: number): void {
    for (const operand of operands) {
      const memory = this.homes.get(operand.value) ?? operand.value;
      const known = this.#all.get(memory);
      if (known === undefined) this.#all.set(memory, [{ operand, stage }]);
      else known.push({ operand, stage });
    }
  }

  /** The last stage that touches one of the operands' elements; −1 where none does. */
  last(operands: readonly Operand[]): number {
    let last = -1;
    for (const operand of operands) {
      for (const { operand: other, stage } of this.#all.get(this.homes.get(operand.value) ?? operand.value) ?? []) {
        const apart = other.value === operand.value && areDisjoint(other, operand);
        if (stage > last && !apart) last = stage;
      }
    }
    return last;
  }
}

/**
 * Brings instructions together that do not depend on each other, so that they can be one stage: each goes to the first
 * stage behind what it needs, but not far ahead of those that stood before it. Nothing passes a check.
 *
 * @param homes values that lie where others do: writing them overwrites those
 */
export function bringTogether(
  instructions: readonly Instruction[],
  homes: ReadonlyMap<Value, Value>,
): readonly Instruction[] {
  const [reads, writes] = [new Accesses(homes), new Accesses(homes)];
  let [front, barrier] = [0, 0];
  const stages = instructions.map(({ inputs, outputs, checks }) => {
    const behind = Math.max(writes.last(inputs), writes.last(outputs), reads.last(outputs));
    const stage = checks ? front + 1 : Math.max(behind + 1, barrier, front - MOST_AHEAD);
    if (checks) barrier = stage + 1;
    front = Math.max(front, stage);
    reads.note(inputs, stage);
    writes.note(outputs, stage);
    return stage;
  });
  const order = [...instructions.keys()].sort((a, b) => stages[a]! - stages[b]! || a - b);
  return order.map((i) => instructions[i]!);
}
