import {
  checkOptions,
  formatShape,
  type Generator,
  noGrad,
  rand,
  randn,
  ShapeError,
  type Tensor,
  zeros as zerosOf,
} from "@typegrad/autograd";

/** Options that all random initialisations take. */
export interface InitOptions {
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Fills a leaf and returns it. */
const fill = (x: Tensor, value: (dtype: { dtype: Tensor["dtype"] }) => Tensor): Tensor =>
  noGrad(() => x.assign(value({ dtype: x.dtype })));

const drawn = (x: Tensor, { generator }: InitOptions) => ({ dtype: x.dtype, ...(generator && { generator }) });

/** Inputs and outputs of one unit of a weight [out, in, ...]: the further dims count as often. */
function fans(operation: string, { shape }: Tensor): { fanIn: number; fanOut: number } {
  if (shape.length < 2) {
    throw new ShapeError(`${operation}: a weight has at least two dims`, {
      got: formatShape(shape),
      hint: "use uniform or normal for vectors",
    });
  }
  const field = shape.slice(2).reduce((a, b) => a * b, 1);
  return { fanIn: shape[1]! * field, fanOut: shape[0]! * field };
}

/** Uniform in [low, high). */
export const uniform = (x: Tensor, low = 0, high = 1, options: InitOptions = {}): Tensor =>
  fill(x, () =>
    rand(x.shape, drawn(x, options))
      .mul(high - low)
      .add(low),
  );

/** Normal with the given mean and standard deviation. */
export const normal = (x: Tensor, mean = 0, std = 1, options: InitOptions = {}): Tensor =>
  fill(x, () => randn(x.shape, drawn(x, options)).mul(std).add(mean));

/** All 0. */
export const zeros = (x: Tensor): Tensor => fill(x, (dtype) => zerosOf(x.shape, dtype));

/** All 1. */
export const ones = (x: Tensor): Tensor => fill(x, (dtype) => zerosOf(x.shape, dtype).add(1));

/** Options of Xavier's initialisations. */
export interface XavierOptions extends InitOptions {
  /** Default 1. */
  readonly gain?: number;
}

/** Uniform with variance 2 gain² / (fanIn + fanOut) (Glorot & Bengio 2010). */
export function xavierUniform(x: Tensor, options: XavierOptions = {}): Tensor {
  checkOptions("xavierUniform", options, ["gain", "generator"]);
  const { fanIn, fanOut } = fans("xavierUniform", x);
  const bound = (options.gain ?? 1) * Math.sqrt(6 / (fanIn + fanOut));
  return uniform(x, -bound, bound, options);
}

/** Normal with variance 2 gain² / (fanIn + fanOut) (Glorot & Bengio 2010). */
export function xavierNormal(x: Tensor, options: XavierOptions = {}): Tensor {
  checkOptions("xavierNormal", options, ["gain", "generator"]);
  const { fanIn, fanOut } = fans("xavierNormal", x);
  return normal(x, 0, (options.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut)), options);
}

/** Options of Kaiming's initialisations. */
export interface KaimingOptions extends InitOptions {
  /** The slope of a leaky ReLU on the negative side. Default 0. */
  readonly a?: number;
  /** Which variance is kept: that of the forward or of the backward pass. Default "fanIn". */
  readonly mode?: "fanIn" | "fanOut";
}

const kaimingStd = (operation: string, x: Tensor, options: KaimingOptions): number => {
  checkOptions(operation, options, ["a", "mode", "generator"]);
  const { a = 0, mode = "fanIn" } = options;
  return Math.sqrt(2 / (1 + a * a) / fans(operation, x)[mode]);
};

/** Uniform with variance 2 / ((1 + a²) fan) (He et al. 2015). */
export function kaimingUniform(x: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd("kaimingUniform", x, options);
  return uniform(x, -bound, bound, options);
}

/** Normal with variance 2 / ((1 + a²) fan) (He et al. 2015). */
export const kaimingNormal = (x: Tensor, options: KaimingOptions = {}): Tensor =>
  normal(x, 0, kaimingStd("kaimingNormal", x, options), options);
