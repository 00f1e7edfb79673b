import { CheckpointError, formatShape, full, noGrad, sameShape, Tensor, tensor } from "@typegrad/autograd";
import {
  checkNotNegative,
  groupsOf,
  type OptimizerOptions,
  type ParameterGroup,
  type Parameters,
  type Rules,
} from "./parameter-group.js";

/** The running averages of one parameter, each of its shape and dtype, by PyTorch's name. */
export type Moments = Readonly<Record<string, Tensor>>;

/** Writes the new value of one parameter and its moments; `i` is its place in the group. */
export type Update = (parameter: Tensor, gradient: Tensor, moments: Moments, i: number) => void;

/**
 * Changes parameters in the direction that their gradients give. A parameter without a gradient is left alone.
 *
 * All state is allocated in the constructor: the rate of each group and the step counts of its parameters as float64
 * tensors, averages as tensors of the parameters' shapes. Other options stay as they are given.
 */
export abstract class Optimizer<Options extends OptimizerOptions = OptimizerOptions> {
  /** The parameters with their options; `paramGroups[i].lr` is the rate of one group. */
  readonly paramGroups: readonly ParameterGroup<Options>[];
  readonly #moments: ReadonlyMap<Tensor, Moments>;
  readonly #name: string;

  protected constructor(rules: Rules<Options>, parameters: Parameters<Options>, options: Options) {
    this.#name = rules.name;
    this.paramGroups = groupsOf(rules, parameters, options);
    const momentsOf = ({ settings }: ParameterGroup<Options>, { shape, dtype }: Tensor): Moments =>
      Object.fromEntries(
        Object.entries(rules.moments(settings)).map(([name, value]) => [name, full(shape, value, { dtype })]),
      );
    this.#moments = new Map(
      this.paramGroups.flatMap((group) => group.params.map((x) => [x, momentsOf(group, x)] as const)),
    );
  }

  /**
   * What is computed once a step for a whole group, `group.steps` being counted already, and then done to each of its
   * parameters. Nothing is recorded meanwhile.
   */
  protected abstract prepare(group: ParameterGroup<Options>): Update;

  /** The rate of the first group. Setting it sets that of every group. */
  get learningRate(): number {
    return this.paramGroups[0]!.lr;
  }

  set learningRate(value: number) {
    for (const group of this.paramGroups) group.lr = value;
  }

  /** Updates every parameter that has a gradient. */
  step(): void {
    noGrad(() => {
      for (const group of this.paramGroups) {
        const { params, steps } = group;
        const counts = params.map(({ grad }) => Number(grad !== null));
        if (!counts.includes(1)) continue;
        steps.assign(steps.add(counts.includes(0) ? tensor(counts, { dtype: "float64" }) : 1));
        const update = this.prepare(group);
        for (const [i, parameter] of params.entries()) {
          if (parameter.grad !== null) update(parameter, parameter.grad, this.#moments.get(parameter)!, i);
        }
      }
    });
  }

  /** Forgets the gradients of all parameters: sets them to `null`. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const parameter of params) parameter.grad = null;
  }

  /** Every tensor of the state with its key: rates by group, the rest by the parameter's number over all groups. */
  *#tensors(): Generator<readonly [string, Tensor]> {
    for (const [i, group] of this.paramGroups.entries()) yield [`param_groups.${i}.lr`, group.rate];
    const steps = this.paramGroups.flatMap((group) => group.params.map((_, i) => group.steps.select(0, i)));
    for (const [i, moments] of [...this.#moments.values()].entries()) {
      yield [`state.${i}.step`, steps[i]!];
      for (const [name, moment] of Object.entries(moments)) yield [`state.${i}.${name}`, moment];
    }
  }

  /**
   * Copies of all state: `param_groups.0.lr`, `state.0.step`, `state.0.exp_avg`, … A flat dict of tensors, as
   * safetensors files hold. Options other than the rate are not in it: the constructor is given those.
   */
  stateDict(): Record<string, Tensor> {
    return noGrad(() => Object.fromEntries([...this.#tensors()].map(([key, tensor]) => [key, tensor.clone()])));
  }

  /**
   * Takes over the state of an optimizer over the same parameters in the same order. Nothing is changed unless all fits.
   * @throws CheckpointError naming a key that is missing, unexpected or of another shape; ValueError for a negative rate.
   */
  loadStateDict(dict: Readonly<Record<string, Tensor>>): void {
    const own = new Map(this.#tensors());
    const key = [...Object.keys(dict), ...own.keys()].find((name) => !own.has(name) || !Object.hasOwn(dict, name));
    if (key !== undefined) {
      throw new CheckpointError(`${this.#name}: the state-dict does not fit`, {
        got: `${own.has(key) ? "no" : "an unexpected"} key "${key}"`,
        hint: "use the same optimizer with the same options and the same parameters",
      });
    }
    for (const [name, tensor] of own) {
      const value: unknown = dict[name];
      if (value instanceof Tensor && sameShape(tensor.shape, value.shape)) continue;
      throw new CheckpointError(`${this.#name}: "${name}" has another shape`, {
        got: `${value instanceof Tensor ? formatShape(value.shape) : typeof value} for ${formatShape(tensor.shape)}`,
        hint: "the parameters must be the same, in the same order",
      });
    }
    for (const i of this.paramGroups.keys()) {
      checkNotNegative(this.#name, "lr", dict[`param_groups.${i}.lr`]!.item());
    }
    noGrad(() => {
      for (const [name, tensor] of own) tensor.assign(dict[name]!.detach().to(tensor.dtype));
    });
  }
}
