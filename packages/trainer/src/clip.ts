import {
  checkOptions,
  clamp,
  div,
  minimum,
  noGrad,
  norm,
  stack,
  type Tensor,
  ValueError,
  wrap,
} from "@typegrad/autograd";

/** Options of {@link clipGradNorm}. */
export interface ClipGradNormOptions {
  /** The order of the norm, any number; `Infinity` takes the largest element. Default 2. */
  readonly normType?: number;
}

function checkLimit(operation: string, name: string, value: number): void {
  if (value >= 0) return;
  throw new ValueError(`${operation}: ${name} must not be negative`, {
    got: String(value),
    hint: "use a number from 0 up, for instance 1",
  });
}

/**
 * Scales all gradients by min(1, maxNorm / (total + 1e-6)), where total is the norm of the norms of the gradients: for a
 * normType other than 0 that of all their elements together. Each `grad` becomes a new tensor. Pascanu, Mikolov and
 * Bengio, https://arxiv.org/abs/1211.5063, algorithm 1.
 *
 * @param parameters those without a gradient are left out
 * @param maxNorm the norm to stay below
 * @returns the total norm before clipping, 0-d float64; NaN or infinite when a gradient is
 * @throws ValueError for a negative maxNorm, or a normType that is no number.
 */
export function clipGradNorm(
  parameters: readonly Tensor[],
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  checkOptions("clipGradNorm", options, ["normType"]);
  checkLimit("clipGradNorm", "maxNorm", maxNorm);
  const { normType: p = 2 } = options;
  if (typeof p !== "number" || Number.isNaN(p)) {
    throw new ValueError("clipGradNorm: normType must be a number", {
      got: String(p),
      hint: "use 2, 1 or Infinity",
    });
  }
  return noGrad(() => {
    const clipped = parameters.filter(({ grad }) => grad !== null);
    if (clipped.length === 0) return wrap(Float64Array.of(0), "float64", []);
    const norms = clipped.filter(({ size }) => size > 0).map(({ grad }) => norm(grad!, { p }).to("float64"));
    const total = norms.length === 0 ? wrap(Float64Array.of(0), "float64", []) : norm(stack(norms), { p });
    const factor = minimum(div(maxNorm, total.add(1e-6)), 1);
    for (const parameter of clipped) parameter.grad = parameter.grad!.mul(factor.to(parameter.grad!.dtype));
    return total;
  });
}

/**
 * Holds every element of every gradient within [−limit, limit]. Each `grad` becomes a new tensor.
 * @throws ValueError for a negative limit.
 */
export function clipGradValue(parameters: readonly Tensor[], limit: number): void {
  checkLimit("clipGradValue", "limit", limit);
  noGrad(() => {
    for (const parameter of parameters) {
      if (parameter.grad !== null) parameter.grad = clamp(parameter.grad, { min: -limit, max: limit });
    }
  });
}
