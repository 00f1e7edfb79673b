import { type Operand as GraphOperand, type Instruction, type Settings, Value } from "../../compile/graph.js";
import type { Strided } from "../../storage.js";
import type { Lowering, Step } from "../step.js";
import type { Machine } from "./machine.js";
import { aligned, elementsOf, load, type Operand, operandAt } from "./operand.js";

/** What a kernel works on, on the heap. */
export interface HeapCall {
  readonly inputs: readonly Strided[];
  /** Contiguous; what they hold means nothing. */
  readonly outputs: readonly Strided[];
  readonly settings: Settings;
}

const computed = { kind: "computed" } as const;
const nothing = (): void => {};

/** The step for operands that lie in memory from `start` on. */
function lower(lowering: Lowering, { inputs, settings }: HeapCall, operands: readonly Operand[], start: number) {
  const all = operands.map(({ tensor: { dtype, shape, size }, strides }, id): GraphOperand => {
    return { value: new Value(id, dtype, size, computed), dtype, shape, strides, offset: 0, size };
  });
  const instruction: Instruction = {
    kernel: "",
    operation: "",
    updates: false,
    checks: false,
    settings,
    run: nothing,
    inputs: all.slice(0, inputs.length),
    outputs: all.slice(inputs.length),
  };
  return lowering(instruction, ({ value }) => start + operands[value.id]!.at);
}

function runAllTasks(machine: Machine, { kernel, words, tasks, scratchBytes }: Step): void {
  const scratch = aligned(4 * words.length);
  machine.lend(scratch + scratchBytes, (descriptor) => {
    machine.memory.views.words.set(words, descriptor / 4);
    machine.kernels[kernel as "product"](descriptor, 0, tasks, descriptor + scratch);
  });
}

/**
 * Does in WebAssembly what an instruction would become, here and now: copies the operands in and the results out.
 * @returns whether it was done; nothing is written where the lowering leaves it to the reference
 * @throws ShapeError where there is no room for it.
 */
export function runOnHeap(machine: Machine, lowering: Lowering, call: HeapCall): boolean {
  const { memory } = machine;
  const { inputs, outputs } = call;
  let end = 0;
  const operands = [...inputs, ...outputs].map((tensor) => {
    const operand = operandAt(tensor, end);
    end = operand.end;
    return operand;
  });
  return machine.lend(end, (start) => {
    const step = lower(lowering, call, operands, start);
    if (step === null) return false;
    const before = memory.views;
    for (let i = 0; i < inputs.length; i++) load(operands[i]!, start, before);
    runAllTasks(machine, step);
    // The memory may have grown, and its arrays be others.
    const after = memory.views;
    for (let i = inputs.length; i < operands.length; i++) {
      const { storage, offset } = operands[i]!.tensor;
      storage.array.set(elementsOf(operands[i]!, start, after), offset);
    }
    return true;
  });
}
