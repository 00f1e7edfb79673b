import type * as nn from "@typegrad/nn";
import { lookUp } from "./not-built.js";
import { type Args, camelArgs } from "./read-case.js";

/** A new instance of a class of a package. */
export const make = <M extends nn.Module>(namespace: object, name: string, ...parameters: unknown[]): M => {
  const Class = lookUp<new (...parameters: unknown[]) => M>(namespace, name);
  return new Class(...parameters);
};

/** What says how tensors come in, or is the same in every case: dropout is 0. */
const silent = ["batch_first", "dropout", "inplace", "padding_mode"];

/** Options of ours out of PyTorch's arguments, without those that are given in another way. */
export function settings(args: Args, ...drop: string[]): Record<string, unknown> {
  const kept = Object.entries(args).filter(([name]) => !silent.includes(name) && !drop.includes(name));
  return camelArgs(Object.fromEntries(kept), { nhead: "numHeads" });
}
