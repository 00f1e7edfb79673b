import { adaptiveStep, addScaled, clamp, firstMoment, secondMoment, type Tensor } from "@typegrad/autograd";
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

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends OptimizerOptions {
  /** How much of the average of g² remains each step. Default 0.99. */
  readonly alpha?: number;
  /** Added to the root. Default 1e-8. */
  readonly eps?: number;
  /** How much of the last direction remains. Default 0: none is kept. */
  readonly momentum?: number;
  /** Divides by the root of the variance of g instead of that of the average of g². Default false. */
  readonly centered?: boolean;
  /** Adds weightDecay · x to the gradient of x. Default 0. */
  readonly weightDecay?: number;
}

const rules: Rules<RMSpropOptions> = {
  name: "RMSprop",
  defaults: { lr: 1e-2, alpha: 0.99, eps: 1e-8, momentum: 0, centered: false, weightDecay: 0 },
  moments: ({ momentum, centered }) => ({
    square_avg: 0,
    ...(momentum !== 0 && { momentum_buffer: 0 }),
    ...(centered && { grad_avg: 0 }),
  }),
  check({ alpha, eps, momentum, weightDecay }) {
    checkDecay("RMSprop", "alpha", alpha);
    checkNotNegative("RMSprop", "eps", eps);
    checkNotNegative("RMSprop", "momentum", momentum);
    checkNotNegative("RMSprop", "weightDecay", weightDecay);
  },
};

/** The average of g² less the square of that of g; never below 0, where rounding may take it. */
const variance = (second: Tensor, first: Tensor): Tensor => clamp(second.sub(first.mul(first)), { min: 0 });

/**
 * RMSprop: divides the gradient by the root of a running average of its square, v ← alpha · v + (1 − alpha) · g², then
 * x ← x − lr · g / (√v + eps). With momentum the step is lr · d, where d ← momentum · d + g / (√v + eps); centered, v
 * less the square of the running average of g stands under the root. Hinton, "Neural Networks for Machine Learning",
 * lecture 6e, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf; centered: Graves,
 * https://arxiv.org/abs/1308.0850, equations 38 to 45.
 *
 * @throws OptionError without parameters, for one that comes twice, for unknown options; ValueError for those out of range.
 * @example
 * ```ts
 * const weight = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new RMSprop([weight], { lr: 0.1, alpha: 0.75 });
 * weight.mul(weight).sum().backward();
 * optimizer.step();
 * weight.toArray(); // [0.8, 1.8]
 * ```
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(parameters: Parameters<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(rules, parameters, options);
  }

  protected override prepare({ rate, settings }: ParameterGroup<RMSpropOptions>): Update {
    const { alpha, weightDecay } = settings;
    const [kept, share, one] = [scalar(alpha), scalar(1 - alpha), scalar(1)];
    const [eps, momentum, decay] = [scalar(settings.eps), scalar(settings.momentum), scalar(weightDecay)];
    const down = rate.neg();
    return (x, gradient, moments) => {
      const g = weightDecay === 0 ? gradient : addScaled(gradient, x, decay);
      const { square_avg: second, grad_avg: first, momentum_buffer: buffer } = moments;
      second!.assign(secondMoment(second!, g, kept, share));
      first?.assign(firstMoment(first, g, kept, share));
      const square = first === undefined ? second! : variance(second!, first);
      if (buffer === undefined) {
        x.assign(adaptiveStep(x, g, square, rate, one, eps));
      } else {
        buffer.assign(firstMoment(buffer, g.div(square.sqrt().add(eps)), momentum, one));
        x.assign(addScaled(x, buffer, down));
      }
    };
  }
}
