import type { Instruction, Operand } from "../compile/graph.js";

/**
 * One kernel call in WebAssembly. A kernel is `(descriptor, from, to, scratch) → void`: the address of its words, the
 * tasks to do, from ≤ task < to, and the address of `scratchBytes` that are the thread's own. Tasks are independent of
 * each other and have results that do not depend on who does them, nor on how many at a time.
 */
export interface Step {
  /** The export of `assembly/index.ts`, or a function that is generated for the program. */
  readonly kernel: string | GeneratedFunction;
  /** The descriptor: 32-bit words; a float32 as its bits. */
  readonly words: readonly number[];
  readonly tasks: number;
  readonly scratchBytes: number;
  /** Floating-point operations of all tasks. */
  readonly flops: number;
  /** Bytes read and written by all tasks. */
  readonly bytes: number;
}

/** A function in the binary format of WebAssembly, without the module around it. */
export interface GeneratedFunction {
  /** Equal for equal code. */
  readonly key: string;
  /** Locals and instructions, as the code section of a module holds them, without the size in front. */
  readonly body: Uint8Array;
}

/** The address of an operand's element 0, in bytes. */
export type AddressOf = (operand: Operand) => number;

/** What an instruction becomes; `null` where no kernel does it, and the reference has to. */
export type Lowering = (instruction: Instruction, addressOf: AddressOf) => Step | null;
