// A test runner for Stryker: the table tests of packages/autograd, each mutant in a thread of its own. Modules are
// loaded with the mutant active, so that one in a declaration, which runs as it is loaded, counts as much as any other.

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
const names = ["forward", "declarations", "fused", "edges", "own-name", "errors", "poison", "layouts", "gradients"];

const worker = new URL("./worker.mjs", import.meta.url);

class TableTests {
  files = names.map((name) => join(process.cwd(), "packages/autograd/build/test", `${name}.test.js`));

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const { results, coverage } = await this.run({ bail: false });
    return { status: DryRunStatus.Complete, tests: results.map(toTest), mutantCoverage: coverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    const options = { activeMutant: activeMutant.id, only: testFilter, hitLimit, bail: !disableBail };
    const { results, hits } = await this.run(options);
    const endless = determineHitLimitReached(hits, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests: results.map(toTest) });
  }

  run(options) {
    return new Promise((resolve, reject) => {
      const thread = new Worker(worker, { workerData: { files: this.files, ...options } });
      this.thread = thread;
      thread.once("message", (message) => {
        thread.terminate();
        resolve(message);
      });
      thread.once("error", reject);
    });
  }

  async dispose() {
    await this.thread?.terminate();
  }
}

const toTest = ({ id, milliseconds, failure }) => ({
  id,
  name: id,
  timeSpentMs: milliseconds,
  ...(failure === undefined ? { status: TestStatus.Success } : { status: TestStatus.Failed, failureMessage: failure }),
});

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "tables", TableTests)];
