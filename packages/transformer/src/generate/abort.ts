import { TypegradError } from "@typegrad/autograd";

/** What is read of an `AbortSignal`. */
export interface Abortable {
  /** Whether the work is to end. */
  readonly aborted: boolean;
  /** Why. */
  readonly reason?: unknown;
}

/** The work was ended by its signal, whose reason is the `cause`. Its name is "AbortError", as everywhere. */
export class AbortError extends TypegradError {}

/** @throws AbortError when the signal says so. */
export function checkAborted(operation: string, signal: Abortable | undefined): void {
  if (!signal?.aborted) return;
  const error = new AbortError(`${operation}: aborted`, {
    got: `a signal that says: ${String(signal.reason)}`,
    hint: "the model is as it was; what was written so far came by onToken or the stream",
  });
  error.cause = signal.reason;
  throw error;
}
