import { type DType, noGrad, Tensor } from "@typegrad/autograd";

/** A tensor that training changes: a leaf that requires a gradient and that modules list. */
export class Parameter extends Tensor {
  constructor(value: Tensor) {
    const own = noGrad(() => value.detach().clone());
    super(own.storage, own.dtype, own.shape);
    this.requiresGrad = true;
  }

  /** The same parameter in another float dtype, without its gradient. */
  converted(dtype: DType): Parameter {
    const result = new Parameter(this.detach().to(dtype));
    result.requiresGrad = this.requiresGrad;
    return result;
  }
}

/** Options of {@link Buffer}. */
export interface BufferOptions {
  /** Whether the state-dict holds it. Default true. */
  readonly persistent?: boolean;
}

const buffers = new WeakMap<Tensor, BufferOptions>();

/** Marks a tensor as state that belongs to the module but that no optimizer changes. */
export function Buffer(value: Tensor, options: BufferOptions = {}): Tensor {
  buffers.set(value, options);
  return value;
}

/** Whether a field holds a buffer. */
export const isBuffer = (value: unknown): value is Tensor => value instanceof Tensor && buffers.has(value);

/** Whether the state-dict holds this buffer. */
export const isPersistent = (buffer: Tensor): boolean => buffers.get(buffer)?.persistent !== false;
