import { type Operand, type Settings, Value } from "../../compile/graph.js";
import type { Strided } from "../../storage.js";
import { flat } from "../reference/loops.js";
import type { Machine } from "./machine.js";
import { runAlone } from "./run-alone.js";
import type { Lowering } from "./step.js";

/** A kernel, and what it works on, on the heap. */
export interface HeapCall {
  readonly lowering: Lowering;
  readonly inputs: readonly Strided[];
  /** Contiguous. */
  readonly outputs: readonly Strided[];
  readonly settings: Settings;
}

/** Values begin at multiples of 64 bytes: vectors are read beyond the last element. */
const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

const byteLength = ({ storage, size }: Strided): number => size * storage.array.BYTES_PER_ELEMENT;

/** The elements of what is contiguous. */
function bytesOf(x: Strided): Uint8Array {
  const { array } = x.storage;
  return new Uint8Array(array.buffer, array.byteOffset + x.offset * array.BYTES_PER_ELEMENT, byteLength(x));
}

/**
 * Copies the operands into WebAssembly's memory, does all tasks of the kernel, and copies the results out.
 * @throws ShapeError where there is no room for them.
 */
export function runOnHeap(machine: Machine, { lowering, inputs, outputs, settings }: HeapCall): void {
  const tensors = [...inputs.map(flat), ...outputs];
  const operands = tensors.map(({ dtype, shape, strides, size }, id): Operand => {
    return { value: new Value(id, dtype, size, { kind: "computed" }), dtype, shape, strides, offset: 0, size };
  });
  const instruction = {
    ...{ kernel: "", operation: "", updates: false, checks: false, settings, run: () => {} },
    inputs: operands.slice(0, inputs.length),
    outputs: operands.slice(inputs.length),
  };
  let total = 0;
  const places = tensors.map((x) => {
    const place = total;
    total = aligned(total + byteLength(x));
    return place;
  });
  machine.lend(total, (start) => {
    const step = lowering(instruction, ({ value }) => start + places[value.id]!);
    if (step === null) throw new Error("runOnHeap: no kernel takes these operands");
    for (let i = 0; i < inputs.length; i++) {
      machine.memory.views.bytes.set(bytesOf(tensors[i]!), start + places[i]!);
    }
    runAlone(machine, step);
    const { bytes } = machine.memory.views;
    for (let i = inputs.length; i < tensors.length; i++) {
      const at = start + places[i]!;
      bytesOf(tensors[i]!).set(bytes.subarray(at, at + byteLength(tensors[i]!)));
    }
  });
}
