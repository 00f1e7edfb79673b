import { checkOptions, type DType, noGrad, Tensor } from "@typegrad/autograd";

/** The values of a tensor in memory of their own, outside any graph. */
const ownCopy = (value: Tensor): Tensor => noGrad(() => value.detach().clone());

/**
 * A tensor that training changes: a leaf that requires a gradient and that modules list.
 *
 * `requiresGrad = false` freezes it: it gets no gradient, and optimizers leave it alone.
 * @param value copied
 * @throws GradError for a value that is not a float.
 * @example
 * ```ts
 * new Parameter(zeros([2, 3])).requiresGrad; // true
 * ```
 */
export class Parameter extends Tensor {
  constructor(value: Tensor) {
    const own = ownCopy(value);
    super(own.storage, own.dtype, own.shape);
    this.requiresGrad = true;
  }
}

/** Whether a field holds a parameter. */
export const isParameter = (value: unknown): value is Parameter => value instanceof Parameter;

/** Options of {@link Buffer}. */
export interface BufferOptions {
  /** Whether the state-dict holds it. Default true. */
  readonly persistent?: boolean;
}

const buffers = new WeakMap<Tensor, BufferOptions>();

/**
 * State that belongs to a module but that no optimizer changes, such as running statistics. The module itself writes
 * it with `assign` under `noGrad`; another tensor put into the field would not be a buffer.
 *
 * @param value copied
 * @example
 * ```ts
 * class Counter extends Module {
 *   calls = Buffer(zeros([], { dtype: "int32" }));
 *   forward(x: Tensor): Tensor {
 *     noGrad(() => this.calls.assign(this.calls.add(1)));
 *     return x;
 *   }
 * }
 * ```
 */
export function Buffer(value: Tensor, options: BufferOptions = {}): Tensor {
  checkOptions("Buffer", options, ["persistent"]);
  const own = ownCopy(value);
  buffers.set(own, options);
  return own;
}

/** Whether a field holds a buffer. */
export const isBuffer = (value: unknown): value is Tensor => value instanceof Tensor && buffers.has(value);

/** Whether the state-dict holds this buffer. */
export const isPersistent = (buffer: Tensor): boolean => buffers.get(buffer)?.persistent !== false;

/** A parameter, with its gradient, or a buffer in another float dtype. */
export function convertedState(value: Tensor, dtype: DType): Tensor {
  const plain = noGrad(() => value.detach().to(dtype));
  if (!isParameter(value)) return Buffer(plain, buffers.get(value)!);
  const result = new Parameter(plain);
  result.requiresGrad = value.requiresGrad;
  result.grad = value.grad?.detach().to(dtype) ?? null;
  return result;
}
