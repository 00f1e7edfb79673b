import { areDisjoint } from "./digits.js";
import type { Instruction, Operand, Value } from "./graph.js";
import { bytesOf } from "./operands.js";
import type { Place } from "./plan.js";

/** Bytes of one memory that an instruction reads or writes. */
interface Access {
  readonly memory: unknown;
  readonly from: number;
  readonly to: number;
  readonly operand: Operand;
}

/**
 * Groups instructions that follow each other and do not depend on each other: nothing that one of a stage writes is read or
 * written by another, so they can run at the same time. Checks share no stage with anything that writes.
 *
 * @param places where values lie; `null` asks which instructions depend on each other wherever that is
 */
export function stagesOf(
  instructions: readonly Instruction[],
  places: ReadonlyMap<Value, Place> | null,
): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = [];
  let [reads, writes] = [new Accesses(), new Accesses()];
  for (const instruction of instructions) {
    const own = instruction.inputs.map((operand) => accessOf(operand, places));
    const results = instruction.outputs.map((operand) => accessOf(operand, places));
    const stage = stages.at(-1);
    const depends = reads.meet(results) || writes.meet(results) || writes.meet(own);
    if (stage === undefined || depends || stage[0]!.checks !== instruction.checks) {
      stages.push([instruction]);
      [reads, writes] = [new Accesses(), new Accesses()];
    } else stage.push(instruction);
    reads.add(own);
    writes.add(results);
  }
  return stages;
}

/** What the instructions of a stage read, or write, by memory. */
class Accesses {
  readonly #all = new Map<unknown, Access[]>();

  add(accesses: readonly Access[]): void {
    for (const access of accesses) {
      const known = this.#all.get(access.memory);
      if (known === undefined) this.#all.set(access.memory, [access]);
      else known.push(access);
    }
  }

  /** Whether one of them has an element with one of the others in common. */
  meet(others: readonly Access[]): boolean {
    return others.some((a) =>
      this.#all.get(a.memory)?.some((b) => a.from < b.to && b.from < a.to && !areApart(a.operand, b.operand)),
    );
  }
}

function accessOf(operand: Operand, places: ReadonlyMap<Value, Place> | null): Access {
  const { value } = operand;
  const place = places?.get(value);
  const from = place?.kind === "arena" ? place.offset : 0;
  const memory = place?.kind === "arena" ? "arena" : place?.kind === "home" ? place.state : value;
  return { memory, from, to: from + bytesOf(value), operand };
}

/** Parts of one value may lie between each other. */
const areApart = (a: Operand, b: Operand): boolean => a.value === b.value && areDisjoint(a, b);
