import { checkFloat } from "../dtype.js";
import { checkOptions, type Kind, OptionError, ShapeError, ValueError } from "../errors.js";
import * as kind from "../kinds.js";
import { noGrad } from "../mode.js";
import { add, div, mul, rsqrt, sub } from "../primitives/pointwise.js";
import { castTo, reshapeTo } from "../primitives/views.js";
import { format, sameShape, sizeOf } from "../shape.js";
import { Tensor } from "../tensor.js";
import { mean } from "./reductions.js";

/** Options of {@link batchNorm}; tensors are [C]. */
export interface BatchNormOptions {
  /** The mean to normalise with outside training, [C]; a leaf, which training moves towards the batch's. */
  readonly runningMean?: Tensor | null;
  /** The variance, likewise. */
  readonly runningVar?: Tensor | null;
  /** A factor for each channel, [C]. */
  readonly weight?: Tensor | null;
  /** Added to each channel, [C]. */
  readonly bias?: Tensor | null;
  /** Normalise with the statistics of the batch itself. Default false. */
  readonly training?: boolean;
  /** The share of the batch's statistics in the new running ones, a 0-d tensor where it changes. Default 0.1. */
  readonly momentum?: number | Tensor;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const perChannel = ["runningMean", "runningVar", "weight", "bias"] as const;

const share: Kind = {
  what: "a number or a 0-d tensor",
  hint: "for instance 0.1",
  accepts: (value) => kind.number.accepts(value) || (value instanceof Tensor && value.ndim === 0),
};

const known = {
  ...Object.fromEntries(perChannel.map((name) => [name, kind.nullable(kind.tensor)])),
  training: kind.boolean,
  momentum: share,
  eps: kind.number,
};

/** The number of values a channel has. */
const countOf = ({ shape }: Tensor): number => sizeOf(shape.filter((_, d) => d !== 1));

function check(x: Tensor, options: BatchNormOptions): void {
  kind.checkTensors("batchNorm", x);
  checkOptions("batchNorm", options, known);
  checkFloat("batchNorm", x.dtype);
  const { runningMean = null, runningVar = null, training = false } = options;
  const wrong = perChannel.find((name) => options[name] && !sameShape(options[name].shape, x.shape.slice(1, 2)));
  if (x.ndim < 2 || wrong !== undefined) {
    throw new ShapeError("batchNorm: x is [N, C, ...], statistics, weight and bias are [C]", {
      got: `x ${format(x.shape)}${wrong === undefined ? "" : `, ${wrong} ${format(options[wrong]!.shape)}`}`,
      hint: "channels stand on dim 1",
    });
  }
  if (!training && (runningMean === null || runningVar === null)) {
    throw new OptionError("batchNorm: outside training the running statistics are needed", {
      got: `{ ${Object.keys(options).join(", ")} }`,
      hint: "pass runningMean and runningVar, or training: true",
    });
  }
  if (training && countOf(x) === 1) {
    throw new ValueError("batchNorm: training needs more than one value a channel", {
      got: format(x.shape),
      hint: "use a larger batch, or training: false",
    });
  }
}

/** running ← (1 − momentum) · running + momentum · batch. */
function follow(running: Tensor | null, batch: Tensor, momentum: number | Tensor): void {
  if (running === null) return;
  const rest = typeof momentum === "number" ? 1 - momentum : sub(1, momentum);
  const next = add(mul(running, rest), mul(reshapeTo(batch, { shape: running.shape }), momentum));
  running.assign(castTo(next, running.dtype));
}

/**
 * (x − mean) / √(variance + eps) · weight + bias channel by channel (Ioffe & Szegedy 2015). In training mean and variance
 * are the batch's own (the biased variance), and the running ones are moved towards them (the unbiased variance).
 *
 * @param x [N, C, ...]
 * @throws OptionError outside training without running statistics.
 * @throws ValueError in training with a single value a channel.
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  check(x, options);
  const { runningMean = null, runningVar = null, weight, bias, training = false, momentum = 0.1, eps = 1e-5 } = options;
  const shape = x.shape.map((extent, d) => (d === 1 ? extent : 1)); // [1, C, 1, ...]
  const spread = (tensor: Tensor): Tensor => reshapeTo(castTo(tensor, x.dtype), { shape });
  const dims = [...x.shape.keys()].filter((d) => d !== 1);
  const centre = training ? mean(x, dims, { keepdim: true }) : spread(runningMean!);
  const centred = sub(x, centre);
  const variance = training ? mean(mul(centred, centred), dims, { keepdim: true }) : spread(runningVar!);
  if (training) {
    const count = countOf(x);
    noGrad(() => {
      follow(runningMean, centre, momentum);
      follow(runningVar, div(mul(variance, count), count - 1), momentum);
    });
  }
  let result = mul(centred, rsqrt(add(variance, eps)));
  if (weight) result = mul(result, spread(weight));
  if (bias) result = add(result, spread(bias));
  return result;
}
