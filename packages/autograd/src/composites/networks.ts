import { checkFloat, promote } from "../dtype.js";
import { checkOptions, ShapeError, ValueError } from "../errors.js";
import { normalizeRows } from "../fused/layer-norm.js";
import { logSoftmaxLast, softmaxLast } from "../fused/softmax.js";
import * as kind from "../kinds.js";
import { add, mul, where } from "../primitives/pointwise.js";
import { castTo, permuteDims, reshapeTo } from "../primitives/views.js";
import { bernoulli, Generator } from "../random.js";
import { format, normalizeDim, type Shape, sameShape, sizeOf } from "../shape.js";
import { show } from "../show.js";
import type { Tensor } from "../tensor.js";

/** Runs an operation on the last dim along any dim: the two change places and change back. */
function along(operation: string, x: Tensor, dim: number, run: (x: Tensor, args: null) => Tensor): Tensor {
  kind.checkTensors(operation, x);
  const value = x.dtype === "float64" ? x : castTo(x, "float32");
  const at = normalizeDim(operation, dim, x.ndim);
  if (x.ndim === 0) return reshapeTo(run(reshapeTo(value, { shape: [1] }), null), { shape: [] });
  if (at === x.ndim - 1) return run(value, null);
  const swapped = x.shape.map((_, d, { length }) => (d === at ? length - 1 : d === length - 1 ? at : d));
  return permuteDims(run(permuteDims(value, { dims: swapped }), null), { dims: swapped });
}

/** e^x / Σ e^x along a dim (default the last). A row of −∞ gives NaN. */
export const softmax = (x: Tensor, dim = -1): Tensor => along("softmax", x, dim, softmaxLast);

/** x − ln Σ e^x along a dim (default the last): the logarithm of softmax, without its underflow. */
export const logSoftmax = (x: Tensor, dim = -1): Tensor => along("logSoftmax", x, dim, logSoftmaxLast);

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  /** A factor for each element that is normalised over, of the normalised shape. */
  readonly weight?: Tensor | null;
  /** Added last, of the normalised shape. */
  readonly bias?: Tensor | null;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

function normalize(operation: string, x: Tensor, over: Shape, options: LayerNormOptions, rms: boolean): Tensor {
  checkFloat(operation, x.dtype);
  const lead = x.shape.slice(0, x.ndim - over.length);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  const wrong = [weight, bias].find((tensor) => tensor !== null && !sameShape(tensor.shape, over));
  if (over.length === 0 || x.ndim < over.length || !sameShape(x.shape.slice(lead.length), over) || wrong) {
    throw new ShapeError(`${operation}: the last dims, weight and bias must have the normalised shape`, {
      got: `${format(x.shape)} over ${show(over)}${wrong ? ` with a parameter of ${format(wrong.shape)}` : ""}`,
      hint: "normalizedShape is the list of the last extents, for instance [D]",
    });
  }
  const dtype = promote([x, weight, bias].filter((tensor) => tensor !== null));
  const width = sizeOf(over);
  const flat = (tensor: Tensor) => reshapeTo(castTo(tensor, dtype), { shape: [width] });
  const rows = reshapeTo(castTo(x, dtype), { shape: [sizeOf(lead), width] });
  const operands = [rows, ...(weight ? [flat(weight)] : []), ...(weight && bias ? [flat(bias)] : [])];
  const result = reshapeTo(normalizeRows(operands, { eps, rms }), { shape: x.shape });
  return bias && !weight ? add(result, bias) : result;
}

/**
 * (x − mean) / √(variance + eps) · weight + bias over the last dims (Ba et al. 2016); the variance is the biased one.
 * @param normalizedShape the extents of the last dims
 */
export function layerNorm(x: Tensor, normalizedShape: Shape, options: LayerNormOptions = {}): Tensor {
  kind.checkTensors("layerNorm", x);
  kind.checkArgument("layerNorm", "the normalised shape", normalizedShape, kind.list);
  const parameter = kind.nullable(kind.tensor);
  checkOptions("layerNorm", options, { weight: parameter, bias: parameter, eps: kind.number });
  return normalize("layerNorm", x, normalizedShape, options, false);
}

/** x / √(mean x² + eps) · weight over the last dim (Zhang & Sennrich 2019). */
export function rmsNorm(x: Tensor, options: { readonly weight?: Tensor | null; readonly eps?: number } = {}): Tensor {
  kind.checkTensors("rmsNorm", x);
  checkOptions("rmsNorm", options, { weight: kind.nullable(kind.tensor), eps: kind.number });
  return normalize("rmsNorm", x, x.shape.slice(-1), options, true);
}

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** The probability with which an element becomes 0. Default 0.5. */
  readonly p?: number;
  /** Off: x itself. Default true. */
  readonly training?: boolean;
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Elements become 0 with probability p, the others are divided by 1 − p (Srivastava et al. 2014). */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  kind.checkTensors("dropout", x);
  checkOptions("dropout", options, {
    p: kind.anything,
    training: kind.boolean,
    generator: kind.instanceOf(Generator),
  });
  const { p = 0.5, training = true, generator } = options;
  if (!(typeof p === "number" && p >= 0 && p <= 1)) {
    throw new ValueError("dropout: not a probability", { got: show(p), hint: "p lies in [0, 1]" });
  }
  if (!training) return x;
  checkFloat("dropout", x.dtype);
  if (p === 0) return x;
  if (p === 1) return mul(x, 0);
  return where(bernoulli(1 - p, x.shape, generator === undefined ? {} : { generator }), mul(x, 1 / (1 - p)), 0);
}
