import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "@typegrad/autograd";
import { readSafetensors } from "@typegrad/nn";

/** Arguments as the files spell them: PyTorch's names in snake case. */
export type Args = Readonly<Record<string, unknown>>;

export type Tensors = Record<string, Tensor>;

/** How close a value must come: |a − b| ≤ atol + rtol · |b|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** One file of golden values. */
export interface Case extends Tolerance {
  readonly file: string;
  readonly kind: string;
  /** What is tested: the name of an op, a module, an optimizer or a schedule. */
  readonly subject: string;
  readonly isOp: boolean;
  readonly args: Args;
  /** Arguments of the call that are no tensors. */
  readonly call: Args;
  readonly tags: readonly string[];
  readonly outputs: readonly string[];
  /** The tensors of the file under their full names. */
  readonly tensors: Tensors;
  /** Inputs in their order, by argument name. */
  readonly inputs: Tensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/** JSON with the infinities, which are strings there. */
function parse<T>(text: string | undefined, otherwise: T): T {
  if (text === undefined) return otherwise;
  return JSON.parse(text, (_, value) => {
    if (value === "inf") return Number.POSITIVE_INFINITY;
    return value === "-inf" ? Number.NEGATIVE_INFINITY : value;
  }) as T;
}

/** The tensors whose names start with `prefix`, without it. */
export function withPrefix(tensors: Tensors, prefix: string): Tensors {
  const found = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

export function readCase(folder: string, file: string): Case {
  const { tensors, metadata } = readSafetensors(readFileSync(join(folder, file)));
  const { op, module, optimizer, schedule } = metadata;
  const given = withPrefix(tensors, "input.");
  const order = parse<string[]>(metadata.inputs, Object.keys(given)).filter((name) => given[name] !== undefined);
  return {
    file,
    kind: metadata.kind ?? "unnamed kind",
    subject: op ?? module ?? optimizer ?? schedule ?? "unnamed",
    isOp: op !== undefined,
    args: parse<Args>(metadata.args, {}),
    call: parse<Args>(metadata.call, {}),
    tags: parse<string[]>(metadata.tags, []),
    outputs: parse<string[]>(metadata.outputs, []),
    rtol: Number(metadata.rtol),
    atol: Number(metadata.atol),
    tensors,
    inputs: Object.fromEntries(order.map((name) => [name, given[name]!])),
    metadata,
  };
}

/** `num_heads` as our options write it: `numHeads`. */
export const camelCase = (name: string): string =>
  name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Arguments under our names; those that are null count as not given, and `names` renames some. */
export function camelArgs(args: Args, names: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  const given = Object.entries(args).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [names[name] ?? camelCase(name), value]));
}
