import type { Graph, Instruction } from "./graph.js";
import type { Plan } from "./plan.js";
export const stagesOf = ({ instructions }: Graph, _: Plan): readonly (readonly Instruction[])[] =>
  instructions.map((x) => [x]);
