import { GradError } from "./errors.js";
import * as kind from "./kinds.js";
import { gradEnabled } from "./mode.js";
import { currentRegion, Region } from "./region.js";
import { tensorsIn } from "./tree.js";

/**
 * fn(...inputs), of which the tape keeps the inputs alone: a backward pass runs `fn` once more to find what it needs
 * (Chen et al. 2016, "Training deep nets with sublinear memory cost"). Values and gradients have the same bits as
 * without, also of gradients of gradients, and also with dropout: generators, and other leaves that `fn` assigns, are
 * put back for the time of the second run.
 *
 * @param fn reads its inputs and, from outside, leaves and constants; the leaves get their gradients as well. It may
 *   hold further checkpoints. Besides assigning leaves it has no effects, since it runs twice.
 * @param inputs what `fn` is called with: tensors, trees of tensors, anything else
 * @returns what `fn` returned
 * @throws GradError when `fn` is asynchronous, and in the backward pass when `fn` does something else the second time.
 * @example
 * ```ts
 * const x = randn([2, 3], { requiresGrad: true });
 * const y = checkpoint((input) => input.exp().dropout({ p: 0.1 }).tanh(), x);
 * y.sum().backward();
 * ```
 */
export function checkpoint<Inputs extends readonly unknown[], Result>(
  fn: (...inputs: Inputs) => Result,
  ...inputs: Inputs
): Result {
  kind.checkArgument("checkpoint", "fn", fn, kind.function);
  if (!gradEnabled()) return fn(...inputs);
  const region = currentRegion()?.inner() ?? new Region(null);
  const tensors = tensorsIn(inputs, "inputs").map(({ tensor }) => tensor);
  const result = region.forward(() => fn(...inputs), tensors);
  if (typeof (result as { then?: unknown } | undefined | null)?.then === "function") {
    throw new GradError("checkpoint: the function is asynchronous", {
      got: "a function that returns a promise",
      hint: "checkpoint the synchronous parts between the awaits",
    });
  }
  return result;
}
