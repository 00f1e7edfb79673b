import type { Operand } from "../../../compile/graph.js";

/** Whether the elements along the last dim lie next to each other. */
export const neighbours = ({ shape, strides }: Operand): boolean => shape.at(-1)! <= 1 || strides.at(-1) === 1;
