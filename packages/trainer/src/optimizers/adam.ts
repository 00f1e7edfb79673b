import {
  adaptiveStep,
  firstMoment,
  math,
  secondMoment,
  type Tensor,
  tensor,
  ValueError,
  zerosLike,
} from "@typegrad/autograd";
import { type Group, Optimizer, type OptimizerOptions, type ParameterGroup } from "./optimizer.js";

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions extends OptimizerOptions {
  /** How slowly the two moments fade. Default [0.9, 0.999]; the Transformer's paper has [0.9, 0.98]. */
  readonly betas?: readonly [number, number];
  /** Added to the root, outside of it. Default 1e-8. */
  readonly eps?: number;
}

const defaults = { lr: 0.001, weightDecay: 0, betas: [0.9, 0.999], eps: 1e-8 } as const;

/**
 * Adam (Kingma & Ba 2015): p ← p − lr · m̂ / (√v̂ + eps) with m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², both divided
 * by 1 − β^step. Weight decay is added to the gradient.
 */
export class Adam extends Optimizer<AdamOptions> {
  readonly #first: readonly Tensor[];
  readonly #second: readonly Tensor[];

  constructor(
    parameters: Iterable<Tensor> | readonly ParameterGroup<AdamOptions>[],
    options: AdamOptions = {},
    name = "Adam",
    fixed: Required<AdamOptions> = defaults,
  ) {
    super(name, parameters, options, fixed);
    for (const { options: own } of this.groups) {
      if (own.betas.length === 2 && own.betas.every((beta) => beta >= 0 && beta < 1)) continue;
      throw new ValueError(`${name}: betas are two numbers in [0, 1)`, {
        got: String(own.betas),
        hint: "[0.9, 0.999]",
      });
    }
    const all = this.groups.flatMap((group) => group.parameters);
    this.#first = all.map(zerosLike);
    this.#second = all.map(zerosLike);
  }

  protected *state(): Generator<readonly [string, Tensor]> {
    for (const [i, x] of this.#first.entries()) yield [`first.${i}`, x];
    for (const [i, x] of this.#second.entries()) yield [`second.${i}`, x];
  }

  /** The parameter's value and gradient with the weight decay in its place. */
  protected decayed(
    value: Tensor,
    gradient: Tensor,
    { options: { weightDecay } }: Group<AdamOptions>,
  ): [Tensor, Tensor] {
    return [value, weightDecay === 0 ? gradient : gradient.add(value.mul(weightDecay))];
  }

  protected update(parameter: Tensor, gradient: Tensor, group: Group<AdamOptions>, index: number): void {
    const { betas, eps } = group.options;
    const [beta1, beta2] = betas;
    const step = this.stepCount.item();
    const number = (value: number): Tensor => tensor(value, { dtype: parameter.dtype });
    const [value, slope] = this.decayed(parameter.detach(), gradient, group);
    const first = this.#first[index]!;
    const second = this.#second[index]!;
    first.assign(firstMoment(first, slope, number(beta1), number(1 - beta1)));
    second.assign(secondMoment(second, slope, number(beta2), number(1 - beta2)));
    const rate = group.rate.item() / (1 - math.pow(beta1, step));
    const correction = Math.sqrt(1 - math.pow(beta2, step));
    parameter.assign(adaptiveStep(value, first, second, number(rate), number(correction), number(eps)));
  }
}

/** Adam with weight decay apart from the gradient (Loshchilov & Hutter 2019): p ← p (1 − lr · weightDecay) first. */
export class AdamW extends Adam {
  constructor(parameters: Iterable<Tensor> | readonly ParameterGroup<AdamOptions>[], options: AdamOptions = {}) {
    super(parameters, options, "AdamW", { ...defaults, weightDecay: 0.01 });
  }

  protected override decayed(value: Tensor, gradient: Tensor, { options, rate }: Group<AdamOptions>): [Tensor, Tensor] {
    return [value.mul(1 - rate.item() * options.weightDecay), gradient];
  }
}
