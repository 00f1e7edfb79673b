import { type DType, isFloat, type Tensor } from "@typegrad/autograd";
import type * as nn from "@typegrad/nn";
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
  /** Our key for one of theirs, and whether the matrix is kept transposed. Default: the same key. */
  readonly key?: (theirs: string) => { readonly key: string; readonly transposed: boolean };
}

// biome-ignore lint/suspicious/noExplicitAny: each entry's functions agree among themselves
const table: Readonly<Record<string, Subject<any>>> = {
  ...layers,
  ...sequenceModules,
  MLP: mlp,
  ...languageModels,
};

/** The dtype of a case's numbers: that of the first floats among parameters and inputs. */
function dtypeOf({ inputs }: Case, stored: readonly (readonly [string, Tensor])[]): DType {
  return (
    [...stored.map(([, value]) => value), ...Object.values(inputs)].find(({ dtype }) => isFloat(dtype))?.dtype ??
    "float64"
  );
}

/** The module of a case with the file's parameters in it, and those that are differentiated. */
export function buildModule(golden: Case): { subject: Subject; module: nn.Module; leaves: Leaf[] } {
  const { subject: name, tensors } = golden;
  const { training: _, ...args } = golden.args;
  if (!Object.hasOwn(table, name)) throw new NotBuilt(name);
  const subject: Subject = table[name]!;
  const translate = subject.key ?? ((key: string) => ({ key, transposed: false }));
  const stored = Object.entries(withPrefix(tensors, "param."));
  const values = stored.map(([theirs, value]): [string, Tensor] => {
    const { key, transposed } = translate(theirs);
    return [key, transposed ? value.transpose(0, 1) : value];
  });
  const module = subject.build(args, golden).to(dtypeOf(golden, values));
  module.train(golden.args.training !== false && golden.call.training !== false);
  // A buffer that the file does not hold keeps what it starts with.
  module.loadStateDict({ ...Object.fromEntries(module.namedBuffers()), ...Object.fromEntries(values) });
  const parameters = new Map<string, Tensor>(module.namedParameters());
  const leaves = stored
    .filter(([theirs]) => tensors[`grad.param.${theirs}`] !== undefined)
    .map(([theirs]) => {
      const { key, transposed } = translate(theirs);
      return { name: `param.${theirs}`, tensor: parameters.get(key)!, transposed };
    });
  return { subject, module, leaves };
}
