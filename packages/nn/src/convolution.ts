import {
  type ConvolutionOptions,
  checkOptions,
  conv1d,
  conv2d,
  formatShape,
  sizeOf,
  type Tensor,
  ValueError,
  zeros,
} from "@typegrad/autograd";
import * as init from "./init/index.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkSize } from "./sizes.js";

/** Options of {@link Conv1d} and {@link Conv2d}: a number holds for every dim, a list has one for each. */
export interface ConvolutionModuleOptions extends Omit<ConvolutionOptions, "bias"> {
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

/** What convolutions over any number of dims share: weight [O, C / groups, ...K] and bias [O]. */
abstract class Convolution extends Module {
  /** The kernels: [O, C / groups, ...K]. */
  weight: Parameter;
  /** Added to each channel of the output, [O]. */
  bias: Parameter | null;
  /** The number of channels C. */
  readonly inChannels: number;
  /** How the kernel is laid over the input. */
  protected readonly placement: Omit<ConvolutionOptions, "bias">;

  constructor(
    name: string,
    dims: number,
    inChannels: number,
    outChannels: number,
    kernelSize: readonly number[],
    options: ConvolutionModuleOptions,
  ) {
    super();
    checkOptions(name, options, ["stride", "padding", "dilation", "groups", "bias"]);
    if (kernelSize.length !== dims) {
      throw new ValueError(`${name}: the kernel needs ${dims} extents`, {
        got: formatShape(kernelSize),
        hint: "one number holds for every dim",
      });
    }
    const { bias = true, ...placement } = options;
    const { groups = 1 } = placement;
    checkSize(name, "inChannels", inChannels, 1);
    checkSize(name, "outChannels", outChannels, 1);
    for (const extent of kernelSize) checkSize(name, "kernelSize", extent, 1);
    if (inChannels % checkSize(name, "groups", groups, 1) !== 0 || outChannels % groups !== 0) {
      throw new ValueError(`${name}: the groups do not divide the channels`, {
        got: `${groups} groups for ${inChannels} channels in, ${outChannels} out`,
        hint: "groups must divide both",
      });
    }
    this.inChannels = inChannels;
    this.placement = placement;
    this.weight = new Parameter(zeros([outChannels, inChannels / groups, ...kernelSize]));
    this.bias = bias ? new Parameter(zeros([outChannels])) : null;
    const bound = 1 / Math.sqrt(sizeOf(this.weight.shape.slice(1)));
    init.uniform(this.weight, { a: -bound, b: bound });
    if (this.bias !== null) init.uniform(this.bias, { a: -bound, b: bound });
  }

  protected override extraRepr(): string {
    const [outChannels, , ...kernelSize] = this.weight.shape as [number, number, ...number[]];
    const settings = Object.entries(this.placement).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const sizes = [this.inChannels, outChannels, `kernelSize=${formatShape(kernelSize)}`];
    return [...sizes, ...settings, ...(this.bias === null ? ["bias=false"] : [])].join(", ");
  }
}

/**
 * A kernel laid over every position of a sequence: `conv1d` with a weight [O, C / groups, K] and a bias [O], which start
 * uniform within ±1 / √(C / groups · K).
 *
 * @throws ValueError for sizes that are not whole numbers, or groups that do not divide the channels.
 * @example
 * ```ts
 * new Conv1d(3, 8, 5, { padding: 2 }).forward(ones([2, 3, 11])).shape; // [2, 8, 11]
 * ```
 */
export class Conv1d extends Convolution {
  /** @param kernelSize the extent of the kernel K */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly [number],
    options: ConvolutionModuleOptions = {},
  ) {
    super("Conv1d", 1, inChannels, outChannels, [kernelSize].flat(), options);
  }

  /**
   * @param x [B, C, L] or [C, L]
   * @returns [B, O, L'] or [O, L']
   */
  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, { ...this.placement, bias: this.bias });
  }
}

/**
 * A kernel laid over every position of an image: `conv2d` with a weight [O, C / groups, KH, KW] and a bias [O], which
 * start uniform within ±1 / √(C / groups · KH · KW).
 *
 * @throws ValueError for sizes that are not whole numbers, or groups that do not divide the channels.
 * @example
 * ```ts
 * new Conv2d(3, 8, [5, 3], { stride: 2 }).forward(ones([2, 3, 11, 7])).shape; // [2, 8, 4, 3]
 * ```
 */
export class Conv2d extends Convolution {
  /** @param kernelSize the extents of the kernel, or one for both */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly [number, number],
    options: ConvolutionModuleOptions = {},
  ) {
    const extents = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
    super("Conv2d", 2, inChannels, outChannels, extents, options);
  }

  /**
   * @param x [B, C, H, W] or [C, H, W]
   * @returns [B, O, H', W'] or [O, H', W']
   */
  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, { ...this.placement, bias: this.bias });
  }
}
