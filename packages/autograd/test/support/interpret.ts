import type { Graph, Operand, Value } from "../../src/compile/graph.js";
import { bytesOf, whole } from "../../src/compile/operands.js";
import type { Plan } from "../../src/compile/plan.js";
import { stagesOf } from "../../src/compile/stages.js";
import { allocate, type DType, type TypedArray } from "../../src/dtype.js";
import { Storage, type Strided } from "../../src/storage.js";
import { reference } from "../../src/targets/reference/index.js";

/** What a run leaves: the results in row-major order, and what the states hold, by their values' numbers. */
export interface Outcome {
  readonly results: readonly (readonly number[])[];
  readonly states: Readonly<Record<number, readonly number[]>>;
}

/** The elements that values start with; states are copied, so that a run changes nothing. */
type Start = (value: Value) => TypedArray;

export const startOf =
  (given: readonly TypedArray[]): Start =>
  ({ origin, dtype, size }) => {
    if (origin.kind === "argument") return given[origin.place]!.slice();
    if (origin.kind === "state") return origin.storage.array.slice();
    return origin.kind === "constant" ? origin.array : allocate(dtype, size).fill(dtype === "float32" ? Number.NaN : 7);
  };

const locate = ({ dtype, shape, strides, offset, size }: Operand, array: TypedArray): Strided => {
  return { storage: new Storage(array), dtype, shape, strides, offset, size };
};

function elements(operand: Operand, array: TypedArray): number[] {
  const flat = allocate(operand.dtype, operand.size);
  const output = { ...whole(operand.value, operand.shape), storage: new Storage(flat), size: operand.size };
  reference.copy(locate(operand, array), output);
  return Array.from(flat);
}

/** Runs a graph on the reference, each value in memory of its own. */
export function interpret(graph: Graph, given: readonly TypedArray[]): Outcome {
  const start = startOf(given);
  const arrays = new Map<Value, TypedArray>();
  const arrayOf = ({ value }: Operand): TypedArray => {
    if (!arrays.has(value)) arrays.set(value, start(value));
    return arrays.get(value)!;
  };
  const inMemory = (operand: Operand) => locate(operand, arrayOf(operand));
  for (const { run, inputs, outputs } of graph.instructions)
    run(reference, inputs.map(inMemory), outputs.map(inMemory));
  const states = graph.stores.map(({ state, source }) => [state.id, elements(source, arrayOf(source))] as const);
  return {
    results: graph.results.map((result) => elements(result, arrayOf(result))),
    states: Object.fromEntries(states),
  };
}

const typed = (dtype: DType, memory: ArrayBuffer, offset: number, size: number): TypedArray => {
  if (dtype === "float32") return new Float32Array(memory, offset, size);
  if (dtype === "float64") return new Float64Array(memory, offset, size);
  return dtype === "int32" ? new Int32Array(memory, offset, size) : new Uint8Array(memory, offset, size);
};

/**
 * Runs a plan on the reference, in one memory, everything at its place. Within a stage the instructions run last to first:
 * their order must not matter.
 */
export function interpretPlan(plan: Plan, graph: Graph, given: readonly TypedArray[]): Outcome {
  const start = startOf(given);
  const memory = new ArrayBuffer(plan.peakBytes);
  new Uint8Array(memory).fill(0xff);
  const arrays = new Map<Value, TypedArray>();
  const arrayOf = (value: Value): TypedArray => {
    const place = plan.places.get(value)!;
    const owner = place.kind === "home" ? place.state : value;
    if (!arrays.has(owner)) {
      if (place.kind === "arena") {
        if (place.offset % 64 !== 0 || place.offset + bytesOf(value) > plan.peakBytes) throw new Error("misplaced");
        arrays.set(owner, typed(value.dtype, memory, place.offset, value.size));
        if (value.origin.kind === "argument") arrays.get(owner)!.set(start(value));
      } else arrays.set(owner, start(owner));
    }
    return arrays.get(owner)!;
  };
  for (const value of plan.places.keys()) arrayOf(value);
  const inMemory = (operand: Operand) => locate(operand, arrayOf(operand.value));
  for (const stage of stagesOf(plan.instructions, plan.places)) {
    for (const { run, inputs, outputs } of [...stage].reverse())
      run(reference, inputs.map(inMemory), outputs.map(inMemory));
  }
  const states = graph.stores.map(({ state }) => [state.id, Array.from(arrayOf(state))] as const);
  return {
    results: plan.results.map((result) => elements(result, arrayOf(result.value))),
    states: Object.fromEntries(states),
  };
}
