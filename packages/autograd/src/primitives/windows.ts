import type { Shape } from "../shape.js";
import { declare, type Strict } from "./declare.js";

/** Windows along a dim: `size` elements that stand `dilation` apart; one window begins every `step` elements. */
interface Windows {
  readonly dim: number;
  readonly size: number;
  readonly step: number;
  readonly dilation: number;
}

/** How many windows fit into an extent. */
export const windowCount = (extent: number, { size, step, dilation }: Omit<Windows, "dim">): number =>
  Math.max(0, Math.floor((extent - (size - 1) * dilation - 1) / step) + 1);

const replaced = (list: readonly number[], dim: number, length: number, ...by: number[]): number[] => [
  ...list.slice(0, dim),
  ...by,
  ...list.slice(dim + length),
];

const windowShape = (shape: Shape, args: Windows): Shape =>
  replaced(shape, args.dim, 1, args.size, windowCount(shape[args.dim]!, args));

/** out[…, k, i, …] = x[…, i · step + k · dilation, …]: element k of window i, as a view; windows may overlap. */
export const windowsAlong: Strict<Windows> = declare({
  name: "windows",
  infer: ([x], args) => ({ shape: windowShape(x!.shape, args), dtype: x!.dtype }),
  view: ({ shape, strides, offset }, args) => {
    const stride = strides[args.dim]!;
    const steps = replaced(strides, args.dim, 1, stride * args.dilation, stride * args.step);
    return { shape: windowShape(shape, args), strides: steps, offset };
  },
  vjps: [(g, { shapes: [shape], args }) => overlapAdd(g, { ...args, extent: shape![args.dim]! })],
  reads: [[]],
});

/** Zeros of `extent` along the dim, to which out[…, i · step + k · dilation, …] += x[…, k, i, …]. */
export const overlapAdd: Strict<Windows & { extent: number }> = declare({
  name: "overlapAdd",
  infer: ([x], { dim, extent }) => ({ shape: replaced(x!.shape, dim, 2, extent), dtype: x!.dtype }),
  run: (target, [x], { dim, step, dilation }, output) => target.overlapAdd(x!, dim, step, dilation, output),
  vjps: [(g, { args: { dim, size, step, dilation } }) => windowsAlong(g, { dim, size, step, dilation })],
  reads: [[]],
});
