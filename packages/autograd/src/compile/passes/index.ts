import type { Graph, Instruction } from "../graph.js";

export interface Abilities {
  readonly fuses: (instruction: Instruction) => boolean;
  readonly writesStrided: (instruction: Instruction) => boolean;
  readonly readsStrided: (instruction: Instruction) => boolean;
  readonly hasEpilogue: (instruction: Instruction) => boolean;
}
export const optimize = (graph: Graph, _: Abilities): Graph => graph;
