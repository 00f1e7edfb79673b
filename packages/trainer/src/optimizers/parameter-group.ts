import {
  checkOptions,
  GradError,
  isFloat,
  OptionError,
  type Tensor,
  ValueError,
  wrap,
  zeros,
} from "@typegrad/autograd";
import { readOnly } from "./read-only.js";

/** What every optimizer takes. */
export interface OptimizerOptions {
  /** The learning rate. */
  readonly lr?: number;
}

/** Parameters with options of their own; the optimizer's options hold for those left out. */
export type GroupOptions<Options> = Options & {
  /** Float leaves, each in one group only. */
  readonly params: readonly Tensor[];
};

/** What an optimizer is constructed for: parameters, or groups of them. */
export type Parameters<Options> = readonly Tensor[] | readonly GroupOptions<Options>[];

/** All options of a group but its rate, which alone may change. */
export type Settings<Options> = Readonly<Required<Omit<Options, "lr">>>;

/** What distinguishes one optimizer's options from another's. */
export interface Rules<Options extends OptimizerOptions> {
  /** The optimizer's name, for errors. */
  readonly name: string;
  /** What holds for an option that is left out. */
  readonly defaults: Readonly<Required<Options>>;
  /** What every element of each tensor kept for a parameter begins with, by PyTorch's name of the tensor. */
  moments(settings: Settings<Options>): Readonly<Record<string, number>>;
  /** Throws for options out of range. */
  check(settings: Settings<Options>): void;
}

/** A 0-d float64 tensor, as numbers enter the update loops. */
export const scalar = (value: number): Tensor => wrap(Float64Array.of(value), "float64", []);

/** Throws a ValueError unless `value` is a number from 0 up (NaN is not). */
export function checkNotNegative(operation: string, name: string, value: number): void {
  if (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY) return;
  throw new ValueError(`${operation}: ${name} must not be negative`, {
    got: `${name} ${value}`,
    hint: "use a finite number from 0 up",
  });
}

/** Throws a ValueError unless `value` lies in [0, 1), as factors of decay do. */
export function checkDecay(operation: string, name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new ValueError(`${operation}: ${name} must lie in [0, 1)`, {
    got: `${name} ${value}`,
    hint: "it says how much of the old average remains, for instance 0.9",
  });
}

/**
 * Parameters that share options. Of these only the rate changes after construction: writing another, here or in
 * `settings`, throws an OptionError.
 */
export class ParameterGroup<Options extends OptimizerOptions> {
  /** The parameters; frozen. */
  readonly params: readonly Tensor[];
  /** All options but the rate, with defaults filled in; read-only. */
  readonly settings: Settings<Options>;
  /** The rate as the state keeps it: 0-d, float64. */
  readonly rate: Tensor;
  /** How many updates each parameter has had: [count of params], float64. */
  readonly steps: Tensor;
  readonly #name: string;

  constructor(rules: Rules<Options>, given: GroupOptions<Options>) {
    const { params, ...options } = given;
    checkOptions(rules.name, options, Object.keys(rules.defaults));
    // An option that is present but undefined counts as left out.
    const own = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const { lr, ...settings } = { ...rules.defaults, ...own } as Required<Options>;
    this.#name = rules.name;
    this.params = Object.freeze([...params]);
    this.settings = readOnly(rules.name, {}, settings) as Settings<Options>;
    this.rate = scalar(0);
    this.steps = zeros([params.length], { dtype: "float64" });
    this.lr = lr as number;
    rules.check(this.settings);
    readOnly(rules.name, this, settings);
  }

  /** The learning rate. @throws ValueError when set to a negative or infinite number. */
  get lr(): number {
    return this.rate.item();
  }

  set lr(value: number) {
    checkNotNegative(this.#name, "lr", value);
    this.rate.assign(scalar(value));
  }
}

const isTensor = (item: object): item is Tensor => "requiresGrad" in item;

/** The groups that an optimizer was given, checked. */
export function groupsOf<Options extends OptimizerOptions>(
  rules: Rules<Options>,
  parameters: Parameters<Options>,
  options: Options,
): ParameterGroup<Options>[] {
  const { name } = rules;
  checkOptions(name, options, Object.keys(rules.defaults));
  const items: readonly (Tensor | GroupOptions<Options>)[] = Array.isArray(parameters) ? parameters : [];
  const given = items.some(isTensor)
    ? [{ params: items } as GroupOptions<Options>]
    : (items as GroupOptions<Options>[]);
  if (given.length === 0 || given.some((group) => !Array.isArray(group.params) || group.params.length === 0)) {
    throw new OptionError(`${name}: there are no parameters`, {
      got: Array.isArray(parameters) ? `${items.length} items, or a group without params` : typeof parameters,
      hint: "hand in model.parameters(), or groups [{ params: [...], lr: 0.1 }, ...]",
    });
  }
  checkParameters(
    name,
    given.flatMap((group) => group.params),
  );
  return given.map((group) => new ParameterGroup(rules, { ...options, ...group }));
}

function checkParameters(name: string, parameters: readonly Tensor[]): void {
  for (const [i, parameter] of parameters.entries()) {
    if (!isTensor(parameter) || !parameter.isLeaf || !isFloat(parameter.dtype)) {
      throw new GradError(`${name}: parameter ${i} is not a float leaf`, {
        got: isTensor(parameter) ? `a ${parameter.isLeaf ? parameter.dtype : "computed"} tensor` : typeof parameter,
        hint: "optimize leaves of the graph, as model.parameters() gives them; do not mix tensors and groups",
      });
    }
  }
  if (new Set(parameters).size !== parameters.length) {
    const twice = parameters.findIndex((parameter, i) => parameters.indexOf(parameter) !== i);
    throw new OptionError(`${name}: the same parameter comes twice`, {
      got: `parameters ${parameters.indexOf(parameters[twice]!)} and ${twice}, counted over all groups`,
      hint: "a shared parameter is updated once: list it in one group only",
    });
  }
}
