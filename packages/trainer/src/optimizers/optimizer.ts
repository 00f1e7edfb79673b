import {
  CheckpointError,
  checkOptions,
  noGrad,
  OptionError,
  type Tensor,
  tensor,
  ValueError,
} from "@typegrad/autograd";

/** Parameters with options of their own. */
export type ParameterGroup<Options> = { readonly params: Iterable<Tensor> } & Partial<Options>;

/** Tensors by name. */
export type OptimizerState = Record<string, Tensor>;

/** The options that every optimizer has. */
export interface OptimizerOptions {
  /** The learning rate. */
  readonly lr?: number;
  /** An L2 penalty, as a part of the gradient. Default 0. */
  readonly weightDecay?: number;
}

/** A group as the update sees it: all options set, and its state. */
export interface Group<Options> {
  readonly parameters: readonly Tensor[];
  readonly options: Readonly<Required<Options>>;
  /** 0-d float64. */
  readonly rate: Tensor;
}

/**
 * What the optimizers have in common: groups, the learning rate and step count as 0-d float64 tensors, and state that is
 * allocated in the constructor. Every option but the learning rate is fixed.
 */
export abstract class Optimizer<Options extends OptimizerOptions> {
  readonly groups: readonly Group<Options>[];
  /** How many steps were made, 0-d float64. */
  readonly stepCount: Tensor = tensor(0, { dtype: "float64" });

  constructor(
    readonly name: string,
    parameters: Iterable<Tensor> | readonly ParameterGroup<Options>[],
    options: Options,
    defaults: Required<Options>,
  ) {
    const known = Object.keys(defaults);
    checkOptions(name, options, known);
    const seen = new Set<Tensor>();
    this.groups = groupsOf<Options>(parameters).map(({ params, ...own }) => {
      checkOptions(`${name} group`, own, known);
      const all = { ...defaults, ...options, ...own } as Required<Options>;
      checkRates(name, all as OptimizerOptions);
      return {
        parameters: distinct(name, params, seen),
        options: all,
        rate: tensor(all.lr as number, { dtype: "float64" }),
      };
    });
    if (seen.size === 0) {
      throw new ValueError(`${name}: no parameters`, { got: "an empty list", hint: "pass model.parameters()" });
    }
  }

  /** The learning rate of the first group; setting it sets that of all. */
  get learningRate(): number {
    return this.groups[0]!.rate.item();
  }

  set learningRate(rate: number) {
    if (!(rate >= 0) || !Number.isFinite(rate)) {
      throw new ValueError(`${this.name}: not a learning rate`, { got: String(rate), hint: "a number of at least 0" });
    }
    noGrad(() => {
      for (const group of this.groups) group.rate.assign(tensor(rate, { dtype: "float64" }));
    });
  }

  /** The tensors that {@link stateDict} holds, beside rates and step count. */
  protected abstract state(): Iterable<readonly [string, Tensor]>;

  /** Updates one parameter from its gradient. */
  protected abstract update(parameter: Tensor, gradient: Tensor, group: Group<Options>, index: number): void;

  /** One step: every parameter that has a gradient moves. */
  step(): void {
    noGrad(() => {
      this.stepCount.assign(this.stepCount.add(1));
      let index = 0;
      for (const group of this.groups) {
        for (const parameter of group.parameters) {
          if (parameter.grad !== null) this.update(parameter, parameter.grad, group, index);
          index++;
        }
      }
    });
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const { parameters } of this.groups) for (const parameter of parameters) parameter.grad = null;
  }

  *#all(): Generator<readonly [string, Tensor]> {
    yield ["step", this.stepCount];
    for (const [i, { rate }] of this.groups.entries()) yield [`rate.${i}`, rate];
    yield* this.state();
  }

  /** Copies of the step count, the rates and all moments. */
  stateDict(): OptimizerState {
    return Object.fromEntries([...this.#all()].map(([name, x]) => [name, noGrad(() => x.clone())]));
  }

  /**
   * Takes over what {@link stateDict} gave. Nothing is changed unless all of it fits.
   * @throws CheckpointError for a missing, unexpected or misshapen entry.
   */
  loadStateDict(dict: OptimizerState): void {
    const own = new Map(this.#all());
    const wrong = [...own].find(
      ([name, x]) => String(dict[name]?.shape) !== String(x.shape) || dict[name]?.dtype !== x.dtype,
    );
    const unexpected = Object.keys(dict).find((name) => !own.has(name));
    if (wrong !== undefined || unexpected !== undefined) {
      throw new CheckpointError(`${this.name}: the state is not this optimizer's`, {
        got: unexpected === undefined ? `"${wrong![0]}" missing or of another shape` : `"${unexpected}" is unexpected`,
        hint: "load it into an optimizer of the same parameters and options",
      });
    }
    noGrad(() => {
      for (const [name, x] of own) x.assign(dict[name]!);
    });
  }
}

function groupsOf<Options>(
  given: Iterable<Tensor> | readonly ParameterGroup<Options>[],
): readonly ParameterGroup<Options>[] {
  const list = [...(given as Iterable<Tensor | ParameterGroup<Options>>)];
  return list.some((item) => "params" in item)
    ? (list as ParameterGroup<Options>[])
    : [{ params: list as Tensor[] } as unknown as ParameterGroup<Options>];
}

function distinct(name: string, params: Iterable<Tensor>, seen: Set<Tensor>): Tensor[] {
  const list = [...params];
  for (const parameter of list) {
    if (seen.has(parameter)) {
      throw new OptionError(`${name}: a parameter comes twice`, {
        got: `a parameter of shape [${parameter.shape.join(", ")}]`,
        hint: "each parameter belongs to one group",
      });
    }
    seen.add(parameter);
  }
  return list;
}

function checkRates(name: string, options: OptimizerOptions): void {
  for (const key of ["lr", "weightDecay"] as const) {
    const value = options[key]!;
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new ValueError(`${name}: ${key} must be at least 0`, { got: String(value), hint: "for instance 0.001" });
  }
}
