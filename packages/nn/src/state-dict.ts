import { CheckpointError, checkOptions, formatShape, noGrad, sameShape, Tensor } from "@typegrad/autograd";

/** Tensors by their state-dict key, for instance `self_attn.in_proj_weight`. */
export type StateDict = Record<string, Tensor>;

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** Whether missing and unexpected keys are errors. Default true. */
  readonly strict?: boolean;
}

/** Copies that share no memory with the module; a tensor with several keys becomes one copy. */
export function copiesOf(stored: ReadonlyMap<string, Tensor>): StateDict {
  const copies = new Map<Tensor, Tensor>();
  for (const tensor of stored.values()) {
    if (!copies.has(tensor))
      copies.set(
        tensor,
        noGrad(() => tensor.detach().clone()),
      );
  }
  return Object.fromEntries([...stored].map(([key, tensor]) => [key, copies.get(tensor)!]));
}

/**
 * Writes the values of a state-dict into the tensors of a module, all of them or none.
 *
 * @param every the module's tensors under all of their keys
 * @param stored those of them that a state-dict holds
 */
export function loadInto(
  every: ReadonlyMap<string, Tensor>,
  stored: ReadonlyMap<string, Tensor>,
  dict: StateDict,
  options: LoadOptions,
): void {
  checkOptions("loadStateDict", options, ["strict"]);
  const given = new Map(Object.entries(dict));
  const loaded = new Set([...every].filter(([name]) => given.has(name)).map(([, tensor]) => tensor));
  const missing = [...stored].filter(([, tensor]) => !loaded.has(tensor)).map(([name]) => name);
  const unexpected = [...given.keys()].filter((name) => !every.has(name));
  if (options.strict !== false && missing.length + unexpected.length > 0) {
    throw new CheckpointError("loadStateDict: the keys do not match the module's", {
      got: `missing: ${listed(missing)}; unexpected: ${listed(unexpected)}`,
      hint: "check that the model has the same settings, or pass { strict: false }",
    });
  }
  for (const [name, tensor] of every) {
    if (!given.has(name)) continue;
    const value: unknown = given.get(name);
    if (!(value instanceof Tensor)) {
      throw new CheckpointError(`loadStateDict: ${name} is not a tensor`, {
        got: typeof value,
        hint: "a state-dict holds tensors by name; tensor(...) makes one of numbers",
      });
    }
    if (!sameShape(value.shape, tensor.shape)) {
      throw new CheckpointError(`loadStateDict: ${name} has another shape`, {
        got: `${formatShape(value.shape)} for ${formatShape(tensor.shape)}`,
        hint: "check that the model has the same settings",
      });
    }
  }
  noGrad(() => {
    for (const [name, tensor] of every) {
      const value = given.get(name);
      if (value !== undefined) tensor.assign(value.detach().to(tensor.dtype));
    }
  });
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.slice(0, 8).join(", ") + (names.length > 8 ? `, … (${names.length})` : "");
