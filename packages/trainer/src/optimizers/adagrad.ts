import { adaptiveStep, addScaled, maximum, secondMoment } from "@typegrad/autograd";
import { Optimizer, type Update } from "./optimizer.js";
import {
  checkNotNegative,
  type OptimizerOptions,
  type ParameterGroup,
  type Parameters,
  type Rules,
  scalar,
} from "./parameter-group.js";

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** The rate of step s is lr / (1 + (s − 1) · lrDecay). Default 0. */
  readonly lrDecay?: number;
  /** Adds weightDecay · x to the gradient of x. Default 0. */
  readonly weightDecay?: number;
  /** What the sums of g² begin with. Default 0. */
  readonly initialAccumulatorValue?: number;
  /** Added to the root. Default 1e-10. */
  readonly eps?: number;
}

const rules: Rules<AdagradOptions> = {
  name: "Adagrad",
  defaults: { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 },
  moments: ({ initialAccumulatorValue }) => ({ sum: initialAccumulatorValue }),
  check({ lrDecay, weightDecay, initialAccumulatorValue, eps }) {
    checkNotNegative("Adagrad", "lrDecay", lrDecay);
    checkNotNegative("Adagrad", "weightDecay", weightDecay);
    checkNotNegative("Adagrad", "initialAccumulatorValue", initialAccumulatorValue);
    checkNotNegative("Adagrad", "eps", eps);
  },
};

/**
 * Adagrad: elements whose gradients were large so far take smaller steps, v ← v + g², then
 * x ← x − lr / (1 + (s − 1) · lrDecay) · g / (√v + eps) at step s. Duchi, Hazan and Singer, "Adaptive Subgradient Methods
 * for Online Learning and Stochastic Optimization", https://jmlr.org/papers/v12/duchi11a.html, with a diagonal matrix.
 *
 * @throws OptionError without parameters, for one that comes twice, for unknown options; ValueError for negative ones.
 * @example
 * ```ts
 * const weight = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new Adagrad([weight], { lr: 0.5 });
 * weight.mul(weight).sum().backward();
 * optimizer.step();
 * weight.toArray(); // [0.5, 1.5]
 * ```
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(parameters: Parameters<AdagradOptions>, options: AdagradOptions = {}) {
    super(rules, parameters, options);
  }

  protected override prepare({ rate, steps, settings }: ParameterGroup<AdagradOptions>): Update {
    const { lrDecay, weightDecay } = settings;
    const [decay, one, eps] = [scalar(weightDecay), scalar(1), scalar(settings.eps)];
    // A parameter that never had a gradient is at its first step: 1 + (0 − 1) · lrDecay might be 0.
    const rates = rate.div(maximum(steps, 1).sub(1).mul(lrDecay).add(1));
    return (x, gradient, moments, i) => {
      const g = weightDecay === 0 ? gradient : addScaled(gradient, x, decay);
      const sum = moments.sum!;
      sum.assign(secondMoment(sum, g, one, one));
      x.assign(adaptiveStep(x, g, sum, rates.select(0, i), one, eps));
    };
  }
}
