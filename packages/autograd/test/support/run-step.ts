import { type Operand, type Settings, Value } from "../../src/compile/graph.js";
import type { Storage, Strided } from "../../src/storage.js";
import type { Lowering, Step } from "../../src/targets/step.js";
import { encodeModule } from "../../src/targets/wasm/encoder/module.js";
import { type Machine, machineOrNull } from "../../src/targets/wasm/machine.js";

/** An instruction whose operands are on the heap; those that share a storage are parts of one value. */
export interface Call {
  readonly kernel?: string;
  readonly inputs: readonly Strided[];
  readonly outputs: readonly Strided[];
  readonly settings?: Settings;
  readonly updates?: boolean;
}

/** In which order, and how many at a time, tasks are done: pairs of the first task and the one behind the last. */
export type Split = (tasks: number) => readonly (readonly [number, number])[];

/** Ways to do all tasks, after which the results must have the same bits. */
export const splits = {
  "at once": (tasks) => [[0, tasks]],
  "one by one": (tasks) => Array.from({ length: tasks }, (_, i) => [i, i + 1] as const),
  "in reverse": (tasks) => Array.from({ length: tasks }, (_, i) => [tasks - i - 1, tasks - i] as const),
  "in three parts": (tasks) => {
    const [first, second] = [Math.ceil(tasks / 5), Math.ceil(tasks / 2)];
    return [[second, tasks] as const, [0, first] as const, [first, second] as const];
  },
} satisfies Record<string, Split>;

/** What lies in memory around the operands: a NaN in each dtype, and no bool. */
const FILLING = 0xff;

const aligned = (address: number): number => Math.ceil(address / 64) * 64;

/** Where the storage of an operand, as a value, comes to lie. */
interface Place {
  readonly value: Value;
  readonly at: number;
}

/** Plans storages one behind the other, a gap behind each. */
function layOut(storages: Iterable<readonly [Storage, Strided]>, from: number): [Map<Storage, Place>, number] {
  const places = new Map<Storage, Place>();
  let end = aligned(from);
  for (const [storage, { dtype }] of storages) {
    const { array } = storage;
    places.set(storage, { value: new Value(places.size, dtype, array.length, { kind: "computed" }), at: end });
    end = aligned(end + array.byteLength) + 64;
  }
  return [places, end];
}

const bytesOf = (machine: Machine, at: number, length: number): Uint8Array =>
  new Uint8Array(machine.memory.buffer, at, length);

const bytesOfArray = ({ array }: Storage): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The parts of the host that the language's own types lack. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

type Kernel = (descriptor: number, from: number, to: number, scratch: number) => void;

/** What a step calls: an export of the kernels, or that of a module around its generated function. */
function kernelOf({ kernels, memory }: Machine, { kernel }: Step): Kernel {
  if (typeof kernel === "string") return (kernels as unknown as Record<string, Kernel>)[kernel]!;
  const module = new WebAssembly.Module(encodeModule([kernel], memory.shared));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  return (exports as { 0: Kernel })[0];
}

/** All tasks, each call with scratch that holds nothing of use. */
function runTasks(machine: Machine, step: Step, descriptor: number, scratch: number, split: Split): void {
  const run = kernelOf(machine, step);
  for (const [from, to] of split(step.tasks)) {
    bytesOf(machine, scratch, step.scratchBytes).fill(FILLING);
    run(descriptor, from, to, scratch);
  }
}

/**
 * Does a call in WebAssembly: puts the operands into memory, lowers, runs the tasks, and copies the results to the
 * outputs' storages. Throws where something else was written to.
 * @returns what the call became; `null`, with nothing written, where the lowering leaves it to the reference.
 */
export function runStep(lowering: Lowering, call: Call, split: Split = splits["at once"]): Step | null {
  const machine = machineOrNull();
  if (machine === null) throw new Error("runStep: this host does not run the kernels");
  const { kernel = "", inputs, outputs, settings = {}, updates = false } = call;
  const all = [...inputs, ...outputs];
  const storages = new Map(all.map((x) => [x.storage, x]));
  const bytes = new Map<Value, number>();
  const lower = (places: Map<Storage, Place>): Step | null => {
    const operand = ({ storage, dtype, shape, strides, offset, size }: Strided): Operand => {
      return { value: places.get(storage)!.value, dtype, shape, strides, offset, size };
    };
    const addresses = new Map([...places.values()].map(({ value, at }) => [value, at]));
    for (const [{ array }, { value }] of places) bytes.set(value, array.BYTES_PER_ELEMENT);
    const instruction = {
      ...{ kernel, settings, updates, checks: false, operation: kernel },
      inputs: inputs.map(operand),
      outputs: outputs.map(operand),
      run: () => {},
    };
    return lowering(instruction, ({ value, offset }) => addresses.get(value)! + bytes.get(value)! * offset);
  };
  // How much room is needed follows from a step somewhere.
  const [somewhere, length] = layOut(storages, 0);
  const sized = lower(somewhere);
  if (sized === null) return null;
  const scratchAt = aligned(length + 4 * sized.words.length);
  return machine.lend(scratchAt + sized.scratchBytes + 64, (start) => {
    const [places, end] = layOut(storages, start);
    const step = lower(places)!;
    const scratch = start + scratchAt;
    bytesOf(machine, start, scratchAt + step.scratchBytes + 64).fill(FILLING);
    for (const [storage, { at }] of places) bytesOf(machine, at, storage.array.byteLength).set(bytesOfArray(storage));
    new Int32Array(machine.memory.buffer, end, step.words.length).set(step.words);
    const before = bytesOf(machine, start, scratchAt).slice();
    runTasks(machine, step, end, scratch, split);

    for (const { storage } of outputs) {
      const { at } = places.get(storage)!;
      bytesOfArray(storage).set(bytesOf(machine, at, storage.array.byteLength));
      before.set(bytesOfArray(storage), at - start);
    }
    const after = bytesOf(machine, start, scratchAt);
    if (Buffer.compare(before, after) !== 0) throw new Error(`runStep: ${kernel} wrote to what is no output`);
    if (bytesOf(machine, scratch + step.scratchBytes, 64).some((byte) => byte !== FILLING)) {
      throw new Error(`runStep: ${kernel} wrote beyond its scratch`);
    }
    return step;
  });
}
