import { addScaled, eq, firstMoment, OptionError, where } from "@typegrad/autograd";
import { Optimizer, type Update } from "./optimizer.js";
import {
  checkNotNegative,
  type OptimizerOptions,
  type ParameterGroup,
  type Parameters,
  type Rules,
  scalar,
} from "./parameter-group.js";

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** How much of the last direction remains. Default 0: none is kept. */
  readonly momentum?: number;
  /** How much of a new gradient is left out of the direction. Default 0. */
  readonly dampening?: number;
  /** Looks ahead: steps along g + momentum · d. Default false. */
  readonly nesterov?: boolean;
  /** Adds weightDecay · x to the gradient of x. Default 0. */
  readonly weightDecay?: number;
}

const rules: Rules<SGDOptions> = {
  name: "SGD",
  defaults: { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 },
  moments: ({ momentum }) => (momentum === 0 ? {} : { momentum_buffer: 0 }),
  check({ momentum, dampening, nesterov, weightDecay }) {
    checkNotNegative("SGD", "momentum", momentum);
    checkNotNegative("SGD", "weightDecay", weightDecay);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new OptionError("SGD: nesterov needs momentum and no dampening", {
        got: `momentum ${momentum}, dampening ${dampening}`,
        hint: "set momentum, for instance 0.9, and leave dampening out",
      });
    }
  },
};

/**
 * Stochastic gradient descent: x ← x − lr · d with d ← momentum · d + (1 − dampening) · g, where the first d is g.
 *
 * @throws OptionError without parameters, for one that comes twice, for unknown options; ValueError for negative ones.
 * @example
 * ```ts
 * const weight = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new SGD([weight], { lr: 0.1, momentum: 0.9 });
 * weight.mul(weight).sum().backward();
 * optimizer.step();
 * weight.toArray(); // [0.8, 1.6]
 * ```
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(parameters: Parameters<SGDOptions>, options: SGDOptions = {}) {
    super(rules, parameters, options);
  }

  protected override prepare({ rate, steps, settings }: ParameterGroup<SGDOptions>): Update {
    const { dampening, nesterov, weightDecay } = settings;
    const [momentum, decay] = [scalar(settings.momentum), scalar(weightDecay)];
    const down = rate.neg();
    const share = scalar(1 - dampening);
    const shares = dampening === 0 ? null : where(eq(steps, 1), scalar(1), share);
    return (x, gradient, moments, i) => {
      const g = weightDecay === 0 ? gradient : addScaled(gradient, x, decay);
      let direction = g;
      const buffer = moments.momentum_buffer;
      if (buffer !== undefined) {
        buffer.assign(firstMoment(buffer, g, momentum, shares?.select(0, i) ?? share));
        direction = nesterov ? addScaled(g, buffer, momentum) : buffer;
      }
      x.assign(addScaled(x, direction, down));
    };
  }
}
