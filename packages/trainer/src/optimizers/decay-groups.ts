import { ArgumentError, checkOptions, type Tensor } from "@typegrad/autograd";
import { BatchNorm1d, LayerNorm, Module, RMSNorm } from "@typegrad/nn";
import { checkNotNegative } from "./parameter-group.js";

/** Options of {@link decayGroups}. */
export interface DecayGroupsOptions {
  /** The weight decay of matrices, embeddings and kernels. */
  readonly weightDecay: number;
}

/** One group of {@link decayGroups}. */
export interface DecayGroup {
  /** The parameters, in the order of the model's. */
  readonly params: readonly Tensor[];
  /** What is given, or 0 for norms and biases. */
  readonly weightDecay: number;
}

const isNorm = (module: Module): boolean =>
  module instanceof LayerNorm || module instanceof RMSNorm || module instanceof BatchNorm1d;

/** `bias`, `in_proj_bias`, `bias_k`: the last part of the key says it. */
const isBias = (key: string): boolean => key.split(".").at(-1)!.split("_").includes("bias");

/**
 * The model's parameters in two groups: those that decay, and those that do not: all of a norm's, all biases, and
 * whatever else has fewer than two dims. A scale that shrinks is no weaker a norm, and a bias does not overfit. A group
 * that would be empty is left out.
 *
 * @returns groups for the constructor of any optimizer; options there hold for both
 * @throws ArgumentError for what is no module; OptionError for an unknown option; ValueError for a negative decay.
 * @example
 * ```ts
 * const model = new Sequential(new Linear(3, 5), new LayerNorm([5]));
 * const optimizer = new AdamW(decayGroups(model, { weightDecay: 0.1 }), { lr: 3e-4 });
 * optimizer.paramGroups.map(({ params, settings }) => [params.length, settings.weightDecay]); // [[1, 0.1], [3, 0]]
 * ```
 */
export function decayGroups(model: Module, options: DecayGroupsOptions): DecayGroup[] {
  if (!(model instanceof Module)) {
    throw new ArgumentError("decayGroups: the model must be a module", {
      got: typeof model,
      hint: "pass the model itself, not model.parameters()",
    });
  }
  checkOptions("decayGroups", options, ["weightDecay"]);
  const { weightDecay } = options;
  checkNotNegative("decayGroups", "weightDecay", weightDecay);
  const norms = new Set<Tensor>(
    model
      .modules()
      .filter(isNorm)
      .flatMap((norm) => norm.parameters()),
  );
  const parameters = model.namedParameters();
  const decays = ([key, parameter]: readonly [string, Tensor]): boolean =>
    parameter.ndim > 1 && !isBias(key) && !norms.has(parameter);
  const group = (decay: boolean): DecayGroup => ({
    params: parameters.filter((named) => decays(named) === decay).map(([, parameter]) => parameter),
    weightDecay: decay ? weightDecay : 0,
  });
  return [group(true), group(false)].filter(({ params }) => params.length > 0);
}
