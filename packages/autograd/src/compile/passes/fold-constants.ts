import { allocate, type TypedArray } from "../../dtype.js";
import { Storage, type Strided } from "../../storage.js";
import { reference } from "../../targets/reference/index.js";
import { withOperands } from "../draft.js";
import type { Graph, Instruction, Operand, Pass } from "../graph.js";
import { Value } from "../graph.js";
import { bytesOf } from "../operands.js";
import { Uses, valuesOf } from "../uses.js";

/** The bytes that a folded value may have, where its operands do not have as many. */
const SMALL = 2 ** 20;

/**
 * Computes what follows from constants alone: masks, positions. Not what would be much larger than what it comes from,
 * nor what is only filled with a number, which costs less to do than to keep. A check of constants that passes is done.
 */
export const foldConstants: Pass = (graph: Graph): Graph => {
  const folded = fold(graph);
  const exchange = (operand: Operand): Operand => {
    const value = folded.get(operand.value);
    return value === undefined ? operand : { ...operand, value };
  };
  const left = graph.instructions.filter(({ outputs }) => !outputs.some(({ value }) => folded.has(value)));
  return {
    instructions: left.map((instruction) => withOperands(instruction, exchange)).filter((one) => !passes(one)),
    stores: graph.stores.map(({ state, source }) => ({ state, source: exchange(source) })),
    results: graph.results.map(exchange),
  };
};

/** The constants that take the places of computed values. */
function fold(graph: Graph): ReadonlyMap<Value, Value> {
  const uses = new Uses(graph);
  const arrays = new Map<Value, TypedArray>();
  const replacements = new Map<Value, Value>();
  const isKnown = ({ value }: Operand): boolean => value.origin.kind === "constant" || replacements.has(value);
  const all = valuesOf(graph);
  let count = all.reduce((most, { id }) => Math.max(most, id + 1), 0);
  // In the order of their last writers: what a value is made of is known by then.
  const done = new Set<Value>();
  for (const { outputs } of graph.instructions) {
    for (const { value } of outputs) {
      if (done.has(value)) continue;
      done.add(value);
      const writers = uses.writers(value);
      if (!writers.every((writer) => isFoldable(writer, value, isKnown))) continue;
      const operands = writers.flatMap(({ inputs }) => inputs);
      const limit = operands.reduce((bytes, operand) => bytes + bytesOf(operand.value), SMALL);
      if (operands.length === 0 || bytesOf(value) > limit) continue;
      const array = allocate(value.dtype, value.size);
      arrays.set(value, array);
      for (const writer of writers) evaluate(writer, arrays);
      replacements.set(value, new Value(count++, value.dtype, value.size, { kind: "constant", array }));
    }
  }
  return replacements;
}

function isFoldable(writer: Instruction, value: Value, isKnown: (operand: Operand) => boolean): boolean {
  return writer.inputs.every(isKnown) && writer.outputs.every((output) => output.value === value);
}

function evaluate({ inputs, outputs, run }: Instruction, arrays: ReadonlyMap<Value, TypedArray>): void {
  const inMemory = ({ value, dtype, shape, strides, offset, size }: Operand): Strided => {
    const array = value.origin.kind === "constant" ? value.origin.array : arrays.get(value)!;
    return { storage: new Storage(array), dtype, shape, strides, offset, size };
  };
  run(reference, inputs.map(inMemory), outputs.map(inMemory));
}

/** Whether the instruction is a check of constants that does not fail. */
function passes(instruction: Instruction): boolean {
  const { checks, inputs } = instruction;
  if (!checks || !inputs.every(({ value }) => value.origin.kind === "constant")) return false;
  try {
    evaluate(instruction, new Map());
    return true;
  } catch {
    return false;
  }
}
