import type { Backend } from "./backend.js";
import { HeapBackend } from "./heap/backend.js";
import { WasmBackend } from "./wasm/backend.js";
import { machineOrNull } from "./wasm/machine.js";

let chosen: Backend | null = null;

/** WebAssembly, or plain TypeScript where there is none. */
function standard(): Backend {
  const machine = machineOrNull();
  return machine === null ? new HeapBackend() : new WasmBackend(machine);
}

/** What compiled functions run on. */
export function currentBackend(): Backend {
  chosen ??= standard();
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
