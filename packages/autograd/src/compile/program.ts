import { allocate, bytesPerElement } from "../dtype.js";
import { Storage, type Strided } from "../storage.js";
import type { Backend, Block, Runnable, Stage } from "../targets/backend.js";
import { reference } from "../targets/reference/index.js";
import type { Step } from "../targets/step.js";
import { Tensor } from "../tensor.js";
import type { Graph, Instruction, Operand, Value } from "./graph.js";
import { bytesOf } from "./operands.js";
import { type Plan, plan } from "./plan.js";
import { stagesOf } from "./stages.js";

/** An instruction, and what it has become on the backend: a kernel call, or `null` where the reference does it. */
export interface Lowered {
  readonly instruction: Instruction;
  readonly step: Step | null;
}

/** Where a value lies: so many bytes into a block. */
interface Position {
  readonly block: Block;
  readonly offset: number;
}

/** What the record of an instruction takes on the heap, roughly: programs without leaves count as well. */
const BYTES_OF_INSTRUCTION = 1000;

/** A graph with a plan of its memory, ready to run whenever its values have been put in place. */
export class Program {
  readonly plan: Plan;
  /** The stages as they were loaded last. */
  stages: readonly (readonly Lowered[])[] = [];
  /** All values, with those that are there from the beginning. */
  readonly values: readonly Value[];
  readonly #constants = new Map<Value, Block>();
  readonly #positions = new Map<Value, Position>();
  readonly #storages = new Map<Value, Storage>();
  /** Leaves in the backend's memory that are held for the program. */
  readonly #adopted: Storage[] = [];
  #runnable: Runnable | null = null;
  #generation = -1;

  constructor(
    readonly graph: Graph,
    readonly backend: Backend,
    readonly threads: number | null,
  ) {
    this.plan = plan(graph);
    this.values = [...this.plan.places.keys()];
  }

  /** What the program costs while it is kept, its own record included. */
  get bytes(): number {
    return this.keptBytes + BYTES_OF_INSTRUCTION * this.graph.instructions.length;
  }

  /** The bytes of leaves and constants, which stay in the memory between calls. */
  get keptBytes(): number {
    const kept = this.values.filter(({ origin: { kind } }) => kind === "state" || kind === "constant");
    return kept.reduce((sum, value) => sum + bytesOf(value), 0);
  }

  /** The memory of a value that is written before a call: an argument. */
  argument(value: Value): Storage {
    return this.#storages.get(value)!;
  }

  /** Sees to it that every value has its place, and that the stages know them. */
  prepare(): void {
    const { backend } = this;
    if (this.#runnable !== null && this.#generation === backend.generation) return;
    try {
      if (this.#runnable === null) this.#adopt();
      // Loading takes memory as well: where that moves what has been placed, once more.
      do {
        this.#runnable?.dispose();
        this.#runnable = null;
        const arena = backend.arena(this.plan.peakBytes);
        this.#generation = backend.generation;
        this.#load(arena);
      } while (this.#generation !== backend.generation);
    } catch (error) {
      this.unload();
      throw error;
    }
  }

  #load(arena: Block): void {
    const { backend } = this;
    this.#place(arena);
    this.stages = stagesOf(this.plan.instructions, this.plan.places).map((stage) =>
      stage.map((instruction) => ({ instruction, step: backend.lower(instruction, (x) => this.#addressOf(x)) })),
    );
    const stages = this.stages.flatMap((stage) => this.#loadable(stage));
    this.#runnable = backend.load(stages, this.threads);
  }

  /** Leaves and constants, which stay in the memory between calls. */
  #adopt(): void {
    for (const value of this.values) {
      const { origin } = value;
      if (origin.kind === "state") {
        this.backend.adopt(origin.storage);
        this.#adopted.push(origin.storage);
      }
      if (origin.kind !== "constant") continue;
      const block = this.backend.allocate(Math.max(1, bytesOf(value)));
      this.#constants.set(value, block);
      this.backend.view(block, 0, value.dtype, value.size).set(origin.array);
    }
  }

  #place(arena: Block): void {
    this.#positions.clear();
    this.#storages.clear();
    for (const value of this.values) {
      const position = this.#positionOf(value, arena);
      this.#positions.set(value, position);
      const place = this.plan.places.get(value)!;
      const home = place.kind === "home" ? (place.state.origin as { readonly storage: Storage }).storage : null;
      this.#storages.set(value, home ?? this.#viewOf(value, position));
    }
  }

  #viewOf({ dtype, size }: Value, { block, offset }: Position): Storage {
    return new Storage(this.backend.view(block, offset, dtype, size));
  }

  #positionOf(value: Value, arena: Block): Position {
    const { origin } = value;
    if (origin.kind === "state") return { block: this.backend.residence(origin.storage), offset: 0 };
    const place = this.plan.places.get(value)!;
    if (place.kind === "constant") return { block: this.#constants.get(value)!, offset: 0 };
    return place.kind === "home" ? this.#positionOf(place.state, arena) : { block: arena, offset: place.offset };
  }

  #addressOf({ value, dtype, offset }: Operand): number {
    const position = this.#positions.get(value)!;
    return position.block.address + position.offset + offset * bytesPerElement[dtype];
  }

  /** The operand in memory, as the reference takes it. */
  #inMemory({ value, dtype, shape, strides, offset, size }: Operand): Strided {
    return { storage: this.#storages.get(value)!, dtype, shape, strides, offset, size };
  }

  #loadable(stage: readonly Lowered[]): Stage[] {
    const steps = stage.flatMap(({ step }) => step ?? []);
    const hosts = stage.flatMap(({ instruction, step }) => (step === null ? [{ host: this.#host(instruction) }] : []));
    return steps.length > 0 ? [{ steps }, ...hosts] : hosts;
  }

  #host({ run, inputs, outputs }: Instruction): () => void {
    const from = inputs.map((input) => this.#inMemory(input));
    const to = outputs.map((output) => this.#inMemory(output));
    return () => run(reference, from, to);
  }

  /**
   * Runs everything, the stores as well.
   * @returns the results, tensors of their own on the heap
   */
  run(): Tensor[] {
    this.#runnable!.run();
    const results = this.plan.results.map((result) => this.#copied(this.#inMemory(result)));
    for (const { state } of this.graph.stores) this.#storages.get(state)!.version++;
    return results;
  }

  #copied(source: Strided): Tensor {
    const { dtype, shape, size } = source;
    const tensor = new Tensor(new Storage(allocate(dtype, size)), dtype, shape);
    reference.copy(source, tensor);
    return tensor;
  }

  /** The milliseconds of each instruction by stage, run once on one thread. Leaves are put back as they were. */
  profile(): readonly (readonly number[])[] {
    const states = this.values.flatMap(({ origin }) => (origin.kind === "state" ? [origin.storage] : []));
    const before = states.map(({ array }) => array.slice());
    try {
      return byInstruction(this.stages, this.#runnable!.profile());
    } finally {
      states.forEach(({ array }, i) => {
        array.set(before[i]!);
      });
    }
  }

  /** Leaves the memory: leaves go back to the heap. */
  unload(): void {
    this.#runnable?.dispose();
    this.#runnable = null;
    for (const block of this.#constants.values()) this.backend.free(block);
    this.#constants.clear();
    for (const storage of this.#adopted.splice(0)) this.backend.abandon(storage);
    this.#positions.clear();
    this.#storages.clear();
  }
}

/** The times of a stage's steps come together, those of what the reference does one by one after them. */
function byInstruction(
  stages: readonly (readonly Lowered[])[],
  times: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  let next = 0;
  return stages.map((stage) => {
    const steps = stage.some(({ step }) => step !== null) ? times[next++]! : [];
    let step = 0;
    return stage.map((own) => (own.step === null ? times[next++]![0]! : steps[step++]!));
  });
}
