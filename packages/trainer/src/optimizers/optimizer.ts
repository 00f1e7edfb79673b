import { CheckpointError, formatShape, noGrad, sameShape, Tensor, zerosLike } from "@typegrad/autograd";
import {
  checkNotNegative,
  groupsOf,
  type OptimizerOptions,
  type ParameterGroup,
  type Parameters,
  type Rules,
  scalar,
} from "./parameter-group.js";

/** What an optimizer keeps for one parameter. */
export interface ParameterState {
  /** How many updates the parameter has had: 0-d, float64. */
  readonly step: Tensor;
  /** The running averages, each of the parameter's shape and dtype, by PyTorch's name. */
  readonly moments: Readonly<Record<string, Tensor>>;
}

/**
 * Changes parameters in the direction that their gradients give. A parameter without a gradient is left alone.
 *
 * All state is allocated in the constructor: `learningRate` and step counts as 0-d float64 tensors, averages as tensors
 * of the parameters' shapes. Other options stay as they are given.
 */
export abstract class Optimizer<Options extends OptimizerOptions = OptimizerOptions> {
  /** The parameters with their options; `paramGroups[i].lr` is the rate of one group. */
  readonly paramGroups: readonly ParameterGroup<Options>[];
  readonly #states: ReadonlyMap<Tensor, ParameterState>;
  readonly #name: string;

  protected constructor(rules: Rules<Options>, parameters: Parameters<Options>, options: Options) {
    this.#name = rules.name;
    this.paramGroups = groupsOf(rules, parameters, options);
    const stateOf = (group: ParameterGroup<Options>, parameter: Tensor): ParameterState => ({
      step: scalar(0),
      moments: Object.fromEntries(rules.moments(group.settings).map((name) => [name, zerosLike(parameter)])),
    });
    this.#states = new Map(
      this.paramGroups.flatMap((group) => group.params.map((x) => [x, stateOf(group, x)] as const)),
    );
  }

  /** Writes the new value of one parameter; the state's step is counted already. Nothing is recorded meanwhile. */
  protected abstract update(
    parameter: Tensor,
    gradient: Tensor,
    state: ParameterState,
    group: ParameterGroup<Options>,
  ): void;

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
        for (const parameter of group.params) {
          if (parameter.grad === null) continue;
          const state = this.#states.get(parameter)!;
          state.step.assign(state.step.add(1));
          this.update(parameter, parameter.grad, state, group);
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
    for (const [i, { step, moments }] of [...this.#states.values()].entries()) {
      yield [`state.${i}.step`, step];
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
