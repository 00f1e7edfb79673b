import { ArgumentError } from "@typegrad/autograd";
import type { Module } from "./module.js";

/** What is called with a module, its inputs and its output; a result other than undefined replaces the output. */
export type ForwardHook<M, Output> = (
  module: M,
  inputs: readonly unknown[],
  output: Output,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
) => Output | undefined | void;

type AnyHook = ForwardHook<never, unknown>;

/** In objects of their own, so that one function may be registered twice. */
interface Registered {
  readonly hook: AnyHook;
}

const hooksOf = new WeakMap<Module, Set<Registered>>();

/**
 * Adds a hook to a module. A module with hooks has a `forward` of its own, which stands before that of its class, so
 * that callers need not know; one without pays nothing.
 */
export function addForwardHook<M extends Module>(module: M, hook: ForwardHook<M, unknown>): () => void {
  if (typeof hook !== "function") {
    throw new ArgumentError("registerForwardHook: the hook must be a function", {
      got: typeof hook,
      hint: "a function of the module, its inputs and its output, which may return another output",
    });
  }
  const hooks = hooksOf.get(module) ?? install(module);
  const registered = { hook: hook as AnyHook };
  hooks.add(registered);
  return () => {
    hooks.delete(registered);
  };
}

function install(module: Module): Set<Registered> {
  const hooks = new Set<Registered>();
  hooksOf.set(module, hooks);
  const forward = module.forward as (...inputs: unknown[]) => unknown;
  const value = (...inputs: unknown[]): unknown => {
    let output = forward.apply(module, inputs);
    // A copy: hooks that a hook adds or removes count from the next call on.
    for (const { hook } of [...hooks]) {
      const instead = hook(module as never, inputs, output);
      if (instead !== undefined) output = instead;
    }
    return output;
  };
  Object.defineProperty(module, "forward", { value, configurable: true, writable: true, enumerable: false });
  return hooks;
}
