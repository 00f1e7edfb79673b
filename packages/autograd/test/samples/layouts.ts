import { type Tensor, Tensor as TensorClass } from "../../src/index.js";
import { Storage } from "../../src/storage.js";
import { positions } from "../reference/plain.js";

/** What stands between the elements: nothing that a kernel may read. */
const nothing = { float32: Number.NaN, float64: Number.NaN, int32: -(2 ** 31), bool: 1 };

/** The elements of x in a memory of their own, at `offset` plus position times strides, with `nothing` around them. */
function place(x: Tensor, size: number, strides: readonly number[], offset: number): Tensor {
  const { data, shape, dtype } = x;
  const array = new (data.constructor as new (size: number) => typeof data)(size).fill(nothing[dtype]);
  positions(shape).forEach((position, i) => {
    array[position.reduce((at, index, d) => at + index * strides[d]!, offset)] = data[i]!;
  });
  const placed = new TensorClass(new Storage(array), dtype, [...shape], strides, offset);
  if (x.requiresGrad) placed.requiresGrad = true;
  return placed;
}

const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, d) => shape.slice(d + 1).reduce((product, extent) => product * extent, 1));

const product = (strides: readonly number[], shape: readonly number[]): number =>
  strides.reduce((sum, stride, d) => sum + stride * (shape[d]! - 1), 0);

/** The same elements, laid out in memory in other ways. */
export const layouts: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  transposed: (x) => place(x, x.size, rowMajor([...x.shape].reverse()).reverse(), 0),
  "in the middle of a longer array": (x) => place(x, x.size + 5, rowMajor(x.shape), 3),
  "every second element of each dim": (x) => {
    const whole = rowMajor(x.shape.map((extent) => 2 * extent + 1));
    const [first, steps] = [whole.reduce((sum, stride) => sum + stride, 0), whole.map((stride) => 2 * stride)];
    return place(
      x,
      x.shape.reduce((size, extent) => size * (2 * extent + 1), 1),
      steps,
      x.ndim === 0 ? 0 : first,
    );
  },
  backwards: (x) =>
    place(
      x,
      x.size,
      rowMajor(x.shape).map((stride) => -stride),
      product(rowMajor(x.shape), x.shape),
    ),
  "the first dim backwards, in steps of three, transposed": (x) => {
    const strides = rowMajor([...x.shape].reverse()).reverse();
    const steps = strides.map((stride, d) => (d === 0 ? -3 : 3) * stride);
    const last = x.ndim === 0 ? 0 : 3 * strides[0]! * (x.shape[0]! - 1);
    return place(x, 3 * x.size + 2, steps, last + 1);
  },
};

/** The first slice along a dim everywhere, by a stride of 0. */
export function stretch(x: Tensor, dim: number): Tensor {
  const { storage, dtype, shape, strides, offset } = x;
  const stretched = new TensorClass(
    storage,
    dtype,
    shape,
    strides.map((stride, d) => (d === dim ? 0 : stride)),
    offset,
  );
  if (x.requiresGrad) stretched.requiresGrad = true;
  return stretched;
}

/** A copy in row-major order. */
export const compact = (x: Tensor): Tensor => place(x, x.size, rowMajor(x.shape), 0);
