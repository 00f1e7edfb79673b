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
  let [reads, writes]: [Access[], Access[]] = [[], []];
  for (const instruction of instructions) {
    const own = instruction.inputs.map((operand) => accessOf(operand, places));
    const results = instruction.outputs.map((operand) => accessOf(operand, places));
    const stage = stages.at(-1);
    const depends = meet(results, reads) || meet(results, writes) || meet(own, writes);
    if (stage === undefined || depends || stage[0]!.checks !== instruction.checks) {
      stages.push([instruction]);
      [reads, writes] = [own, results];
    } else {
      stage.push(instruction);
      reads.push(...own);
      writes.push(...results);
    }
  }
  return stages;
}

function accessOf(operand: Operand, places: ReadonlyMap<Value, Place> | null): Access {
  const { value } = operand;
  const place = places?.get(value);
  const from = place?.kind === "arena" ? place.offset : 0;
  const memory = place?.kind === "arena" ? "arena" : place?.kind === "home" ? place.state : value;
  return { memory, from, to: from + bytesOf(value), operand };
}

const meet = (some: readonly Access[], others: readonly Access[]): boolean =>
  some.some((a) => others.some((b) => a.memory === b.memory && a.from < b.to && b.from < a.to && !apart(a, b)));

/** Parts of one value may lie between each other. */
const apart = ({ operand: a }: Access, { operand: b }: Access): boolean => a.value === b.value && areDisjoint(a, b);
