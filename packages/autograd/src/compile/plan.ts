import { allocateOffsets, type Block, mostBytes } from "./arena.js";
import { type Committed, commit } from "./commit.js";
import type { Graph, Instruction, Operand, Value } from "./graph.js";
import { readsWhatItWrites } from "./in-place.js";
import { bytesOf, isWhole, sameElements } from "./operands.js";
import { bringTogether } from "./order.js";
import { stagesOf } from "./stages.js";

/** Where the elements of a value are while a program runs. */
export type Place =
  /** In the memory that all programs share, from this byte on; a multiple of 64. */
  | { readonly kind: "arena"; readonly offset: number }
  /** Where the elements of a leaf's storage are: in memory of their own, which stays. */
  | { readonly kind: "home"; readonly state: Value }
  /** In memory of its own, which is written once. */
  | { readonly kind: "constant" };

/** What is run, and where everything lies meanwhile. */
export interface Plan {
  /** The graph's instructions, without those that would copy a thing onto itself, and copies to the states' homes. */
  readonly instructions: readonly Instruction[];
  /** Read when all instructions have run. */
  readonly results: readonly Operand[];
  readonly places: ReadonlyMap<Value, Place>;
  /** The bytes of the arena. */
  readonly peakBytes: number;
  /** The most bytes that are in use at one instruction: no plan for this order needs less. */
  readonly lowerBound: number;
}

/** Bytes that values are a multiple of in the arena: a cache line, and all vectors that there are. */
const ALIGNMENT = 64;

const padded = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Gives each value of a graph its place, such that no two that are needed at the same time overlap. */
export function plan(graph: Graph): Plan {
  const committed = commit(graph);
  const { results } = committed;
  const places = new Map<Value, Place>();
  // A leaf that is written and never read has its place as well.
  for (const { state } of graph.stores) places.set(state, { kind: "home", state });
  const values = placesOutside(committed, places);
  const blocksFor = (stages: Stages) => blocksOf(stages, results, values);
  const { instructions, lowerBound } = ordered(committed, (order) => mostBytes(blocksFor(order.map((one) => [one]))));
  // Independent instructions may run at the same time if none takes memory that another is just done with. Where that
  // costs much memory they run one after the other.
  let blocks = blocksFor(stagesOf(instructions, null));
  let layout = allocateOffsets(blocks);
  if (layout.peakBytes > lowerBound * WORTH_RUNNING_TOGETHER) {
    const apart = blocksFor(instructions.map((one) => [one]));
    const tight = allocateOffsets(apart);
    if (layout.peakBytes > tight.peakBytes * WORTH_RUNNING_TOGETHER) [blocks, layout] = [apart, tight];
  }
  for (const [value, block] of blocks) places.set(value, { kind: "arena", offset: layout.offsets.get(block)! });
  const moving = instructions.filter((instruction) => !isIdle(instruction, places));
  return { instructions: moving, results, places, peakBytes: layout.peakBytes, lowerBound };
}

type Stages = readonly (readonly Instruction[])[];

/** The instructions with independent ones side by side, unless that needs much more memory. */
function ordered({ instructions, homes }: Committed, peakOf: (order: readonly Instruction[]) => number) {
  const together = bringTogether(instructions, homes);
  const [before, after] = [peakOf(instructions), peakOf(together)];
  return after <= before * WORTH_RUNNING_TOGETHER
    ? { instructions: together, lowerBound: after }
    : { instructions, lowerBound: before };
}

/** What the arena may grow by so that independent instructions can run at the same time. */
const WORTH_RUNNING_TOGETHER = 1.05;

/** Sets the places of states and constants, and gives the values that need the arena. */
function placesOutside({ instructions, results, homes }: Committed, places: Map<Value, Place>): Value[] {
  const operands = [...instructions.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]), ...results];
  const inArena: Value[] = [];
  for (const value of new Set(operands.map((operand) => operand.value))) {
    const { kind } = value.origin;
    const home = kind === "state" ? value : homes.get(value);
    if (home !== undefined) places.set(value, { kind: "home", state: home });
    else if (kind === "constant") places.set(value, { kind });
    else inArena.push(value);
  }
  return inArena;
}

/** The memory of each value, if all instructions of a stage run at the same time. */
function blocksOf(stages: Stages, results: readonly Operand[], values: readonly Value[]): ReadonlyMap<Value, Block> {
  const lives = livesOf(stages, results, values);
  const blocks = new Map<Value, Block>();
  for (const value of values) {
    const { first, last } = lives.get(value)!;
    blocks.set(value, { bytes: padded(bytesOf(value)), first, last });
  }
  stages.forEach((stage, time) => {
    for (const instruction of stage) reuse(instruction, time, blocks, lives);
  });
  return blocks;
}

/** From when to when a value is needed, in stages, and who reads it last. */
interface Life {
  readonly first: number;
  last: number;
  readers: number;
}

function livesOf(stages: Stages, results: readonly Operand[], values: readonly Value[]): ReadonlyMap<Value, Life> {
  const lives = new Map<Value, Life>();
  // What is there when the program starts was written before.
  for (const value of values)
    if (value.origin.kind !== "computed") lives.set(value, { first: -1, last: -1, readers: 0 });
  const touch = (value: Value, time: number): void => {
    const life = lives.get(value);
    if (life === undefined) lives.set(value, { first: time, last: time, readers: 1 });
    else {
      life.readers = life.last === time ? life.readers + 1 : 1;
      life.last = time;
    }
  };
  stages.forEach((stage, time) => {
    for (const { inputs, outputs } of stage) {
      for (const value of new Set([...inputs, ...outputs].map((operand) => operand.value))) touch(value, time);
    }
  });
  for (const { value } of results) touch(value, stages.length);
  return lives;
}

/** Lets outputs take the memory of inputs that nobody needs afterwards and that are read at the same index. */
function reuse(
  instruction: Instruction,
  time: number,
  blocks: Map<Value, Block>,
  lives: ReadonlyMap<Value, Life>,
): void {
  for (const output of instruction.outputs) {
    const own = blocks.get(output.value);
    // Written before, or shared already: it has its place.
    if (own === undefined || !isWhole(output) || own.first !== time || lives.get(output.value)!.first !== time)
      continue;
    const input = instruction.inputs.find(({ value }) => {
      const block = blocks.get(value);
      const life = lives.get(value);
      if (block === undefined || block === own || block.bytes !== own.bytes) return false;
      const dies = block.last === time && life?.last === time && life.readers === 1;
      return dies && readsWhatItWrites(instruction, value, output);
    });
    if (input === undefined) continue;
    const block = blocks.get(input.value)!;
    block.last = own.last;
    blocks.set(output.value, block);
  }
}

/** Whether the instruction copies elements onto themselves. */
function isIdle({ kernel, inputs, outputs, settings }: Instruction, places: ReadonlyMap<Value, Place>): boolean {
  if (inputs.length !== 1 || outputs.length !== 1 || inputs[0]!.dtype !== outputs[0]!.dtype) return false;
  const expressions = settings.expressions as readonly { readonly op: string }[] | undefined;
  if (kernel !== "copy" && expressions?.[0]?.op !== "input") return false;
  const [from, to] = [places.get(inputs[0]!.value)!, places.get(outputs[0]!.value)!];
  const same =
    (from.kind === "arena" && to.kind === "arena" && from.offset === to.offset) ||
    (from.kind === "home" && to.kind === "home" && from.state === to.state);
  return same && sameElements({ ...inputs[0]!, value: outputs[0]!.value }, outputs[0]!);
}
