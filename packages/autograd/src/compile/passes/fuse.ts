import type { Abilities } from "../../targets/abilities.js";
import { areDisjoint } from "../digits.js";
import type { Graph, Instruction, Operand, Value } from "../graph.js";
import { isWhole, operandKey, reshaped } from "../operands.js";
import { Uses } from "../uses.js";
import { chainOf, overShape } from "./chain.js";

/** Inputs and outputs that one chain may have. */
const MOST_OPERANDS = 24;

/** Members that one chain may have: a loop that is too long is compiled slowly and runs out of registers. */
const MOST_MEMBERS = 128;

/** An instruction and its place in the graph. */
interface Member {
  readonly instruction: Instruction;
  readonly place: number;
}

/**
 * Elementwise instructions that will be one chain. It runs in the place of its last member, so nothing else that stands
 * before that place may need it: once something does, the group is closed and takes no more members.
 */
class Group {
  open = true;
  readonly members: Member[] = [];
  readonly outputs = new Map<string, Operand>();

  constructor(
    readonly shape: readonly number[],
    readonly region: number | undefined,
  ) {}

  get place(): number {
    return this.members.at(-1)!.place;
  }

  add(members: readonly Member[]): void {
    for (const member of members) {
      const output = reshaped(member.instruction.outputs[0]!, this.shape)!;
      this.outputs.set(operandKey(output), output);
    }
    this.members.push(...members);
    this.members.sort((a, b) => a.place - b.place);
  }

  /** Whether the instruction can work over the group's shape, reading of the group's values at the same index only. */
  takes({ inputs, outputs, region }: Instruction, values: ReadonlyMap<Value, ReadonlySet<Group>>): boolean {
    const output = outputs[0]!;
    const place = region === this.region ? sameSize(output, this.shape) : null;
    if (place === null) return false;
    for (const operand of inputs) {
      const wide = overShape(operand, output.shape, this.shape);
      if (wide === null) return false;
      if (values.get(operand.value)?.has(this) && !this.outputs.has(operandKey(wide))) return false;
    }
    return this.#leaves(place);
  }

  /** Whether nothing of the operand is written by the group. */
  #leaves(operand: Operand): boolean {
    for (const output of this.outputs.values()) if (!areDisjoint(output, operand)) return false;
    return true;
  }

  /** Whether all members of another group can become members of this one. */
  takesAll(other: Group): boolean {
    if (other.region !== this.region) return false;
    return other.members.every(({ instruction: { inputs, outputs } }) => {
      const place = sameSize(outputs[0]!, this.shape);
      const fits = inputs.every((operand) => overShape(operand, outputs[0]!.shape, this.shape) !== null);
      return place !== null && fits && this.#leaves(place);
    });
  }
}

function sameSize(output: Operand, shape: readonly number[]): Operand | null {
  return output.size === shape.reduce((size, extent) => size * extent, 1) ? reshaped(output, shape) : null;
}

/** The groups of a graph, and the instructions that are in none. */
class Grouping {
  readonly groups: Group[] = [];
  readonly single: Member[] = [];
  /** The open groups that write to a value. */
  readonly #writing = new Map<Value, Set<Group>>();
  /** The last group that reads all of a value. */
  readonly #reading = new Map<Value, Group>();

  /** The open groups that the instruction has to come after. */
  #before({ inputs, outputs }: Instruction): Set<Group> {
    const found = new Set<Group>();
    for (const { value } of inputs) for (const group of this.#writing.get(value) ?? []) found.add(group);
    for (const output of outputs) {
      for (const group of this.#writing.get(output.value) ?? []) {
        if ([...group.outputs.values()].some((other) => !areDisjoint(other, output))) found.add(group);
      }
    }
    return found;
  }

  #close(group: Group): void {
    group.open = false;
    for (const { value } of group.outputs.values()) this.#writing.get(value)?.delete(group);
  }

  alone(instruction: Instruction, place: number): void {
    for (const group of this.#before(instruction)) this.#close(group);
    this.single.push({ instruction, place });
  }

  /** Makes the instruction a member of the groups it reads of, which become one, or of one that reads the same. */
  join(instruction: Instruction, place: number): void {
    const before = this.#before(instruction);
    const wholes = instruction.inputs.filter(
      (operand) => operand.size === instruction.outputs[0]!.size && isWhole(operand),
    );
    const beside = wholes.flatMap(({ value }) => this.#reading.get(value) ?? []).filter(({ open }) => open);
    let group: Group | null = null;
    for (const candidate of new Set([...before, ...beside])) {
      if (!candidate.takes(instruction, this.#writing)) continue;
      group = group === null ? candidate : this.#merge(group, candidate);
    }
    for (const other of before) if (other.open && other !== group) this.#close(other);
    group ??= this.#start(instruction);
    group.add([{ instruction, place }]);
    this.#note(group);
    for (const { value } of wholes) this.#reading.set(value, group);
  }

  #start({ outputs, region }: Instruction): Group {
    const group = new Group(outputs[0]!.shape, region);
    this.groups.push(group);
    return group;
  }

  /** Two open groups as one, if that can be: neither needs anything that comes after the other. */
  #merge(group: Group, other: Group): Group {
    if (group === other || !group.takesAll(other)) return group;
    this.#close(other);
    this.groups.splice(this.groups.indexOf(other), 1);
    group.add(other.members);
    this.#note(group);
    for (const [value, reader] of this.#reading) if (reader === other) this.#reading.set(value, group);
    return group;
  }

  #note(group: Group): void {
    for (const { value } of group.outputs.values()) {
      const groups = this.#writing.get(value);
      if (groups === undefined) this.#writing.set(value, new Set([group]));
      else groups.add(group);
    }
  }
}

/** Joins elementwise instructions to chains, whose values between members need no memory. */
export function fuse(graph: Graph, { fuses }: Abilities): Graph {
  const uses = new Uses(graph);
  const grouping = new Grouping();
  graph.instructions.forEach((instruction, place) => {
    if (fuses(instruction)) grouping.join(instruction, place);
    else grouping.alone(instruction, place);
  });
  const chains = grouping.groups.flatMap((group) =>
    chainsOf(group.members, group.shape, uses).map((instruction) => ({ instruction, place: group.place })),
  );
  // Sorting is stable: the parts of a long chain stay in their order.
  const all = [...grouping.single, ...chains].sort((a, b) => a.place - b.place);
  return { ...graph, instructions: all.map(({ instruction }) => instruction) };
}

/** The chain of the members, or several where one would be too long. */
function chainsOf(members: readonly Member[], shape: readonly number[], uses: Uses): Instruction[] {
  const instructions = members.map(({ instruction }) => instruction);
  const inside = new Set(instructions);
  const isNeeded = (value: Value): boolean =>
    uses.kept.has(value) || uses.readers(value).some((reader) => !inside.has(reader));
  const chain = chainOf(instructions, shape, (value) => numberIn(value, uses), isNeeded);
  if (chain === null) return [];
  const fits = chain.inputs.length + chain.outputs.length <= MOST_OPERANDS && members.length <= MOST_MEMBERS;
  if (fits || members.length === 1) return [chain];
  const half = members.length >> 1;
  return [...chainsOf(members.slice(0, half), shape, uses), ...chainsOf(members.slice(half), shape, uses)];
}

/** The number that all elements of a value are, where the graph says so: a single constant, or a fill. */
function numberIn(value: Value, uses: Uses): number | null {
  if (value.origin.kind === "constant") return value.size === 1 ? value.origin.array[0]! : null;
  const writer = uses.writer(value);
  return writer?.kernel === "fill" && isWhole(writer.outputs[0]!) ? (writer.settings.value as number) : null;
}
