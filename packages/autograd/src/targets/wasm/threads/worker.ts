// What a worker runs, in Node or a browser. `scripts/bundle-worker.mjs` embeds it as text: no file to fetch.

import { serve, type WorkerData } from "./serve.js";

interface Host {
  readonly process?: { getBuiltinModule?(name: string): { readonly workerData: WorkerData } };
  onmessage?: (event: { readonly data: WorkerData }) => void;
  close?(): void;
}

const host = globalThis as Host;
const node = host.process?.getBuiltinModule?.("node:worker_threads");
if (node !== undefined) serve(node.workerData);
else {
  host.onmessage = ({ data }) => {
    serve(data);
    host.close?.();
  };
}
