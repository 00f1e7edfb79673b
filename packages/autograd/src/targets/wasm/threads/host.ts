import type { WorkerData } from "./serve.js";
import { worker as script } from "./worker.generated.js";

interface NodeWorker {
  on(event: "error" | "exit", listener: () => void): void;
  unref(): void;
  terminate(): unknown;
}

interface BrowserWorker {
  onerror: (() => void) | null;
  postMessage(data: WorkerData): void;
  terminate(): unknown;
}

/** What there may be of the host, in Node and in browsers. */
interface Host {
  readonly process?: { getBuiltinModule?(name: string): object };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly Worker?: new (url: string) => BrowserWorker;
  readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => object;
  readonly URL?: { createObjectURL(blob: object): string };
}

interface WorkerThreads {
  readonly Worker: new (script: string, options: object) => NodeWorker;
}

const host = globalThis as unknown as Host;

const nodeModule = <T>(name: string): T | undefined => host.process?.getBuiltinModule?.(name) as T | undefined;

/** How many threads the machine runs at once. */
export function coreCount(): number {
  const system = nodeModule<{ availableParallelism(): number }>("node:os");
  return system?.availableParallelism() ?? host.navigator?.hardwareConcurrency ?? 1;
}

/** Whether this thread may wait for others: not the one that draws a browser's page. */
export function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/** Of the script, in browsers. */
let url: string | undefined;

/** A thread of its own. */
export interface Worker {
  terminate(): unknown;
}

/**
 * Starts a worker, which keeps no process alive.
 * @param onEnd called if it cannot start or does not go on
 * @throws whatever the host throws that has no workers or does not allow them.
 */
export function startWorker(data: WorkerData, onEnd: () => void): Worker {
  const threads = nodeModule<WorkerThreads>("node:worker_threads");
  if (threads !== undefined) {
    // Nothing of the process's own settings: loaders of source files would be set up in each worker.
    const worker = new threads.Worker(script, { eval: true, workerData: data, execArgv: [], env: {} });
    worker.on("error", onEnd);
    worker.on("exit", onEnd);
    worker.unref();
    return worker;
  }
  url ??= host.URL!.createObjectURL(new host.Blob!([script], { type: "text/javascript" }));
  const worker = new host.Worker!(url);
  worker.onerror = onEnd;
  worker.postMessage(data);
  return worker;
}
