import { checkOptions, noGrad, stack, type Tensor, tensor, ValueError } from "@typegrad/autograd";

/**
 * Scales all gradients together so that their norm is at most `maxNorm`: by min(1, maxNorm / (norm + 1e-6)) (Pascanu et
 * al. 2013).
 *
 * @param options.normType the order of the norm; default 2
 * @returns the norm before, 0-d
 */
export function clipGradNorm(
  parameters: Iterable<Tensor>,
  maxNorm: number,
  options: { readonly normType?: number } = {},
): Tensor {
  checkOptions("clipGradNorm", options, ["normType"]);
  if (!(maxNorm >= 0))
    throw new ValueError("clipGradNorm: maxNorm must be at least 0", { got: String(maxNorm), hint: "1" });
  const { normType: p = 2 } = options;
  const withGradient = [...parameters].filter(({ grad }) => grad !== null);
  if (withGradient.length === 0) return tensor(0);
  return noGrad(() => {
    const total = stack(withGradient.map(({ grad }) => grad!.norm({ p }))).norm({ p });
    const factor = total.add(1e-6).pow(-1).mul(maxNorm).clamp({ max: 1 });
    for (const parameter of withGradient) parameter.grad = parameter.grad!.mul(factor);
    return total;
  });
}

/** Holds every element of the gradients between −limit and limit. */
export function clipGradValue(parameters: Iterable<Tensor>, limit: number): void {
  if (!(limit >= 0))
    throw new ValueError("clipGradValue: the limit must be at least 0", { got: String(limit), hint: "1" });
  noGrad(() => {
    for (const parameter of parameters) parameter.grad = parameter.grad?.clamp({ min: -limit, max: limit }) ?? null;
  });
}
