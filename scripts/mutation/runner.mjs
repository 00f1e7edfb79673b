// A test runner for Stryker: the table tests of packages/autograd in threads. A mutant in a declaration runs as its
// module is loaded, so it gets a thread of its own, in which it is active from the beginning; all others share one.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";

/** The quickest to fail come first, since a mutant is done with at its first failure. */
const names = [
  "forward",
  "declarations",
  "fused",
  "edges",
  "own-name",
  "errors",
  "products",
  "poison",
  "layouts",
  "gradients",
];

const worker = new URL("./worker.mjs", import.meta.url);

/** A thread with the table tests. */
class Thread {
  constructor(first) {
    const files = names.map((name) => join(process.cwd(), "packages/autograd/build/test", `${name}.test.js`));
    this.worker = new Worker(worker, { workerData: { files, first } });
    this.loaded = this.answer();
  }

  answer() {
    return new Promise((resolve, reject) => {
      this.worker.once("message", resolve);
      this.worker.once("error", reject);
    });
  }

  run(options) {
    const answer = this.answer();
    this.worker.postMessage(options);
    return answer;
  }
}

const failures = ({ results }) => results.filter(({ failure }) => failure !== undefined);

class TableTests {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const { results, coverage } = await this.inOwnThread({ run: true });
    return { status: DryRunStatus.Complete, tests: results.map(toTest), mutantCoverage: coverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail, mutantActivation }) {
    const options = { activeMutant: activeMutant.id, only: testFilter, hitLimit, bail: !disableBail };
    const answer =
      mutantActivation === "static"
        ? await this.inOwnThread({ ...options, run: true })
        : await this.inSharedThread(options);
    const endless = determineHitLimitReached(answer.hits, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests: answer.results.map(toTest) });
  }

  async inOwnThread(first) {
    const thread = new Thread(first);
    const answer = await thread.loaded;
    await thread.worker.terminate();
    return answer;
  }

  /** A failure counts if it goes away with the mutant; otherwise an earlier one has left something behind. */
  async inSharedThread(options) {
    for (let attempt = 0; attempt < 2; attempt++) {
      this.shared ??= new Thread({ run: false });
      await this.shared.loaded;
      const answer = await this.shared.run(options);
      const killers = failures(answer).map(({ id }) => id);
      if (killers.length === 0) return answer;
      const healthy = failures(await this.shared.run({ only: killers })).length === 0;
      if (healthy) return answer;
      await this.dispose();
      if (attempt === 1) return answer;
    }
  }

  async dispose() {
    await this.shared?.worker.terminate();
    this.shared = undefined;
  }
}

const toTest = ({ id, milliseconds, failure }) => ({
  id,
  name: id,
  timeSpentMs: milliseconds,
  ...(failure === undefined ? { status: TestStatus.Success } : { status: TestStatus.Failed, failureMessage: failure }),
});

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "tables", TableTests)];
