import { at, build, needFloat, type Plain, positions, promoted, reshaped } from "./plain.js";

type PerDim = number | readonly number[];

interface Convolution {
  readonly bias?: Plain | null;
  readonly stride?: PerDim;
  readonly padding?: PerDim | "same" | "valid";
  readonly dilation?: PerDim;
  readonly groups?: number;
}

const dimOf = (value: PerDim, d: number): number => (typeof value === "number" ? value : (value[d] ?? value[0]!));

/** Zeros before the input along dim d. */
function zerosBefore({ padding = 0, dilation = 1 }: Convolution, size: number, d: number): number {
  if (padding === "valid") return 0;
  if (padding === "same") return Math.floor((dimOf(dilation, d) * (size - 1)) / 2);
  return dimOf(padding, d);
}

/** Σ over the group's channels and the kernel's positions, each output element on its own. */
const convolution =
  (dims: number) =>
  (x: Plain, weight: Plain, options: Convolution = {}): Plain => {
    const { bias, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    const dtype = promoted(bias ? [x, weight, bias] : [x, weight]);
    needFloat({ ...x, dtype });
    const batched = x.shape.length === dims + 2;
    const images = batched ? x : reshaped(x, [1, ...x.shape]);
    const [out, inGroup, ...sizes] = weight.shape as [number, number, ...number[]];
    const before = sizes.map((size, d) => zerosBefore(options, size, d));
    const extents = sizes.map((size, d) => {
      const extent = images.shape[2 + d]!;
      const reach = dimOf(dilation, d) * (size - 1);
      const whole = padding === "same" ? extent + reach : extent + 2 * before[d]!;
      return Math.floor((whole - reach - 1) / dimOf(stride, d)) + 1;
    });
    const result = build([images.shape[0]!, out, ...extents], dtype, ([n, o, ...place]) => {
      const first = Math.floor(o! / (out / groups)) * inGroup;
      let sum = bias?.data[o!] ?? 0;
      for (const [c, ...k] of positions([inGroup, ...sizes])) {
        const source = place.map((i, d) => i * dimOf(stride, d) + k[d]! * dimOf(dilation, d) - before[d]!);
        const inside = source.every((i, d) => i >= 0 && i < images.shape[2 + d]!);
        if (inside) sum += at(images, [n!, first + c!, ...source]) * at(weight, [o!, c!, ...k]);
      }
      return sum;
    });
    return batched ? result : reshaped(result, result.shape.slice(1));
  };

interface Windows {
  readonly dim: number;
  readonly size: number;
  readonly step: number;
  readonly dilation: number;
}

export const convolutionReferences = {
  conv1d: convolution(1),
  conv2d: convolution(2),

  windowsAlong: (x: Plain, { dim, size, step, dilation }: Windows): Plain => {
    const count = Math.floor((x.shape[dim]! - (size - 1) * dilation - 1) / step) + 1;
    const shape = [...x.shape.slice(0, dim), size, count, ...x.shape.slice(dim + 1)];
    return build(shape, x.dtype, (position) => {
      const source = position[dim + 1]! * step + position[dim]! * dilation;
      return at(x, [...position.slice(0, dim), source, ...position.slice(dim + 2)]);
    });
  },
  overlapAdd: (x: Plain, { dim, size, step, dilation, extent }: Windows & { extent: number }): Plain => {
    const shape = [...x.shape.slice(0, dim), extent, ...x.shape.slice(dim + 2)];
    return build(shape, x.dtype, (position) => {
      let sum = 0;
      for (const [k, i] of positions([size, x.shape[dim + 1]!])) {
        if (i! * step + k! * dilation !== position[dim]) continue;
        sum += at(x, [...position.slice(0, dim), k!, i!, ...position.slice(dim + 1)]);
      }
      return sum;
    });
  },
};
