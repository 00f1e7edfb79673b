import { formatShape, OptionError, ShapeError, type Tensor } from "@typegrad/autograd";
import { normal, uniform } from "./distributions.js";
import { checkInit, type InitOptions } from "./fill.js";

/** Inputs and outputs of one unit of a weight [out, in, ...]: each position of a kernel counts. */
function fans(operation: string, { shape }: Tensor): { fanIn: number; fanOut: number } {
  if (shape.length < 2) {
    throw new ShapeError(`${operation}: a weight has at least two dims`, {
      got: formatShape(shape),
      hint: "use uniform or normal for vectors",
    });
  }
  const kernel = shape.slice(2).reduce((a, b) => a * b, 1);
  return { fanIn: shape[1]! * kernel, fanOut: shape[0]! * kernel };
}

/** A weight without elements has no variance to speak of. */
const rootOf = (variance: number): number => (Number.isFinite(variance) ? Math.sqrt(variance) : 0);

const symmetric = (x: Tensor, bound: number, { generator }: InitOptions): Tensor =>
  uniform(x, { a: -bound, b: bound, ...(generator && { generator }) });

const centred = (x: Tensor, std: number, { generator }: InitOptions): Tensor =>
  normal(x, { std, ...(generator && { generator }) });

/** What comes behind a weight. */
export type Nonlinearity = "linear" | "conv1d" | "conv2d" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

const gains: Readonly<Record<Nonlinearity, (a: number) => number>> = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (a) => Math.sqrt(2 / (1 + a * a)),
  selu: () => 3 / 4,
};

/**
 * By how much deviations must grow so that a nonlinearity does not shrink them from layer to layer.
 * @param a the slope of a leaky ReLU on the negative side, as PyTorch has it: 0.01 when left out
 * @throws OptionError for a nonlinearity that is not known.
 */
export function calculateGain(nonlinearity: Nonlinearity, a = 0.01): number {
  if (Object.hasOwn(gains, nonlinearity)) return gains[nonlinearity](a);
  throw new OptionError("calculateGain: no such nonlinearity", {
    got: String(nonlinearity),
    hint: `use ${Object.keys(gains).join(", ")}`,
  });
}

/** Options of Xavier's initialisations. */
export interface XavierOptions extends InitOptions {
  /** Default 1. */
  readonly gain?: number;
}

const xavierStd = (operation: string, x: Tensor, options: XavierOptions): number => {
  checkInit(operation, options, ["gain", "generator"]);
  const { fanIn, fanOut } = fans(operation, x);
  return (options.gain ?? 1) * rootOf(2 / (fanIn + fanOut));
};

/**
 * Uniform with variance 2 gain² / (fanIn + fanOut) (Glorot & Bengio 2010).
 * @throws ShapeError for a tensor of less than two dims.
 */
export const xavierUniform = (x: Tensor, options: XavierOptions = {}): Tensor =>
  symmetric(x, Math.sqrt(3) * xavierStd("xavierUniform", x, options), options);

/**
 * Normal with variance 2 gain² / (fanIn + fanOut) (Glorot & Bengio 2010).
 * @throws ShapeError for a tensor of less than two dims.
 */
export const xavierNormal = (x: Tensor, options: XavierOptions = {}): Tensor =>
  centred(x, xavierStd("xavierNormal", x, options), options);

/** Options of Kaiming's initialisations. */
export interface KaimingOptions extends InitOptions {
  /** The slope of a leaky ReLU on the negative side. Default 0. */
  readonly a?: number;
  /** Which variance is kept: that of the forward or of the backward pass. Default "fanIn". */
  readonly mode?: "fanIn" | "fanOut";
  /** What comes behind the weight. Default "leakyRelu", which with a = 0 is ReLU. */
  readonly nonlinearity?: Nonlinearity;
}

const kaimingStd = (operation: string, x: Tensor, options: KaimingOptions): number => {
  checkInit(operation, options, ["a", "mode", "nonlinearity", "generator"]);
  const { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" } = options;
  if (mode !== "fanIn" && mode !== "fanOut") {
    throw new OptionError(`${operation}: no such mode`, { got: String(mode), hint: 'use "fanIn" or "fanOut"' });
  }
  return calculateGain(nonlinearity, a) * rootOf(1 / fans(operation, x)[mode]);
};

/**
 * Uniform with variance gain² / fan; with the default settings 2 / ((1 + a²) fanIn) (He et al. 2015).
 * @throws ShapeError for a tensor of less than two dims.
 */
export const kaimingUniform = (x: Tensor, options: KaimingOptions = {}): Tensor =>
  symmetric(x, Math.sqrt(3) * kaimingStd("kaimingUniform", x, options), options);

/**
 * Normal with variance gain² / fan; with the default settings 2 / ((1 + a²) fanIn) (He et al. 2015).
 * @throws ShapeError for a tensor of less than two dims.
 */
export const kaimingNormal = (x: Tensor, options: KaimingOptions = {}): Tensor =>
  centred(x, kaimingStd("kaimingNormal", x, options), options);
