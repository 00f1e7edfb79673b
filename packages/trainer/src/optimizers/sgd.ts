import { addScaled, OptionError, type Tensor, tensor, zerosLike } from "@typegrad/autograd";
import { type Group, Optimizer, type OptimizerOptions, type ParameterGroup } from "./optimizer.js";

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** Default 0. */
  readonly momentum?: number;
  /** What the gradient's share in the momentum is less than 1. Default 0. */
  readonly dampening?: number;
  /** Look ahead along the momentum (Nesterov 1983). Default false. */
  readonly nesterov?: boolean;
}

const defaults = { lr: 0.001, weightDecay: 0, momentum: 0, dampening: 0, nesterov: false };

/** Stochastic gradient descent: p ← p − lr · v with v ← momentum · v + (1 − dampening) · g, the first v being g itself. */
export class SGD extends Optimizer<SGDOptions> {
  readonly #momenta: readonly Tensor[];
  /** 1 for each parameter whose momentum has begun, int32. */
  readonly #begun: readonly Tensor[];

  constructor(parameters: Iterable<Tensor> | readonly ParameterGroup<SGDOptions>[], options: SGDOptions = {}) {
    super("SGD", parameters, options, defaults);
    for (const { options: own } of this.groups) {
      if (own.nesterov && (own.momentum <= 0 || own.dampening !== 0)) {
        throw new OptionError("SGD: nesterov needs momentum and no dampening", {
          got: `momentum ${own.momentum}, dampening ${own.dampening}`,
          hint: "for instance momentum 0.9, dampening 0",
        });
      }
    }
    // Without momentum there is nothing to keep but a place.
    this.#momenta = this.groups.flatMap(({ parameters: own, options: { momentum } }) =>
      own.map((parameter) => (momentum === 0 ? tensor(0) : zerosLike(parameter))),
    );
    this.#begun = this.#momenta.map(() => tensor(0, { dtype: "int32" }));
  }

  protected *state(): Generator<readonly [string, Tensor]> {
    for (const [i, x] of this.#momenta.entries()) yield [`momentum.${i}`, x];
    for (const [i, x] of this.#begun.entries()) yield [`begun.${i}`, x];
  }

  protected update(parameter: Tensor, gradient: Tensor, { options, rate }: Group<SGDOptions>, index: number): void {
    const { momentum, dampening, nesterov, weightDecay } = options;
    let direction = weightDecay === 0 ? gradient : gradient.add(parameter.detach().mul(weightDecay));
    if (momentum !== 0) {
      const velocity = this.#momenta[index]!;
      const begun = this.#begun[index]!;
      const next = velocity.mul(momentum).add(direction.mul(1 - dampening));
      velocity.assign(begun.ne(0).where(next, direction));
      begun.assign(tensor(1, { dtype: "int32" }));
      direction = nesterov ? direction.add(velocity.mul(momentum)) : velocity.detach();
    }
    parameter.assign(addScaled(parameter.detach(), direction, rate.neg().to(parameter.dtype)));
  }
}
