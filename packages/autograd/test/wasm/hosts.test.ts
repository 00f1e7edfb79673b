import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { buildSync } from "esbuild";

/** A hundred stages of a hundred tasks: who took part, and whether each was done once. */
const program = `
import { setThreads, threadsReady } from "../../src/index.js";
import { machineOrNull } from "../../src/targets/wasm/machine.js";
import { step, whose } from "../support/wasm-functions.js";

const { executor, memory } = machineOrNull();
setThreads(2);
await threadsReady();
const ready = executor.threads.pool?.ready ?? 0;
const out = memory.allocate(400);
const program = executor.load([{ steps: [step(whose, [out, 100000], 100, { scratchBytes: 64 })] }]);
const seen = new Set();
for (let i = 0; i < 1000 && seen.size < 1 + ready; i++) {
  memory.views.words.fill(-1, out / 4, out / 4 + 100);
  program.run();
  for (const address of memory.view("int32", out, 100)) seen.add(address);
}
console.log(JSON.stringify({ shared: memory.shared, count: executor.threads.count, ready, seen: seen.size, missed: seen.has(-1) }));
`;

/** The program and what it imports in one script, as a bundler of the user's would make it. */
const script = buildSync({
  stdin: { contents: program, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
  ...{ bundle: true, write: false, minify: true, keepNames: true, format: "esm" },
}).outputFiles[0]!.text;

/** What it prints on a host that the first lines make of Node, when it has ended by itself. */
function run(host: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
    input: host + script,
    encoding: "utf8",
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

test("in Node, bundled and minified, and the process ends by itself", () => {
  expect(run("")).toEqual({ shared: true, count: 2, ready: 1, seen: 2, missed: false });
});

/** A browser's workers, made of Node's: what they run comes from a blob, and what they get by a message. */
const browser = `
const threads = process.getBuiltinModule("node:worker_threads");
process.getBuiltinModule = undefined;
const around = \`
  process.getBuiltinModule = undefined;
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", (data) => globalThis.onmessage({ data }));
  globalThis.close = () => parentPort.close();
\`;
globalThis.Blob = class { constructor(parts) { this.text = parts.join(""); } };
URL.createObjectURL = (blob) => blob.text;
globalThis.Worker = class {
  constructor(url) {
    this.worker = new threads.Worker(around + url, { eval: true, execArgv: [] });
    this.worker.unref();
    this.worker.on("error", () => this.onerror());
  }
  postMessage(data) { this.worker.postMessage(data); }
  terminate() { return this.worker.terminate(); }
};
`;

test("with a browser's workers", () => {
  expect(run(browser)).toEqual({ shared: true, count: 2, ready: 1, seen: 2, missed: false });
});

const alone = { count: 1, ready: 0, seen: 1, missed: false };

test("alone on a page that is not isolated from other origins, with memory of its own", () => {
  expect(run(`${browser} globalThis.crossOriginIsolated = false;`)).toEqual({ shared: false, ...alone });
  expect(run("globalThis.SharedArrayBuffer = undefined;")).toEqual({ shared: false, ...alone });
});

test("alone on a thread that may not wait", () => {
  expect(run(`${browser} Atomics.wait = () => { throw new TypeError(); };`)).toEqual({ shared: true, ...alone });
});

test("alone where workers are forbidden, or end at once", () => {
  const forbidden = "globalThis.Worker = class { constructor() { throw new Error(); } };";
  expect(run(`${browser} ${forbidden}`)).toEqual({ shared: true, ...alone, count: 2 });
  const broken = browser.replace('require("node:worker_threads")', "undefined");
  expect(run(broken)).toEqual({ shared: true, ...alone, count: 2 });
});
