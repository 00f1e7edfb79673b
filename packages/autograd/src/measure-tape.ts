import * as kind from "./kinds.js";
import { currentTape, Tape, withTape } from "./tape.js";

/** What {@link measureTape} has counted. */
export interface TapeMeasure<T> {
  /** What the function returned. */
  readonly result: T;
  /** The most bytes that were held at one moment. */
  readonly peakBytes: number;
  /** The bytes still held at the end: 0 once a backward pass has walked the whole graph. */
  readonly heldBytes: number;
}

/**
 * Runs `fn` and counts the bytes that the tape holds meanwhile: the storages that recorded operations keep for their
 * backward pass, and the inputs of {@link checkpoint}, each storage once and whole. What exists anyway does not count:
 * leaves that require a gradient, and storages older than the call. A graph that is dropped without a backward pass
 * counts to the end.
 *
 * @param fn forward and backward pass
 * @example
 * ```ts
 * const x = randn([8, 8], { requiresGrad: true });
 * measureTape(() => x.exp().sum().backward()).peakBytes; // 256: exp keeps its output
 * ```
 */
export function measureTape<T>(fn: () => T): TapeMeasure<T> {
  kind.checkArgument("measureTape", "fn", fn, kind.function);
  const tape = new Tape(currentTape());
  const result = withTape(tape, fn);
  return { result, peakBytes: tape.peakBytes, heldBytes: tape.heldBytes };
}
