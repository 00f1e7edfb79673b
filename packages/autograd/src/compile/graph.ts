import type { DType, TypedArray } from "../dtype.js";
import type { Shape } from "../shape.js";
import type { Storage, Strided } from "../storage.js";
import type { Target } from "../targets/target.js";

/** Where the elements of a value come from. */
export type Origin =
  | { readonly kind: "computed" }
  /** Tensor number `place` of the call's arguments, in row-major order. */
  | { readonly kind: "argument"; readonly place: number }
  /** A gradient that a leaf has when the call begins, in row-major order. */
  | { readonly kind: "gradient"; readonly place: number }
  /** What the storage of a leaf holds when the call begins. */
  | { readonly kind: "state"; readonly storage: Storage }
  /** The same at every call. */
  | { readonly kind: "constant"; readonly array: TypedArray };

/** A run of elements in memory. It is filled by the instructions that write to it, in their order, and then only read. */
export class Value {
  constructor(
    readonly id: number,
    readonly dtype: DType,
    /** The number of elements. */
    readonly size: number,
    readonly origin: Origin,
  ) {}
}

/** A value, or part of one, as a kernel sees it: a {@link Strided} whose memory is not there yet. */
export interface Operand {
  readonly value: Value;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** The number of elements, as the shape says. */
  readonly size: number;
}

/** The names of the kernels of a {@link Target}. */
export type KernelName = Exclude<keyof Target, "name">;

/** What a kernel has to know besides its operands: plain data, so that two can be compared. */
export type Settings = Readonly<Record<string, unknown>>;

/** One call of a kernel. */
export interface Instruction {
  readonly kernel: string;
  /** What is read, in the order of the kernel's parameters; optional operands that are not there are left out. */
  readonly inputs: readonly Operand[];
  /** What is written. */
  readonly outputs: readonly Operand[];
  /** True where what the outputs held before counts: it is added to, or only parts are written. */
  readonly updates: boolean;
  /** True for a check, which writes nothing and may throw. */
  readonly checks: boolean;
  readonly settings: Settings;
  /** Runs it on a target, given the operands in memory, in the same order. */
  readonly run: (target: Target, inputs: readonly Strided[], outputs: readonly Strided[]) => void;
  /** The operation it comes from, for listings. */
  readonly operation: string;
  /** The recomputation of a checkpoint that it is part of: nothing of it is shared with what stands outside. */
  readonly region?: number;
}

/** What a state or a gradient is in the end: the elements of `source` are written to the value's home. */
export interface Store {
  readonly state: Value;
  /** Of the same number of elements, in the order in which they lie in the state's storage. */
  readonly source: Operand;
}

/** A traced function: instructions in an order in which they can run. */
export interface Graph {
  readonly instructions: readonly Instruction[];
  /** Written when all instructions have run, all at once. */
  readonly stores: readonly Store[];
  /** What is read in the end: the tensors that the function returned, and gradients that are left behind. */
  readonly results: readonly Operand[];
}

/** Rewrites a graph into one that computes the same. */
export type Pass = (graph: Graph) => Graph;
