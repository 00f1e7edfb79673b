import type { Instruction, Operand } from "../../compile/graph.js";
import type { DType, TypedArray } from "../../dtype.js";
import type { Storage } from "../../storage.js";
import type { Backend, Block, Runnable, Stage } from "../backend.js";
import type { Step } from "../step.js";
import { abilities } from "./abilities.js";
import { lowerings } from "./lower/index.js";
import type { Machine } from "./machine.js";

/** Programs in WebAssembly: one memory for everything, kernels on all threads, the reference for the rest. */
export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly abilities = abilities;
  #generation = 0;

  constructor(readonly machine: Machine) {
    // Arrays over a shared memory stay good when it grows.
    if (!machine.memory.shared) machine.memory.onGrowth(() => this.#generation++);
  }

  get generation(): number {
    return this.#generation;
  }

  allocate(bytes: number): Block {
    return { address: this.machine.memory.allocate(bytes), bytes };
  }

  free({ address }: Block): void {
    this.machine.memory.free(address);
  }

  arena(bytes: number): Block {
    const { memory } = this.machine;
    const before = memory.arenaAddress;
    try {
      return { address: memory.arena(bytes), bytes };
    } finally {
      // It may have moved even where there is no room for a larger one.
      if (memory.arenaAddress !== before) this.#generation++;
    }
  }

  view({ address }: Block, offset: number, dtype: DType, size: number): TypedArray {
    return this.machine.memory.view(dtype, address + offset, size);
  }

  adopt(storage: Storage): void {
    this.machine.residents.adopt(storage);
  }

  residence(storage: Storage): Block {
    return { address: this.machine.residents.addressOf(storage), bytes: storage.array.byteLength };
  }

  abandon(storage: Storage): void {
    this.machine.residents.release(storage);
  }

  lower(instruction: Instruction, addressOf: (operand: Operand) => number): Step | null {
    return lowerings[instruction.kernel]?.(instruction, addressOf) ?? null;
  }

  load(stages: readonly Stage[], threads: number | null): Runnable {
    return this.machine.executor.load(stages, threads === null ? {} : { threads });
  }
}
