import * as kind from "./kinds.js";

const listeners = new Set<(message: string) => void>();

/**
 * Calls `listener` with every warning that the packages have to give; without a listener they are silent.
 * @returns a function that removes the listener.
 * @example
 * ```ts
 * const remove = onWarning((message) => console.warn(message));
 * ```
 */
export function onWarning(listener: (message: string) => void): () => void {
  kind.checkArgument("onWarning", "the listener", listener, kind.function);
  // A function of its own, so that one listener registered twice is heard twice and removed one by one.
  const own = (message: string): void => listener(message);
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

/** Tells whoever listens: for what works but is hardly meant so. Not for users to call. */
export function warn(message: string): void {
  for (const listener of [...listeners]) listener(message);
}
