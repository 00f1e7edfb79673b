import { type DType, isFloat, type Tensor } from "@typegrad/autograd";
import type * as nn from "@typegrad/nn";
import { fromTheirs, type Place, theirPart } from "@typegrad/transformer";
import type { Leaf } from "./derivatives.js";
import { languageModels } from "./language-models.js";
import { layers } from "./layers.js";
import { mlp } from "./mlp.js";
import { NotBuilt } from "./not-built.js";
import { type Args, type Case, type Tensors, withPrefix } from "./read-case.js";
import { sequenceModules } from "./sequence-modules.js";

/** A module of the files: how to make ours, and how to call it. */
export interface Subject<M extends nn.Module = nn.Module> {
  readonly build: (args: Args, golden: Case) => M;
  readonly forward: (module: M, inputs: Tensors, args: Args, call: Args) => Tensors;
  /** Where the file's parameters stand in ours. Default: under the same keys. */
  readonly places?: (module: M) => readonly Place[];
}

// biome-ignore lint/suspicious/noExplicitAny: each entry's functions agree among themselves
const table: Readonly<Record<string, Subject<any>>> = {
  ...layers,
  ...sequenceModules,
  MLP: mlp,
  ...languageModels,
};

/** The dtype of a case's numbers: that of the first floats among parameters and inputs. */
function dtypeOf({ inputs }: Case, stored: readonly Tensor[]): DType {
  return [...stored, ...Object.values(inputs)].find(({ dtype }) => isFloat(dtype))?.dtype ?? "float64";
}

/** The module of a case with the file's parameters in it, and those that are differentiated. */
export function buildModule(golden: Case): { subject: Subject; module: nn.Module; leaves: Leaf[] } {
  const { subject: name, tensors } = golden;
  const { training: _, ...args } = golden.args;
  if (!Object.hasOwn(table, name)) throw new NotBuilt(name);
  const subject: Subject = table[name]!;
  const stored = withPrefix(tensors, "param.");
  const module = subject.build(args, golden).to(dtypeOf(golden, Object.values(stored)));
  module.train(golden.args.training !== false && golden.call.training !== false);
  const places = subject.places?.(module) ?? null;
  // A buffer that the file does not hold keeps what it starts with.
  const values = places === null ? stored : fromTheirs(places, stored);
  module.loadStateDict({ ...Object.fromEntries(module.namedBuffers()), ...values });
  const parameters = new Map<string, Tensor>(module.namedParameters());
  const leaf = (theirs: string): Leaf => {
    const name = `param.${theirs}`;
    const place = places?.find((each) => each.theirs === theirs);
    if (place === undefined) return { name, tensor: parameters.get(theirs)! };
    return { name, tensor: parameters.get(place.ours)!, part: (x) => theirPart(place, x) };
  };
  const leaves = Object.keys(stored)
    .filter((theirs) => tensors[`grad.param.${theirs}`] !== undefined)
    .map(leaf);
  return { subject, module, leaves };
}
