import type { DType } from "./dtype.js";
import type { PointwiseDeclaration } from "./scalar/pointwise.js";
import type { Shape } from "./shape.js";
import type { Strided } from "./storage.js";
import type { Target } from "./targets/target.js";
import type { Tensor } from "./tensor.js";

/** Shape and dtype of a result, from shapes and dtypes alone: never from values. */
export interface Meta {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Where the elements of a view lie in its operand's storage. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** What a vjp may read: what its declaration names in `reads`; the rest has been released and is not there. */
export interface Saved<Args> {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /** Statistics that the kernel left for the vjps (see {@link Primitive.auxiliary}). */
  readonly auxiliary: Tensor;
  readonly args: Args;
  /** Shapes of the inputs; always there. */
  readonly shapes: readonly Shape[];
}

/**
 * A vector–Jacobian product: from the gradient of the output the gradient of one input, written in differentiable
 * operations. It may come in the broadcast shape: the engine alone sums it down. `input` is the operand's position, for
 * operations that take any number of them.
 */
export type Vjp<Args> = (gradient: Tensor, saved: Saved<Args>, input: number) => Tensor;

/** A value that a vjp reads: an input by its position, the output, or the kernel's statistics. */
export type Read = number | "output" | "auxiliary";

/** One operation of the calculus: how its result looks, how it is computed, how it is differentiated. */
export interface Primitive<Args = unknown> {
  readonly name: string;
  /** The shape rule. Throws a typed error when the operands do not fit. */
  readonly infer: (inputs: readonly Strided[], args: Args) => Meta;
  /** For a view: where its elements lie; `null` when they have to be copied, which `run` then does. */
  readonly view?: (input: Strided, args: Args) => Layout | null;
  /** Computes the elements into the contiguous `output`. Not needed where `view` always answers. */
  readonly run?: (target: Target, inputs: readonly Strided[], args: Args, output: Strided, auxiliary: Strided) => void;
  /** Shape and dtype of the statistics that `run` leaves for the vjps, for instance a log-sum-exp per row. */
  readonly auxiliary?: (inputs: readonly Strided[], args: Args) => Meta;
  /**
   * One vjp per input (the last one stands for all further inputs), `null` where an input has no gradient, `"joint"`
   * where {@link Primitive.joint} computes it together with others.
   */
  readonly vjps: readonly (Vjp<Args> | "joint" | null)[];
  /** The gradients of several inputs at once, where they share most of the work; only those wanted are looked at. */
  readonly joint?: (gradient: Tensor, saved: Saved<Args>) => readonly (Tensor | null)[];
  /** For each vjp what it reads; everything else is released after the forward pass. */
  readonly reads: readonly (readonly Read[])[];
  /** For a fused operation: the same in differentiable operations, which is differentiated under `createGraph`. */
  readonly composite?: (inputs: readonly Tensor[], args: Args) => Tensor;
  /** The scalar functions from which the loops of a pointwise operation are printed. */
  readonly pointwise?: readonly PointwiseDeclaration[];
}
