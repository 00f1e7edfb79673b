import { checkFloat, promote } from "../dtype.js";
import { checkOptions, OptionError, ShapeError } from "../errors.js";
import * as kind from "../kinds.js";
import { product } from "../primitives/linear.js";
import { add } from "../primitives/pointwise.js";
import { castTo, permuteDims, reshapeTo } from "../primitives/views.js";
import { windowCount, windowsAlong } from "../primitives/windows.js";
import { format, type Shape, sameShape, sizeOf } from "../shape.js";
import { show } from "../show.js";
import type { Tensor } from "../tensor.js";
import { pad } from "./shape.js";

/** Options of {@link conv1d} and {@link conv2d}: a number holds for every dim, a list has one for each. */
export interface ConvolutionOptions {
  /** Added to each channel of the output, [O]. */
  readonly bias?: Tensor | null;
  /** How far apart the kernel is placed. Default 1. */
  readonly stride?: number | readonly number[];
  /** Zeros on both sides; "same": as many as keep the extents (stride 1 alone); "valid": none. Default 0. */
  readonly padding?: number | readonly number[] | "same" | "valid";
  /** How far apart the elements under the kernel stand. Default 1. */
  readonly dilation?: number | readonly number[];
  /** Channels in and out fall into as many groups, each convolved on its own. Default 1. */
  readonly groups?: number;
}

const known = {
  bias: kind.nullable(kind.tensor),
  stride: kind.anything,
  padding: kind.anything,
  dilation: kind.anything,
  groups: kind.anything,
};

/** One number a dim, from one for all or a list. */
function perDim(name: string, value: number | readonly number[], dims: number, least: number): readonly number[] {
  const list = typeof value === "number" ? [value] : value;
  const fits = Array.isArray(list) && (list.length === 1 || list.length === dims);
  if (!fits || !list.every((n) => Number.isInteger(n) && n >= least)) {
    throw new OptionError(`${name}: whole numbers ≥ ${least} are needed, one for all dims or one for each`, {
      got: `${show(value)} for ${dims} dims`,
      hint: dims === 1 ? "for instance 1" : "for instance 1 or [1, 2]",
    });
  }
  return list.length === dims ? list : new Array<number>(dims).fill(list[0]!);
}

/** How a kernel of these extents is laid over the input, dim by dim. */
interface Placement {
  readonly sizes: Shape;
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Zeros before and after. */
  readonly around: readonly (readonly [number, number])[];
}

function placement(operation: string, sizes: Shape, options: ConvolutionOptions): Placement {
  const dims = sizes.length;
  const stride = perDim(`${operation}: stride`, options.stride ?? 1, dims, 1);
  const dilation = perDim(`${operation}: dilation`, options.dilation ?? 1, dims, 1);
  const { padding = 0 } = options;
  if (padding !== "same") {
    const sides = perDim(`${operation}: padding`, padding === "valid" ? 0 : padding, dims, 0);
    return { sizes, stride, dilation, around: sides.map((side) => [side, side]) };
  }
  if (stride.some((step) => step !== 1)) {
    throw new OptionError(`${operation}: padding "same" needs a stride of 1`, {
      got: format(stride),
      hint: "give the padding in numbers",
    });
  }
  const around = sizes.map((size, d): [number, number] => {
    const total = dilation[d]! * Math.max(0, size - 1);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return { sizes, stride, dilation, around };
}

function checkOperands(operation: string, x: Tensor, weight: Tensor, bias: Tensor | null, groups: number): void {
  const [out = 0, inGroup = 0] = weight.shape;
  const channels = x.shape.at(1 - weight.ndim);
  const dims = weight.ndim - 2;
  if (!Number.isInteger(groups) || groups < 1 || out % groups !== 0) {
    throw new OptionError(`${operation}: the groups do not divide the channels`, {
      got: `${show(groups)} groups for ${out} channels of the output`,
      hint: "groups is a whole number ≥ 1 that divides the channels of input and output",
    });
  }
  if ((x.ndim !== dims + 2 && x.ndim !== dims + 1) || channels !== inGroup * groups) {
    throw new ShapeError(`${operation}: the input does not fit the weight`, {
      got: `input ${format(x.shape)}, weight ${format(weight.shape)}, ${groups} groups`,
      hint: "input [N, C, ...] or [C, ...], weight [O, C / groups, ...]",
    });
  }
  if (bias !== null && !sameShape(bias.shape, [out])) {
    throw new ShapeError(`${operation}: the bias needs one number a channel of the output`, {
      got: format(bias.shape),
      hint: format([out]),
    });
  }
}

/** The kernel's windows of [N, C, ...] as columns: [N, C, sizes..., positions...]. */
function columnsOf(operation: string, x: Tensor, { sizes, stride, dilation, around }: Placement): Tensor {
  let windows = pad(x, [...around].reverse().flat());
  for (let d = sizes.length - 1; d >= 0; d--) {
    const args = { size: sizes[d]!, step: stride[d]!, dilation: dilation[d]! };
    if (args.size === 0 || windowCount(windows.shape[2 + d]!, args) === 0) {
      throw new ShapeError(`${operation}: the kernel does not fit into the input`, {
        got: `kernel ${format(sizes)}, dilation ${format(dilation)}, input with padding ${format(windows.shape)}`,
        hint: "pad the input, or use a smaller kernel",
      });
    }
    windows = windowsAlong(windows, { dim: 2 + d, ...args });
  }
  // [N, C, size, positions, size, positions, ...]
  const inKernel = sizes.map((_, d) => 2 + 2 * d);
  return permuteDims(windows, { dims: [0, 1, ...inKernel, ...inKernel.map((d) => d + 1)] });
}

function convolve(operation: string, dims: number, x: Tensor, weight: Tensor, options: ConvolutionOptions): Tensor {
  kind.checkTensors(operation, x, weight);
  checkOptions(operation, options, known);
  const { bias = null, groups = 1 } = options;
  if (weight.ndim !== dims + 2) {
    throw new ShapeError(`${operation}: the weight has ${dims + 2} dims`, {
      got: format(weight.shape),
      hint: "[O, C / groups, ...], the extents of the kernel last",
    });
  }
  checkOperands(operation, x, weight, bias, groups);
  const dtype = promote(bias === null ? [x, weight] : [x, weight, bias]);
  checkFloat(operation, dtype);
  const [out, inGroup, ...sizes] = weight.shape as [number, number, ...number[]];
  const batch = x.ndim === dims + 2 ? x.shape.slice(0, 1) : [];
  const images = reshapeTo(castTo(x, dtype), { shape: [sizeOf(batch), ...x.shape.slice(batch.length)] });
  const columns = columnsOf(operation, images, placement(operation, sizes, options));
  const positions = columns.shape.slice(2 + dims);
  const depth = inGroup * sizeOf(sizes);
  const rows = reshapeTo(castTo(weight, dtype), { shape: [groups, out / groups, depth] });
  const flat = reshapeTo(columns, { shape: [images.shape[0]!, groups, depth, sizeOf(positions)] });
  const result = reshapeTo(product([rows, flat], null), { shape: [...batch, out, ...positions] });
  if (bias === null) return result;
  return add(result, reshapeTo(castTo(bias, dtype), { shape: [out, ...positions.map(() => 1)] }));
}

/**
 * The kernel laid over every position of a sequence (cross-correlation): out[n, o, i] = Σ x[n, c, i · stride + k ·
 * dilation] · weight[o, c, k] + bias[o].
 *
 * @param x [N, C, L] or [C, L]
 * @param weight [O, C / groups, K]
 * @returns [N, O, ⌊(L + 2 padding − dilation (K − 1) − 1) / stride⌋ + 1], without N where x has none
 * @throws ShapeError when operands do not fit each other, or the kernel not into the input.
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3, 4, 5]]); // one channel
 * conv1d(x, tensor([[[1, 10]]])).toArray(); // [[21, 32, 43, 54]]
 * conv1d(x, tensor([[[1, 10]]]), { stride: 2, padding: 1 }).toArray(); // [[10, 32, 54]]
 * ```
 */
export const conv1d = (x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor =>
  convolve("conv1d", 1, x, weight, options);

/**
 * The kernel laid over every position of an image (cross-correlation), as {@link conv1d} along both dims.
 *
 * @param x [N, C, H, W] or [C, H, W]
 * @param weight [O, C / groups, KH, KW]
 * @returns [N, O, H', W'], without N where x has none
 * @throws ShapeError when operands do not fit each other, or the kernel not into the input.
 */
export const conv2d = (x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor =>
  convolve("conv2d", 2, x, weight, options);
