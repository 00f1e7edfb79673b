import type { Instruction } from "../compile/graph.js";

/** What the passes have to know of the target that a graph is for. */
export interface Abilities {
  /** Whether an instruction can become part of a chain: it works element by element, on dtypes that chains know. */
  readonly fuses: (instruction: Instruction) => boolean;
  /** Whether the instruction can write its outputs as they are: with strides, or as parts of values. */
  readonly writesStrided: (instruction: Instruction) => boolean;
  /** Whether the instruction reads its inputs as they are about as fast as contiguous ones. */
  readonly readsStrided: (instruction: Instruction) => boolean;
  /** Whether the product adds a bias or an addend, as its settings say. */
  readonly hasEpilogue: (instruction: Instruction) => boolean;
}
