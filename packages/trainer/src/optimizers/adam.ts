import { adaptiveStep, addScaled, firstMoment, maximum, pow, secondMoment, type Tensor } from "@typegrad/autograd";
import { Optimizer, type Update } from "./optimizer.js";
import {
  checkDecay,
  checkNotNegative,
  type OptimizerOptions,
  type ParameterGroup,
  type Parameters,
  type Rules,
  scalar,
} from "./parameter-group.js";

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions extends OptimizerOptions {
  /** How much of the averages of g and g² remains each step. Default [0.9, 0.999]; the Transformer's: [0.9, 0.98]. */
  readonly betas?: readonly [number, number];
  /** Added to the root, after the bias is corrected. Default 1e-8; the Transformer's: 1e-9. */
  readonly eps?: number;
  /** Adam adds weightDecay · x to the gradient (default 0); AdamW takes lr · weightDecay · x off x (default 0.01). */
  readonly weightDecay?: number;
  /** Divides by the largest average of g² so far. Default false. */
  readonly amsgrad?: boolean;
}

const rules = (name: string, weightDecay: number): Rules<AdamOptions> => ({
  name,
  defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay, amsgrad: false },
  moments: ({ amsgrad }) => ({ exp_avg: 0, exp_avg_sq: 0, ...(amsgrad && { max_exp_avg_sq: 0 }) }),
  check({ betas, eps, weightDecay }) {
    checkDecay(name, "betas[0]", betas[0]);
    checkDecay(name, "betas[1]", betas[1]);
    checkNotNegative(name, "eps", eps);
    checkNotNegative(name, "weightDecay", weightDecay);
  },
});

/** 1 − beta^step: what is missing in averages that began at 0. */
const bias = (beta: number, steps: Tensor): Tensor => pow(scalar(beta), steps).neg().add(1);

/** The step of both: averages of g and g², their bias corrected, then x ← x − lr · m̂ / (√v̂ + eps). */
function adapt({ rate, steps, settings }: ParameterGroup<AdamOptions>): Update {
  const [beta1, beta2] = settings.betas;
  const [decay1, share1, decay2, share2] = [beta1, 1 - beta1, beta2, 1 - beta2].map(scalar);
  const eps = scalar(settings.eps);
  // A parameter that never had a gradient has no bias to correct: as if at its first step, it divides nothing by 0.
  const counts = maximum(steps, 1);
  const rates = rate.div(bias(beta1, counts));
  const corrections = bias(beta2, counts).sqrt();
  return (x, g, moments, i) => {
    const first = moments.exp_avg!;
    let second = moments.exp_avg_sq!;
    const largest = moments.max_exp_avg_sq;
    first.assign(firstMoment(first, g, decay1!, share1!));
    second.assign(secondMoment(second, g, decay2!, share2!));
    if (largest !== undefined) second = largest.assign(maximum(largest, second));
    x.assign(adaptiveStep(x, first, second, rates.select(0, i), corrections.select(0, i), eps));
  };
}

/**
 * Adam: steps of about the rate's size, x ← x − lr · m̂ / (√v̂ + eps), where m̂ and v̂ are the averages of g and g² with
 * their bias corrected. Kingma and Ba, https://arxiv.org/abs/1412.6980, algorithm 1.
 *
 * @throws OptionError without parameters, for one that comes twice, for unknown options; ValueError for those out of range.
 * @example
 * ```ts
 * const model = new Linear(3, 2);
 * const optimizer = new Adam(model.parameters(), { betas: [0.9, 0.98], eps: 1e-9 }); // Vaswani et al., section 5.3
 * ```
 */
export class Adam extends Optimizer<AdamOptions> {
  constructor(parameters: Parameters<AdamOptions>, options: AdamOptions = {}) {
    super(rules("Adam", 0), parameters, options);
  }

  protected override prepare(group: ParameterGroup<AdamOptions>): Update {
    const adaptive = adapt(group);
    const { weightDecay } = group.settings;
    if (weightDecay === 0) return adaptive;
    const decay = scalar(weightDecay);
    return (x, gradient, moments, i) => adaptive(x, addScaled(gradient, x, decay), moments, i);
  }
}

/**
 * Adam whose weight decay does not pass through the averages: first x ← x − lr · weightDecay · x, then Adam's step.
 * Loshchilov and Hutter, https://arxiv.org/abs/1711.05101, algorithm 2.
 *
 * @throws OptionError without parameters, for one that comes twice, for unknown options; ValueError for those out of range.
 * @example
 * ```ts
 * const weight = tensor([1], { requiresGrad: true });
 * const optimizer = new AdamW([weight], { lr: 0.1, weightDecay: 0.5 });
 * weight.mul(0).sum().backward();
 * optimizer.step();
 * weight.toArray(); // [0.95]
 * ```
 */
export class AdamW extends Optimizer<AdamOptions> {
  constructor(parameters: Parameters<AdamOptions>, options: AdamOptions = {}) {
    super(rules("AdamW", 0.01), parameters, options);
  }

  protected override prepare(group: ParameterGroup<AdamOptions>): Update {
    const adaptive = adapt(group);
    const { weightDecay } = group.settings;
    if (weightDecay === 0) return adaptive;
    const shrink = group.rate.mul(-weightDecay);
    return (x, gradient, moments, i) => {
      x.assign(addScaled(x, x, shrink));
      adaptive(x, gradient, moments, i);
    };
  }
}
