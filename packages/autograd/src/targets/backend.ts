import type { Instruction, Operand } from "../compile/graph.js";
import type { DType, TypedArray } from "../dtype.js";
import type { Storage } from "../storage.js";
import type { Abilities } from "./abilities.js";
import type { Step } from "./step.js";

/** A run of bytes of a backend's memory. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** What a program does next: kernels that are independent of each other, or something on the calling thread. */
export type Stage = { readonly steps: readonly Step[] } | { readonly host: () => void };

/** Stages that are ready to run. */
export interface Runnable {
  /** Runs them in order. What a host stage throws ends the run and is thrown. */
  run(): void;
  /** Runs them once on one thread; gives the milliseconds of each stage, and in it of each step. */
  profile(): readonly (readonly number[])[];
  dispose(): void;
}

/** A target for programs: memory that outlives a call, and a way to run kernels in it. */
export interface Backend {
  readonly name: string;
  /** What instructions may look like after the passes. */
  readonly abilities: Abilities;
  /** Counts up when views of the memory, or the arena's address, are no longer what they were. */
  readonly generation: number;
  allocate(bytes: number): Block;
  free(block: Block): void;
  /** The one block for what lives within a call; its contents mean nothing between calls. */
  arena(bytes: number): Block;
  /** `size` elements from `offset` bytes into the block on. */
  view(block: Block, offset: number, dtype: DType, size: number): TypedArray;
  /** Takes a leaf's elements into the memory, if they are not there: once for each call of {@link abandon}. */
  adopt(storage: Storage): void;
  /** Where an adopted leaf's elements are now. */
  residence(storage: Storage): Block;
  /** Gives them back to the heap when nobody holds them any more. */
  abandon(storage: Storage): void;
  /** What an instruction becomes here; `null` where the reference does it. */
  lower(instruction: Instruction, addressOf: (operand: Operand) => number): Step | null;
  load(stages: readonly Stage[], threads: number | null): Runnable;
}
