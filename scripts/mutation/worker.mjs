// Runs the table tests once, in a thread of its own, with one mutant active from the very beginning, and reports to
// whoever started it: { tests, coverage, hits }.

import { register } from "node:module";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

const { files, activeMutant, only, hitLimit, bail } = workerData;

// What the instrumented code looks at: see Stryker's instrumenter.
const stryker = { activeMutant, hitLimit, hitCount: hitLimit === undefined ? undefined : 0 };
globalThis.__stryker__ = stryker;

register("./resolve-jest.mjs", import.meta.url);
const { tests } = await import("./jest-globals.mjs");

const results = [];
const failed = () => results.some(({ failure }) => failure !== undefined);

async function run(id, body) {
  stryker.currentTestId = id;
  const start = performance.now();
  let failure;
  try {
    await body();
  } catch (error) {
    failure = String(error?.message ?? error);
  }
  stryker.currentTestId = undefined;
  results.push({ id, milliseconds: performance.now() - start, ...(failure === undefined ? {} : { failure }) });
}

for (const file of files) {
  const first = tests.length;
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    results.push({ id: `${file} loads`, milliseconds: 0, failure: String(error?.message ?? error) });
  }
  for (let i = first; i < tests.length && !(bail && failed()); i++) {
    const id = `${i} ${tests[i].name}`;
    if (only === undefined || only.includes(id)) await run(id, tests[i].run);
  }
  if (bail && failed()) break;
}

parentPort.postMessage({ results, coverage: stryker.mutantCoverage, hits: stryker.hitCount });
