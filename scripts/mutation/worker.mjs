// Runs the table tests in a thread, and reports each time to whoever started it: { results, coverage, hits }.
//
// A mutant in `workerData` is active from the very beginning, before the first module is loaded. Further mutants come by
// message and are active while the tests named with them run.

import { register } from "node:module";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

const { files, first, heartbeat } = workerData;

// What the instrumented code looks at: see Stryker's instrumenter.
globalThis.__stryker__ = {};
const stryker = globalThis.__stryker__;

const results = [];
const failed = () => results.some(({ failure }) => failure !== undefined);

async function attempt(id, body) {
  Atomics.add(heartbeat, 0, 1);
  const start = performance.now();
  let failure;
  try {
    await body();
  } catch (error) {
    failure = { failure: String(error?.message ?? error) };
  }
  results.push({ id, milliseconds: performance.now() - start, ...failure });
}

register("./resolve-jest.mjs", import.meta.url);
const { tests } = await import("./jest-globals.mjs");

const ids = new Map();

/** What a test is called in reports: the same from run to run, and different from all others. */
function idOf({ name }, place) {
  if (!ids.has(place)) {
    const others = tests.slice(0, place).filter((test) => test.name === name).length;
    ids.set(place, others === 0 ? name : `${name} (${others + 1})`);
  }
  return ids.get(place);
}

async function runTests(from, { only, bail }) {
  for (let place = from; place < tests.length && !(bail && failed()); place++) {
    const id = idOf(tests[place], place);
    if (only !== undefined && !only.has(id)) continue;
    stryker.currentTestId = id;
    await attempt(id, tests[place].run);
    stryker.currentTestId = undefined;
  }
}

function activate({ activeMutant, hitLimit }) {
  Object.assign(stryker, { activeMutant, hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
}

function report() {
  parentPort.postMessage({ results, coverage: stryker.mutantCoverage, hits: stryker.hitCount });
  results.length = 0;
}

/** Loads the files one by one, each followed by its tests: a mutant that fails early saves the rest. */
async function load(options) {
  activate(options);
  const wanted = { ...options, only: options.only && new Set(options.only) };
  for (const file of files) {
    const from = tests.length;
    const loaded = results.length;
    await attempt(`${file} loads`, () => import(pathToFileURL(file).href));
    // Loading counts only where it fails: a test of its own would seem to cover everything.
    if (!failed()) results.length = loaded;
    if (options.bail && failed()) break;
    if (options.run) await runTests(from, wanted);
    if (options.bail && failed()) break;
  }
  report();
}

parentPort.on("message", async (options) => {
  activate(options);
  await runTests(0, { ...options, only: options.only && new Set(options.only) });
  activate({});
  report();
});

await load(first);
