import type { DType } from "../dtype.js";
import { broadcastStrides, contiguousStrides, reshapeStrides, type Shape, sizeOf } from "../shape.js";
import type { Strided } from "../storage.js";
import type { Tensor } from "../tensor.js";
import { declare, declareMany, type Strict, type StrictMany } from "./declare.js";

/** The elements converted to another dtype: floats are truncated to integers, anything but 0 is true. */
export const cast: Strict<{ dtype: DType }> = declare({
  name: "to",
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  run: (target, [x], _, output) => target.copy(x!, output),
  vjps: [(g) => g],
  reads: [[]],
});

/** {@link cast} where it is needed. The engine casts gradients back to the operand's dtype. */
export const castTo = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : cast(x, { dtype }));

/** A copy of its own, in row-major order. */
export const copy: Strict<null> = declare({
  name: "clone",
  infer: ([x]) => x!,
  run: (target, [x], _, output) => target.copy(x!, output),
  vjps: [(g) => g],
  reads: [[]],
});

/** The same elements in row-major order under another shape; a view where strides allow it. */
export const reshapeTo: Strict<{ shape: Shape }> = declare({
  name: "reshape",
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  view: (x, { shape }) => {
    const strides = reshapeStrides(x.shape, x.strides, shape);
    return strides === null ? null : { shape, strides, offset: x.offset };
  },
  run: (target, [x], _, output) => target.copy(x!, { ...rowMajor(output, x!.shape), shape: x!.shape }),
  vjps: [(g, { shapes }) => reshapeTo(g, { shape: shapes[0]! })],
  reads: [[]],
});

function rowMajor({ storage, offset, dtype, size }: Strided, shape: Shape): Strided {
  return { storage, offset, dtype, size, shape, strides: contiguousStrides(shape) };
}

/** Dim i of the view is dim `dims[i]` of the operand. */
export const permuteDims: Strict<{ dims: readonly number[] }> = declare({
  name: "permute",
  infer: ([x], { dims }) => ({ shape: dims.map((d) => x!.shape[d]!), dtype: x!.dtype }),
  view: ({ shape, strides, offset }, { dims }) => ({
    shape: dims.map((d) => shape[d]!),
    strides: dims.map((d) => strides[d]!),
    offset,
  }),
  vjps: [(g, { args: { dims } }) => permuteDims(g, { dims: dims.map((_, i) => dims.indexOf(i)) })],
  reads: [[]],
});

/** The operand repeated without copying, as broadcasting does; the engine sums the gradient down. */
export const expandTo: Strict<{ shape: Shape }> = declare({
  name: "expand",
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  view: (x, { shape }) => ({ shape, strides: broadcastStrides(x.shape, x.strides, shape), offset: x.offset }),
  vjps: [(g) => g],
  reads: [[]],
});

/** A regular grid of positions in a tensor: along dim d at `starts[d]`, `starts[d] + steps[d]`, … */
export interface Grid {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
}

function onGrid(x: Strided, { starts, steps }: Grid, shape: Shape): Strided {
  let offset = x.offset;
  for (let d = 0; d < starts.length; d++) if (shape[d] !== 0) offset += starts[d]! * x.strides[d]!;
  const strides = x.strides.map((stride, d) => stride * steps[d]!);
  return { storage: x.storage, dtype: x.dtype, offset, shape, strides, size: sizeOf(shape) };
}

/** The elements on a grid of the operand; steps may be negative. */
export const sliceGrid: Strict<Grid & { shape: Shape }> = declare({
  name: "slice",
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  view: (x, args) => onGrid(x, args, args.shape),
  vjps: [(g, { shapes, args: { starts, steps } }) => placeOnGrid(g, { starts, steps, shape: shapes[0]!, value: 0 })],
  reads: [[]],
});

/** A tensor full of `value` with the operand's elements on a grid: what `sliceGrid` undoes. */
export const placeOnGrid: Strict<Grid & { shape: Shape; value: number }> = declare({
  name: "pad",
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  run: (target, [x], args, output) => {
    target.fill(args.value, output);
    target.copy(x!, onGrid(output, args, x!.shape));
  },
  vjps: [(g, { shapes, args: { starts, steps } }) => sliceGrid(g, { starts, steps, shape: shapes[0]! })],
  reads: [[]],
});

const only = (dim: number, ndim: number, value: number): number[] =>
  Array.from({ length: ndim }, (_, d) => (d === dim ? value : 0));

/** The operands one behind the other along a dim; all other extents are equal. */
export const concatenate: StrictMany<{ dim: number }> = declareMany({
  name: "cat",
  infer: (inputs, { dim }) => {
    const { shape, dtype } = inputs[0]!;
    const total = inputs.reduce((sum, input) => sum + input.shape[dim]!, 0);
    return { shape: shape.map((extent, d) => (d === dim ? total : extent)), dtype };
  },
  run: (target, inputs, { dim }, output) => {
    let start = 0;
    for (const input of inputs) {
      const ndim = input.shape.length;
      target.copy(
        input,
        onGrid(output, { starts: only(dim, ndim, start), steps: input.shape.map(() => 1) }, input.shape),
      );
      start += input.shape[dim]!;
    }
  },
  vjps: [
    (g, { shapes, args: { dim } }, input) => {
      const shape = shapes[input]!;
      const start = shapes.slice(0, input).reduce((sum, before) => sum + before[dim]!, 0);
      return sliceGrid(g, { starts: only(dim, shape.length, start), steps: shape.map(() => 1), shape });
    },
  ],
  reads: [[]],
});
