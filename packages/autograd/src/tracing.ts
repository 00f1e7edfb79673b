import type { DType } from "./dtype.js";
import type { Primitive } from "./primitive.js";
import type { Storage } from "./storage.js";
import type { Tensor } from "./tensor.js";

/**
 * What records a function while `compile` traces it: operations, assignments and gradients go to it instead of to memory.
 * `compile/trace.ts` is the one there is; the rest of the engine knows this much of it.
 */
export interface Tracing {
  /** A storage for a result, whose elements will be there when the program runs. */
  allocate(dtype: DType, size: number): Storage;
  /** The operation, for when the program runs. */
  record<Args>(
    primitive: Primitive<Args>,
    inputs: readonly Tensor[],
    args: Args,
    output: Tensor,
    auxiliary: Tensor,
  ): void;
  /** Throws where a tensor has no elements yet. */
  refuseToRead(call: string, tensor: Tensor): void;
  /** A leaf's elements become those of `other`, for the rest of the trace. */
  assign(leaf: Tensor, other: Tensor): void;
  /** What a storage holds at this place of the trace, to be put back by {@link restore}. */
  contentOf(storage: Storage): unknown;
  restore(storage: Storage, content: unknown): void;
  gradOf(leaf: Tensor): Tensor | null;
  setGrad(leaf: Tensor, gradient: Tensor | null): void;
  /** A check of every element when the program runs; `what` is not finite, says the error. */
  checkFinite(x: Tensor, what: string): void;
  /** A check of indices when the program runs. */
  checkIndices(index: Tensor, extent: number, what: string): void;
  /** What the function has looked at besides its arguments: another answer at a later call asks for another program. */
  guard(owner: object, name: string, read: () => unknown): void;
  /** What the function does besides: taken back when it has been traced, and done at every call. */
  effect(owner: object, name: string, write: () => void, undo: () => void): void;
}

let current: Tracing | null = null;

/** The trace that is going on, if any. */
export const currentTracing = (): Tracing | null => current;

/** Runs `fn` with its operations going to `tracing`. */
export function withTracing<T>(tracing: Tracing | null, fn: () => T): T {
  const before = current;
  current = tracing;
  try {
    return fn();
  } finally {
    current = before;
  }
}
