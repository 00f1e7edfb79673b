import type { Graph, Instruction, Pass } from "../graph.js";

/** Drops instructions whose outputs nobody reads. Results, stores and checks are what is wanted. */
export const deadCode: Pass = (graph: Graph): Graph => {
  const ends = [...graph.results, ...graph.stores.map(({ source }) => source)];
  const live = new Set(ends.map(({ value }) => value));
  const kept: Instruction[] = [];
  // All that write to a value come before all that read it.
  for (const instruction of [...graph.instructions].reverse()) {
    if (!instruction.checks && !instruction.outputs.some(({ value }) => live.has(value))) continue;
    for (const { value } of instruction.inputs) live.add(value);
    kept.push(instruction);
  }
  return { ...graph, instructions: kept.reverse() };
};
