import type { Graph, Instruction, Operand, Value } from "./graph.js";

/** Who reads and who writes each value. */
export class Uses {
  readonly #readers = new Map<Value, Instruction[]>();
  readonly #writers = new Map<Value, Instruction[]>();
  /** What is read when all instructions have run: by results and stores. */
  readonly kept: ReadonlySet<Value>;

  constructor({ instructions, stores, results }: Graph) {
    for (const instruction of instructions) {
      for (const { value } of instruction.inputs) add(this.#readers, value, instruction);
      for (const { value } of instruction.outputs) add(this.#writers, value, instruction);
    }
    this.kept = new Set([...results, ...stores.map(({ source }) => source)].map(({ value }) => value));
  }

  /** The instructions that read of a value, each once, in their order. */
  readers(value: Value): readonly Instruction[] {
    return this.#readers.get(value) ?? none;
  }

  /** The instructions that write to a value, each once, in their order. */
  writers(value: Value): readonly Instruction[] {
    return this.#writers.get(value) ?? none;
  }

  /** The only instruction that writes to a value, if there is just one. */
  writer(value: Value): Instruction | null {
    const writers = this.writers(value);
    return writers.length === 1 ? writers[0]! : null;
  }
}

const none: readonly Instruction[] = [];

function add(map: Map<Value, Instruction[]>, value: Value, instruction: Instruction): void {
  const known = map.get(value);
  if (known === undefined) map.set(value, [instruction]);
  else if (known.at(-1) !== instruction) known.push(instruction);
}

/** Every operand of a graph. */
export function operandsOf({ instructions, stores, results }: Graph): Operand[] {
  const ends = [...results, ...stores.map(({ source }) => source)];
  return [...instructions.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]), ...ends];
}

/** Every value of a graph, by number. */
export function valuesOf(graph: Graph): Value[] {
  const values = new Set(operandsOf(graph).map(({ value }) => value));
  for (const { state } of graph.stores) values.add(state);
  return [...values].sort((a, b) => a.id - b.id);
}
