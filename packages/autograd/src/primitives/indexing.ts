import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { declareMany, type StrictMany } from "./declare.js";
import { mul } from "./pointwise.js";

/** Where an index counts. */
interface Along {
  readonly dim: number;
}

const replace = (shape: Shape, dim: number, extent: number): Shape => shape.map((e, d) => (d === dim ? extent : e));

/** out[…, i, …] = x[…, index[…, i, …], …]; operands x, index. */
export const gatherAlong: StrictMany<Along> = declareMany({
  name: "gather",
  infer: ([x, index]) => ({ shape: index!.shape, dtype: x!.dtype }),
  run: (target, [x, index], { dim }, output) => target.gather(x!, dim, index!, output),
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
  vjps: [(g, { inputs, args: { dim } }) => gatherAlong([g, inputs[1]!], { dim }), null],
  reads: [[1]],
});

/** Whole slices: out[…, i, …] = x[…, index[i], …]; operands x, index (1-d). */
export const selectSlices: StrictMany<Along> = declareMany({
  name: "indexSelect",
  infer: ([x, index], { dim }) => ({ shape: replace(x!.shape, dim, index!.size), dtype: x!.dtype }),
  run: (target, [x, index], { dim }, output) => target.indexSelect(x!, dim, index!, output),
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
  vjps: [(g, { inputs, args: { dim } }) => selectSlices([g, inputs[1]!], { dim }), null],
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
    (g, { inputs, args, shapes }) => replaceSlices([g, inputs[1]!, nothing(g, inputs[1]!, shapes[2]!, args)], args),
    null,
    (g, { inputs, args }) => selectSlices([g, inputs[1]!], args),
  ],
  reads: [[1], [], [1]],
});

/** Zeros in place of the replaced slices. */
const nothing = (g: Tensor, index: Tensor, _: Shape, args: Along): Tensor => mul(selectSlices([g, index], args), 0);
