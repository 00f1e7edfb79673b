import type { Backend } from "./backend.js";
import { HeapBackend } from "./heap/backend.js";

let chosen: Backend | null = null;

/** What compiled functions run on. */
export function currentBackend(): Backend {
  chosen ??= new HeapBackend();
  return chosen;
}

/** Runs `fn` with another backend for functions that are traced meanwhile. */
export function withBackend<T>(backend: Backend, fn: () => T): T {
  const before = chosen;
  chosen = backend;
  try {
    return fn();
  } finally {
    chosen = before;
  }
}
