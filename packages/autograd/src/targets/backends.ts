import type { Backend } from "./backend.js";
import { HeapBackend } from "./heap/backend.js";

let chosen: Backend | null = null;

/** What compiled functions run on. */
export function defaultBackend(): Backend {
  chosen ??= new HeapBackend();
  return chosen;
}
