import { arange, scalar, zeros } from "../create.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { declareMany, type StrictMany } from "./declare.js";
import { eq, where } from "./pointwise.js";
import { expandTo, reshapeTo } from "./views.js";

/** Where an index counts. */
interface Along {
  readonly dim: number;
}

/** An index that is read by, and what is out of range where an index is not one: "gather: index". */
interface Read extends Along {
  readonly what: string;
}

const replace = (shape: Shape, dim: number, extent: number): Shape => shape.map((e, d) => (d === dim ? extent : e));

/** out[…, i, …] = x[…, index[…, i, …], …]; operands x, index. */
export const gatherAlong: StrictMany<Read> = declareMany({
  name: "gather",
  infer: ([x, index]) => ({ shape: index!.shape, dtype: x!.dtype }),
  run: (target, [x, index], { dim, what }, output) => target.gather(x!, dim, index!, output, what),
  vjps: [(g, { inputs, shapes, args: { dim } }) => scatterSum([g, inputs[1]!], { dim, shape: shapes[0]! }), null],
  reads: [[1]],
});

/** Zeros of `shape`, to which out[…, index[…, i, …], …] += source[…, i, …]; operands source, index. */
export const scatterSum: StrictMany<Along & { shape: Shape }> = declareMany({
  name: "scatterAdd",
  infer: ([source], { shape }) => ({ shape, dtype: source!.dtype }),
  run: (target, [source, index], { dim }, output) => {
    target.fill(0, output);
    target.scatterAdd(source!, dim, index!, output);
  },
  vjps: [(g, { inputs, args: { dim } }) => gatherAlong([g, inputs[1]!], { dim, what: "gather: index" }), null],
  reads: [[1]],
});

/** Of indices that were in range before. */
const what = "indexSelect: index";

/** Whole slices: out[…, i, …] = x[…, index[i], …]; operands x, index (1-d). */
export const selectSlices: StrictMany<Read> = declareMany({
  name: "indexSelect",
  infer: ([x, index], { dim }) => ({ shape: replace(x!.shape, dim, index!.size), dtype: x!.dtype }),
  run: (target, [x, index], { dim, what }, output) => target.indexSelect(x!, dim, index!, output, what),
  vjps: [(g, { inputs, shapes, args: { dim } }) => sumSlices([g, inputs[1]!], { dim, extent: shapes[0]![dim]! }), null],
  reads: [[1]],
});

/** Zeros with `extent` slices, to which out[…, index[i], …] += source[…, i, …]; operands source, index (1-d). */
export const sumSlices: StrictMany<Along & { extent: number }> = declareMany({
  name: "indexAdd",
  infer: ([source], { dim, extent }) => ({ shape: replace(source!.shape, dim, extent), dtype: source!.dtype }),
  run: (target, [source, index], { dim }, output) => {
    target.fill(0, output);
    target.indexAdd(source!, dim, index!, output);
  },
  vjps: [(g, { inputs, args: { dim } }) => selectSlices([g, inputs[1]!], { dim, what }), null],
  reads: [[1]],
});

/** x with whole slices replaced: out[…, index[i], …] = source[…, i, …]; operands x, index (1-d), source. */
export const replaceSlices: StrictMany<Along> = declareMany({
  name: "indexCopy",
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  run: (target, [x, index, source], { dim }, output) => {
    target.copy(x!, output);
    target.indexCopy(source!, dim, index!, output);
  },
  vjps: [
    (g, { inputs: [, index], args, shapes }) =>
      replaceSlices([g, index!, expandTo(scalar(0, g.dtype), { shape: shapes[2]! })], args),
    null,
    (g, { inputs: [, index], args, shapes: [shape] }) =>
      where(
        lastOfEquals(index!, shape![args.dim] ?? 1, shape!.length, args.dim),
        selectSlices([g, index!], { ...args, what }),
        0,
      ),
  ],
  reads: [[1], [], [1]],
});

/** True for the slices of the source that are there in the end: one that a later slice replaced has no gradient. */
function lastOfEquals(index: Tensor, extent: number, ndim: number, dim: number): Tensor {
  const place = arange(index.size);
  const winner = replaceSlices([zeros([extent], { dtype: "int32" }), index, place], { dim: 0 });
  const last = eq(selectSlices([winner, index], { dim: 0, what }), place);
  return reshapeTo(last, { shape: Array.from({ length: ndim }, (_, d) => (d === dim ? index.size : 1)) });
}
