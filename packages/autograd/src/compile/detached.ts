import type { Tensor } from "../tensor.js";

const results = new WeakSet<Tensor>();

/** Remembers of a result of a compiled function that it would have required a gradient. */
export const noteDetached = (result: Tensor): void => {
  results.add(result);
};

/** Whether a tensor came out of a compiled function that left its graph inside. */
export const wasDetached = (tensor: Tensor): boolean => results.has(tensor);
