import type { DType } from "../dtype.js";
import { type Graph, type Instruction, type Operand, Value } from "./graph.js";
import { operandsOf } from "./uses.js";

/** A graph that is being rewritten, one instruction at a time; who reads and writes a value is known all the while. */
export class Draft {
  readonly #graph: Graph;
  /** Where each instruction stands: smaller numbers run earlier. */
  readonly #places = new Map<Instruction, number>();
  readonly #readers = new Map<Value, Set<Instruction>>();
  readonly #writers = new Map<Value, Set<Instruction>>();
  readonly #kept: ReadonlySet<Value>;
  #values: number;

  /** The graph as a draft: the one that it came from, if nobody has gone on with that, and otherwise a new one. */
  static of(graph: Graph): Draft {
    const known = finished.get(graph);
    finished.delete(graph);
    return known ?? new Draft(graph);
  }

  private constructor(graph: Graph) {
    this.#graph = graph;
    this.#kept = new Set([...graph.results, ...graph.stores.map(({ source }) => source)].map(({ value }) => value));
    this.#values = operandsOf(graph).reduce((count, { value }) => Math.max(count, value.id + 1), 0);
    graph.instructions.forEach((instruction, place) => {
      this.insert(instruction, place);
    });
  }

  /** The instructions at this moment, in their order. */
  get instructions(): Instruction[] {
    return this.#sorted(this.#places.keys());
  }

  /** A value for the elements that instructions of the draft will write. */
  value(dtype: DType, size: number): Value {
    return new Value(this.#values++, dtype, size, { kind: "computed" });
  }

  /** Whether results or stores read of the value. */
  isKept(value: Value): boolean {
    return this.#kept.has(value);
  }

  readers(value: Value): Instruction[] {
    return this.#sorted(this.#readers.get(value) ?? []);
  }

  writers(value: Value): Instruction[] {
    return this.#sorted(this.#writers.get(value) ?? []);
  }

  /** Where an instruction stands; `undefined` once it has been removed. */
  placeOf(instruction: Instruction): number | undefined {
    return this.#places.get(instruction);
  }

  #sorted(instructions: Iterable<Instruction>): Instruction[] {
    return [...instructions].sort((a, b) => this.#places.get(a)! - this.#places.get(b)!);
  }

  insert(instruction: Instruction, place: number): void {
    this.#places.set(instruction, place);
    for (const { value } of instruction.inputs) note(this.#readers, value, instruction);
    for (const { value } of instruction.outputs) note(this.#writers, value, instruction);
  }

  remove(instruction: Instruction): void {
    this.#places.delete(instruction);
    for (const { value } of instruction.inputs) this.#readers.get(value)?.delete(instruction);
    for (const { value } of instruction.outputs) this.#writers.get(value)?.delete(instruction);
  }

  /** Puts an instruction in the place of another. */
  replace(before: Instruction, now: Instruction): void {
    const place = this.#places.get(before)!;
    this.remove(before);
    this.insert(now, place);
  }

  finish(): Graph {
    const graph = { ...this.#graph, instructions: this.instructions };
    finished.set(graph, this);
    return graph;
  }
}

/** Drafts that the next pass can go on with, by what they were when they were finished. */
const finished = new WeakMap<Graph, Draft>();

function note(map: Map<Value, Set<Instruction>>, value: Value, instruction: Instruction): void {
  const known = map.get(value);
  if (known === undefined) map.set(value, new Set([instruction]));
  else known.add(instruction);
}

/** The instruction with its operands exchanged. */
export function withOperands(instruction: Instruction, exchange: (operand: Operand) => Operand): Instruction {
  return { ...instruction, inputs: instruction.inputs.map(exchange), outputs: instruction.outputs.map(exchange) };
}
