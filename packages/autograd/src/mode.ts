import { ArgumentError, GradError } from "./errors.js";
import { show } from "./show.js";

let enabled = true;

/** Whether operations are recorded for a backward pass. */
export const gradEnabled = (): boolean => enabled;

/** Runs `fn` with recording switched on or off and restores what was before, whatever happens. */
export function withGradMode<T>(mode: boolean, fn: () => T): T {
  const before = enabled;
  enabled = mode;
  try {
    return fn();
  } finally {
    enabled = before;
  }
}

/**
 * Runs `fn` without recording: its results do not require a gradient, and leaves may be assigned.
 *
 * @throws GradError when `fn` is asynchronous: recording would be switched on again before it has finished.
 * @example
 * ```ts
 * const weight = tensor([1, 2], { requiresGrad: true });
 * weight.mul(weight).sum().backward();
 * noGrad(() => weight.assign(weight.sub(weight.grad!.mul(0.1))));
 * weight.toArray(); // [0.8, 1.6]
 * ```
 */
export function noGrad<T>(fn: () => T): T {
  if (typeof fn !== "function") {
    throw new ArgumentError("noGrad: a function is needed", { got: show(fn), hint: "noGrad(() => { … })" });
  }
  const result = withGradMode(false, fn);
  if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") {
    throw new GradError("noGrad: the function is asynchronous", {
      got: "a function that returns a promise",
      hint: "wrap the synchronous parts: noGrad(() => { ... }) between the awaits",
    });
  }
  return result;
}
