import { OptionError } from "@typegrad/autograd";

/** The value; an array is copied and frozen, so that its elements do not change either. */
const settled = (value: unknown): unknown => (Array.isArray(value) ? Object.freeze([...value]) : value);

/**
 * Freezes `target`, with a property more for each of `values`, of which a write throws an OptionError: a plain property
 * would take it, and the optimizer go on computing with what it was constructed with.
 */
export function readOnly<T extends object>(operation: string, target: T, values: object): T {
  for (const [name, given] of Object.entries(values)) {
    const value = settled(given);
    Object.defineProperty(target, name, {
      enumerable: true,
      get: () => value,
      set(written: unknown): void {
        throw new OptionError(`${operation}: ${name} cannot change after construction`, {
          got: `${name} = ${String(written)}`,
          hint: "construct another optimizer; only the rate, lr, may be written",
        });
      },
    });
  }
  return Object.freeze(target);
}
