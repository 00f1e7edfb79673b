import { allocate, type DType, isFloat, type TypedArray } from "./dtype.js";
import { ArgumentError, GradError, ShapeError } from "./errors.js";
import { gradEnabled } from "./mode.js";
import type { Node } from "./node.js";
import { currentRegion } from "./region.js";
import { contiguousStrides, format, isContiguous, type Shape, sameShape, sizeOf } from "./shape.js";
import { show } from "./show.js";
import { Storage, type Strided } from "./storage.js";
import { currentTracing } from "./tracing.js";

/** Numbers or booleans nested to any depth, as `toArray` returns and `tensor` takes them. */
export type NestedArray = readonly (number | boolean | NestedArray)[];

/** What happens to a gradient on its way: the returned tensor, if any, takes its place. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
export type GradientHook = (gradient: Tensor) => Tensor | undefined | void;

/**
 * An array of numbers with a shape and a dtype, and the record of how it was computed.
 *
 * Tensors are values: no operation changes one, and views (`reshape`, `transpose`, `slice`, `expand`) share memory
 * without anybody noticing. Only leaves can be written, by {@link Tensor.assign} under `noGrad`. Every operation of the
 * package is a function, `add(a, b)`, and a method, `a.add(b)`.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2], [3, 4]], { requiresGrad: true });
 * x.mul(x).sum().backward();
 * x.grad!.toArray(); // [[2, 4], [6, 8]]
 * console.log(x.sum(0));
 * // tensor([4., 6.], shape=[2], dtype=float32, gradFn=<SumBackward>)
 * ```
 */
export class Tensor implements Strided {
  /** The number of elements. */
  readonly size: number;
  /** The operation this tensor came from, when it takes part in a recorded graph. */
  readonly node: Node | null;
  /** Hooks of a leaf; those of other tensors stand on their node. */
  hooks: ReadonlySet<GradientHook> | null = null;
  #requiresGrad = false;
  #grad: Tensor | null = null;

  constructor(
    /** The memory, which views share. */
    readonly storage: Storage,
    /** The type of the elements. */
    readonly dtype: DType,
    /** The extent of each dim; [] for a single value. */
    readonly shape: Shape,
    /** For each dim, how many places in memory lie from one item to the next. */
    readonly strides: readonly number[] = contiguousStrides(shape),
    /** The place in memory of the first element. */
    readonly offset: number = 0,
    node: Node | null = null,
  ) {
    this.size = sizeOf(shape);
    this.node = node;
  }

  /** The number of dims. */
  get ndim(): number {
    return this.shape.length;
  }

  /** True when this tensor was not computed by a recorded operation. */
  get isLeaf(): boolean {
    return this.node === null;
  }

  /** Whether `backward` computes a gradient for this tensor. Leaves of a float dtype may switch it. */
  get requiresGrad(): boolean {
    if (this.node === null) currentTracing()?.guard(this, "requiresGrad", () => this.#requiresGrad);
    return this.#requiresGrad || this.node !== null;
  }

  set requiresGrad(value: boolean) {
    if (this.node !== null) {
      throw new GradError("requiresGrad: only a leaf can be switched", {
        got: `a result of ${this.node.primitive.name}`,
        hint: "use detach() for a tensor outside the graph",
      });
    }
    if (typeof value !== "boolean") {
      throw new ArgumentError("requiresGrad: true or false is needed", {
        got: show(value),
        hint: "pass a plain boolean",
      });
    }
    if (value && !isFloat(this.dtype)) {
      throw new GradError("requiresGrad: only float tensors have gradients", {
        got: this.dtype,
        hint: 'convert it first: x.to("float32")',
      });
    }
    const set = (wanted: boolean) => () => {
      this.#requiresGrad = wanted;
    };
    currentTracing()?.effect(this, "requiresGrad", set(value), set(this.#requiresGrad));
    this.#requiresGrad = value;
  }

  /** The gradient that `backward` has added up for this leaf, or `null`. */
  get grad(): Tensor | null {
    const tracing = currentTracing();
    return tracing === null ? this.#grad : tracing.gradOf(this);
  }

  set grad(gradient: Tensor | null) {
    const tracing = currentTracing();
    if (tracing === null) this.#grad = gradient;
    else tracing.setGrad(this, gradient);
  }

  /**
   * The elements in row-major order. Not to be written: it may be the tensor's own memory, but is a copy for a leaf that
   * a compiled function has in its memory.
   * @throws CompileError inside a function that is being compiled.
   */
  get data(): TypedArray {
    currentTracing()?.refuseToRead("data", this);
    const { array, resident } = this.storage;
    if (resident) return gather(this);
    if (isContiguous(this.shape, this.strides)) {
      return this.offset === 0 && this.size === array.length
        ? array
        : array.subarray(this.offset, this.offset + this.size);
    }
    return gather(this);
  }

  /**
   * The value of a tensor with one element; 0 or 1 for bool.
   * @throws ShapeError when there is not exactly one element; CompileError inside a function that is being compiled.
   */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError(`item: the tensor has ${this.size} elements`, {
        got: format(this.shape),
        hint: "reduce it first, or read toArray() or data",
      });
    }
    currentTracing()?.refuseToRead("item", this);
    return this.storage.array[this.offset]!;
  }

  /** A tensor of the same elements outside the graph. It shares memory, as a view does. */
  detach(): Tensor {
    return new Tensor(this.storage, this.dtype, this.shape, this.strides, this.offset);
  }

  /**
   * Writes the elements of `other` into this leaf. Views of it follow; a backward pass that had saved its old value
   * will refuse to run.
   * @param other a tensor of the same shape and dtype
   * @throws GradError for a computed tensor, or for a leaf that requires a gradient outside `noGrad`.
   * @throws ShapeError when shape or dtype differ.
   */
  assign(other: Tensor): this {
    if (this.node !== null || this.storage.frozen) {
      throw new GradError("assign: only a leaf can be written", {
        got: this.node === null ? "a gradient" : `a result of ${this.node.primitive.name}`,
        hint: "tensors are values: compute a new one instead",
      });
    }
    if (this.#requiresGrad && gradEnabled()) {
      throw new GradError("assign: the leaf requires a gradient and recording is on", {
        got: `a leaf of shape ${format(this.shape)}`,
        hint: "wrap the update: noGrad(() => leaf.assign(value))",
      });
    }
    if (!(other instanceof Tensor)) {
      throw new ArgumentError("assign: the value must be a tensor", {
        got: show(other),
        hint: "make one of numbers: tensor(data)",
      });
    }
    if (this.size > 0 && this.strides.some((stride, d) => stride === 0 && this.shape[d]! > 1)) {
      throw new GradError("assign: several elements of the leaf share one place in memory", {
        got: `strides ${format(this.strides)} for shape ${format(this.shape)}`,
        hint: "assign to the tensor that was expanded, or to its clone()",
      });
    }
    if (!sameShape(this.shape, other.shape) || this.dtype !== other.dtype) {
      throw new ShapeError("assign: shape and dtype must be the leaf's", {
        got: `${other.dtype} ${format(other.shape)} for ${this.dtype} ${format(this.shape)}`,
        hint: "reshape or convert the value first; assign does not broadcast",
      });
    }
    currentRegion()?.assigns(this.storage);
    const tracing = currentTracing();
    if (tracing === null) scatter(other.data, this);
    else tracing.assign(this, other);
    this.storage.version++;
    return this;
  }

  /**
   * Calls `hook` with each gradient computed for this tensor; a tensor it returns takes the gradient's place. Hooks run
   * in the order in which they were registered, each with what the one before it made of the gradient.
   * @returns a function that removes the hook.
   * @throws GradError when the tensor does not require a gradient.
   */
  registerHook(hook: GradientHook): () => void {
    if (!this.requiresGrad) {
      throw new GradError("registerHook: the tensor does not require a gradient", {
        got: `a ${this.dtype} tensor of shape ${format(this.shape)}`,
        hint: "set requiresGrad = true before",
      });
    }
    if (typeof hook !== "function") {
      throw new ArgumentError("registerHook: the hook must be a function", {
        got: show(hook),
        hint: "a function of the gradient, which may return another one",
      });
    }
    // A function that a checkpoint runs again has registered its hooks the first time.
    if (currentRegion()?.repeating) return () => {};
    const owner: { hooks: ReadonlySet<GradientHook> | null } = this.node ?? this;
    // Another set each time: a compiled function knows by its identity what it has met.
    const change = (hooks: Set<GradientHook>): void => {
      const before = owner.hooks;
      const set = (wanted: ReadonlySet<GradientHook> | null) => () => {
        owner.hooks = wanted;
      };
      const after = hooks.size > 0 ? hooks : null;
      currentTracing()?.effect(this, "hooks", set(after), set(before));
      owner.hooks = after;
    };
    change(new Set(owner.hooks).add(hook));
    return () => {
      const others = new Set(owner.hooks);
      if (others.delete(hook)) change(others);
    };
  }
}

/** A tensor that owns `array`, in row-major order. */
export const wrap = (array: TypedArray, dtype: DType, shape: Shape): Tensor =>
  new Tensor(new Storage(array), dtype, shape);

/** Calls `visit` with the position in memory of every element, in row-major order. */
function forEachPosition({ shape, strides, offset, size }: Strided, visit: (position: number, index: number) => void) {
  const index = new Array<number>(shape.length).fill(0);
  let position = offset;
  for (let i = 0; i < size; i++) {
    visit(position, i);
    for (let d = shape.length - 1; d >= 0; d--) {
      position += strides[d]!;
      index[d]!++;
      if (index[d]! < shape[d]!) break;
      position -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}

function gather(x: Strided): TypedArray {
  const { array } = x.storage;
  if (isContiguous(x.shape, x.strides)) return array.slice(x.offset, x.offset + x.size);
  const copy = allocate(x.dtype, x.size, "data");
  forEachPosition(x, (position, i) => {
    copy[i] = array[position]!;
  });
  return copy;
}

function scatter(values: TypedArray, x: Strided): void {
  const { array } = x.storage;
  if (isContiguous(x.shape, x.strides)) {
    array.set(values, x.offset);
    return;
  }
  // Read before the first write: the value may be a view of the leaf itself.
  const copy = values.slice();
  forEachPosition(x, (position, i) => {
    array[position] = copy[i]!;
  });
}
