import type { DType, TypedArray } from "../dtype.js";
import { CompileError } from "../errors.js";
import type { Primitive } from "../primitive.js";
import { currentRegion, type Region } from "../region.js";
import { contiguousStrides, format, isContiguous, sizeOf } from "../shape.js";
import { type Storage, type Strided, storageCount } from "../storage.js";
import { withoutTape } from "../tape.js";
import type { Target } from "../targets/target.js";
import { Tensor } from "../tensor.js";
import { type Tracing, withTracing } from "../tracing.js";
import { type Argument, type GradientArgument, type GradientResult, Gradients } from "./gradients.js";
import { type Graph, type Instruction, type Operand, type Origin, type Store, Value } from "./graph.js";
import { Surroundings } from "./guards.js";
import { type Call, recorder } from "./recorder.js";
import { atLine, refuseElements, TracedStorage } from "./traced-storage.js";

/** What has been recorded. */
export interface Recorded {
  /** Its results: the tensors that the function returned, then the gradients that it left. */
  readonly graph: Graph;
  readonly gradientArguments: readonly GradientArgument[];
  readonly gradients: readonly GradientResult[];
}

/**
 * Records what a function does. Values are never written twice but by the kernels of one operation: an assignment to a leaf
 * gives the leaf's storage another value for the rest of the trace, and becomes a store at its end. Nothing outside is
 * changed, whether the function returns or throws.
 */
export class Trace implements Tracing {
  readonly surroundings = new Surroundings();
  readonly #birth = storageCount();
  readonly #instructions: Instruction[] = [];
  /** What each storage holds at this place of the trace. */
  readonly #contents = new Map<Storage, Value>();
  /** Storages from outside that the trace has seen, with what they hold at the beginning. */
  readonly #states = new Map<Storage, Value>();
  readonly #versions = new Map<Storage, number>();
  readonly #regions = new Map<Region, number>();
  /** The arguments of the call, and their places, by what stands for them inside. */
  readonly #stands = new Map<Tensor, Argument>();
  readonly #argumentStorages = new Set<Storage>();
  #calls: Call[] = [];
  #operation = "";
  #values = 0;
  readonly #recorder: Target = recorder((call) => this.#calls.push(call));
  readonly #gradients = new Gradients(
    {
      isOwn: (leaf) => this.#isInside(leaf) && !this.#stands.has(leaf),
      argumentOf: (leaf) => this.#stands.get(leaf),
      gradient: (given, place) => this.#standIn(given, { kind: "gradient", place }),
    },
    this.surroundings,
  );

  /** Runs the function on stand-ins for its arguments, and gives what it did. */
  run<Result>(fn: () => Result): Result {
    try {
      return withoutTape(() => withTracing(this, fn));
    } finally {
      for (const [storage, version] of this.#versions) {
        storage.version = version;
        // What the function has made and written is nowhere but in the program.
        if (this.#isNew(storage)) refuseElements(storage);
      }
      this.surroundings.undo();
    }
  }

  /** A tensor that stands for an argument inside the function. */
  argument(given: Tensor, place: number): { readonly stand: Tensor; readonly value: Value } {
    const { stand, value } = this.#standIn(given, { kind: "argument", place });
    if (given.requiresGrad) stand.requiresGrad = true;
    this.#stands.set(stand, { given, place });
    this.#argumentStorages.add(stand.storage);
    return { stand, value };
  }

  /** A tensor of the same shape whose elements come with each call. */
  #standIn({ dtype, shape, size }: Tensor, origin: Origin): { readonly stand: Tensor; readonly value: Value } {
    const storage = this.allocate(dtype, size);
    const value = this.#value(dtype, size, origin);
    this.#contents.set(storage, value);
    return { stand: new Tensor(storage, dtype, shape), value };
  }

  #value(dtype: DType, size: number, origin: Origin): Value {
    return new Value(this.#values++, dtype, size, origin);
  }

  allocate(dtype: DType, size: number): Storage {
    return new TracedStorage(this, dtype, size);
  }

  record<Args>(
    primitive: Primitive<Args>,
    inputs: readonly Tensor[],
    args: Args,
    output: Tensor,
    auxiliary: Tensor,
  ): void {
    this.#operation = primitive.name;
    this.#calls = [];
    primitive.run!(this.#recorder, inputs, args, output, auxiliary);
    const [only] = this.#calls;
    // A copy of a whole value is the value: nobody writes to either.
    if (this.#calls.length === 1 && only!.kernel === "copy" && this.#isWhole(only!.inputs[0]!, output)) {
      this.#contents.set(output.storage, this.#contentOf(only!.inputs[0]!.storage, output.dtype));
      return;
    }
    for (const call of this.#calls) this.#emit(call);
  }

  /** Whether a copy of `input` to a result of its own has the very elements that the input's storage has. */
  #isWhole(input: Strided, output: Tensor): boolean {
    const size = this.#contentOf(input.storage, input.dtype).size;
    const whole = input.offset === 0 && input.size === size && isContiguous(input.shape, input.strides);
    return whole && input.dtype === output.dtype;
  }

  /** The number of the region that is being recomputed, if one is. */
  #recomputed(): { readonly region?: number } {
    const region = currentRegion();
    if (region?.repeating !== true) return {};
    const number = this.#regions.get(region) ?? this.#regions.size + 1;
    this.#regions.set(region, number);
    return { region: number };
  }

  #emit({ kernel, inputs, outputs, updates = false, settings = {}, run }: Call): void {
    const operands = inputs.map((input) => this.operandOf(input));
    this.#instructions.push({
      kernel,
      inputs: operands,
      outputs: outputs.map((output) => this.operandOf(output)),
      updates,
      checks: outputs.length === 0,
      settings,
      run,
      operation: this.#operation,
      ...this.#recomputed(),
    });
  }

  /** What a storage holds at this place. */
  #contentOf(storage: Storage, dtype: DType): Value {
    const known = this.#contents.get(storage);
    if (known !== undefined) return known;
    let value: Value;
    if (storage instanceof TracedStorage) {
      if (storage.trace !== this) throw keptFromOutside();
      value = this.#value(storage.dtype, storage.size, { kind: "computed" });
    } else if (this.#isNew(storage)) {
      const array = storage.array.slice();
      value = this.#value(dtype, array.length, { kind: "constant", array });
    } else {
      value = this.#value(dtype, storage.array.length, { kind: "state", storage });
      this.#states.set(storage, value);
    }
    this.#contents.set(storage, value);
    return value;
  }

  operandOf({ storage, dtype, shape, strides, offset, size }: Strided): Operand {
    return { value: this.#contentOf(storage, dtype), dtype, shape, strides, offset, size };
  }

  refuseToRead(call: string, tensor: Tensor): void {
    const { storage } = tensor;
    // What the function made itself of plain numbers is there.
    if (!(storage instanceof TracedStorage) && this.#isNew(storage) && !this.#versions.has(storage)) return;
    throw new CompileError(`compile: ${call} reads a value while the function is traced`, {
      got: `${call} of a ${tensor.dtype} tensor of shape ${format(tensor.shape)}${atLine()}`,
      hint: "return the tensor and read it outside; to choose by a value, compute both and use where",
    });
  }

  assign(leaf: Tensor, other: Tensor): void {
    const { storage } = leaf;
    if (this.#argumentStorages.has(storage)) throw assignedArgument(leaf);
    const before = this.#contentOf(storage, leaf.dtype);
    if (!this.#versions.has(storage)) this.#versions.set(storage, storage.version);
    const whole = leaf.offset === 0 && leaf.size === before.size && isContiguous(leaf.shape, leaf.strides);
    const source = this.operandOf(other);
    if (whole && source.offset === 0 && source.value.size === leaf.size && isContiguous(other.shape, other.strides)) {
      this.#contents.set(storage, source.value);
      return;
    }
    const value = this.#value(leaf.dtype, before.size, { kind: "computed" });
    this.#operation = "assign";
    if (!whole) this.#copy(flat(before), flat(value));
    const { dtype, shape, strides, offset, size } = leaf;
    this.#copy(source, { value, dtype, shape, strides, offset, size });
    this.#contents.set(storage, value);
  }

  #copy(input: Operand, output: Operand): void {
    const { operation, run } = { operation: this.#operation, run: copyOn };
    const shared = { kernel: "copy", updates: false, checks: false, settings: {}, operation, run };
    this.#instructions.push({ ...shared, inputs: [input], outputs: [output] });
  }

  contentOf(storage: Storage): Value {
    return this.#contentOf(storage, dtypeOf(storage.array));
  }

  restore(storage: Storage, content: unknown): void {
    this.#contents.set(storage, content as Value);
  }

  gradOf(leaf: Tensor): Tensor | null {
    return this.#gradients.get(leaf);
  }

  setGrad(leaf: Tensor, gradient: Tensor | null): void {
    this.#gradients.set(leaf, gradient);
  }

  checkFinite(x: Tensor, what: string): void {
    this.#check("checkFinite", () => this.#recorder.checkFinite(x, what));
  }

  checkIndices(index: Tensor, extent: number, what: string): void {
    this.#check("checkIndices", () => this.#recorder.checkIndices(index, extent, what));
  }

  #check(operation: string, call: () => void): void {
    this.#operation = operation;
    this.#calls = [];
    call();
    for (const made of this.#calls) this.#emit(made);
  }

  guard(owner: object, name: string, read: () => unknown): void {
    if (!this.#isInside(owner)) this.surroundings.guard(owner, name, read);
  }

  effect(owner: object, name: string, write: () => void, undo: () => void): void {
    if (!this.#isInside(owner)) this.surroundings.effect(owner, name, write, undo);
  }

  /** Whether it is a tensor that the function has made, or a stand-in: each trace has others. */
  #isInside(owner: object): boolean {
    return owner instanceof Tensor && this.#isNew(owner.storage);
  }

  #isNew({ id }: Storage): boolean {
    return id >= this.#birth;
  }

  /** What has been recorded, and what the caller gets of it. */
  finish(results: readonly Tensor[]): Recorded {
    const gradients = this.#gradients.results((gradient) => this.operandOf(gradient));
    const left = gradients.flatMap(({ gradient }) => gradient ?? []);
    const stores: Store[] = [];
    for (const [storage, state] of this.#states) {
      const source = this.#contents.get(storage)!;
      if (source !== state) stores.push({ state, source: flat(source) });
    }
    const graph = {
      instructions: checksFirst(this.#instructions),
      stores,
      results: [...results.map((result) => this.operandOf(result)), ...left],
    };
    return { graph, gradientArguments: this.#gradients.arguments, gradients };
  }
}

const copyOn: Instruction["run"] = (target, [x], [out]) => target.copy(x!, out!);

/** All elements of a value, in the order in which they lie. */
function flat(value: Value): Operand {
  const shape = [value.size];
  return { value, dtype: value.dtype, shape, strides: contiguousStrides(shape), offset: 0, size: sizeOf(shape) };
}

/** Checks of what is there from the beginning come before all work. */
function checksFirst(instructions: readonly Instruction[]): Instruction[] {
  const isEarly = ({ checks, inputs }: Instruction): boolean =>
    checks && inputs.every(({ value }) => value.origin.kind !== "computed");
  return [...instructions.filter(isEarly), ...instructions.filter((instruction) => !isEarly(instruction))];
}

/** By name: the array may come from another realm. */
const dtypes: Readonly<Record<string, DType>> = {
  Float32Array: "float32",
  Float64Array: "float64",
  Int32Array: "int32",
  Uint8Array: "bool",
};

const dtypeOf = (array: TypedArray): DType => dtypes[Object.prototype.toString.call(array).slice(8, -1)]!;

const assignedArgument = ({ dtype, shape }: Tensor): CompileError =>
  new CompileError("compile: the function assigns to an argument", {
    got: `assign to a ${dtype} tensor of shape ${format(shape)}${atLine()}`,
    hint: "arguments are copies: let the function take the leaf from outside, or return the new value",
  });

const keptFromOutside = (): CompileError =>
  new CompileError("compile: a tensor of another trace is used", {
    got: `a tensor that was kept when its function had been compiled${atLine()}`,
    hint: "return tensors from the compiled function; what it computes does not outlive the trace",
  });
