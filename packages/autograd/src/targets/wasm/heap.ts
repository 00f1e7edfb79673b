import { type Operand as GraphOperand, type Instruction, type Settings, Value } from "../../compile/graph.js";
import type { Strided } from "../../storage.js";
import type { Machine } from "./machine.js";
import { aligned, bytesOf, elementsOf, load, type Operand, operandAt } from "./operand.js";
import type { Lowering, Step } from "./step.js";

/** A kernel, and what it works on, on the heap. */
export interface HeapCall {
  readonly lowering: Lowering;
  readonly inputs: readonly Strided[];
  /** Contiguous; what they hold means nothing. */
  readonly outputs: readonly Strided[];
  readonly settings: Settings;
}

/** The step for operands that lie in memory. */
function lower({ lowering, settings }: HeapCall, inputs: readonly Operand[], outputs: readonly Operand[]): Step | null {
  const addresses = new Map<GraphOperand, number>();
  const operandOf = ({ tensor, at, strides }: Operand, id: number): GraphOperand => {
    const { dtype, shape, size } = tensor;
    const value = new Value(id, dtype, size, { kind: "computed" });
    const operand = { value, dtype, shape, strides, offset: 0, size };
    addresses.set(operand, at);
    return operand;
  };
  const instruction: Instruction = {
    ...{ kernel: "", operation: "", updates: false, checks: false, settings, run: () => {} },
    inputs: inputs.map(operandOf),
    outputs: outputs.map(operandOf),
  };
  return lowering(instruction, (operand) => addresses.get(operand)!);
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
export function runOnHeap(machine: Machine, call: HeapCall): boolean {
  const { memory } = machine;
  const { inputs, outputs } = call;
  const bytes = [...inputs, ...outputs].reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  return machine.lend(bytes, (free) => {
    let end = free;
    const place = (tensor: Strided): Operand => {
      const operand = operandAt(tensor, end);
      end = operand.end;
      return operand;
    };
    const [from, into] = [inputs.map(place), outputs.map(place)];
    const step = lower(call, from, into);
    if (step === null) return false;
    for (const operand of from) load(operand, memory.views);
    runAllTasks(machine, step);
    for (const operand of into) {
      const { storage, offset } = operand.tensor;
      // The memory may have grown, and its arrays be others.
      storage.array.set(elementsOf(operand, memory.views), offset);
    }
    return true;
  });
}
