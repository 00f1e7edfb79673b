// A test runner for Stryker: the table tests of packages/autograd in threads. A mutant in a declaration runs as its
// module is loaded, so it gets a thread of its own, in which it is active from the beginning; all others share one.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
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
  "steps",
  "state",
  "poison",
  "layouts",
  "gradients",
];

const worker = new URL("./worker.mjs", import.meta.url);

/** The processor time, in microseconds, that no single test needs: a mutant that takes it does not end. */
const ENDLESS = 3_000_000;

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** A thread with the table tests. */
class Thread {
  /** Counts the tests that have begun. */
  heartbeat = new Int32Array(new SharedArrayBuffer(4));

  constructor(first) {
    const files = names.map((name) => join(process.cwd(), "packages/autograd/build/test", `${name}.test.js`));
    this.worker = new Worker(worker, { workerData: { files, first, heartbeat: this.heartbeat } });
    this.loaded = this.answer();
  }

  /** What the thread reports next; `null` when one test runs without end, in which case the thread is gone. */
  answer() {
    return new Promise((resolve, reject) => {
      let beat = -1;
      let since = 0;
      const watch = setInterval(() => {
        const now = Atomics.load(this.heartbeat, 0);
        if (now !== beat) [beat, since] = [now, processorTime()];
        else if (processorTime() - since > ENDLESS) settle(() => this.worker.terminate().then(() => resolve(null)));
      }, 250);
      const settle = (finish) => {
        clearInterval(watch);
        this.worker.off("message", onMessage).off("error", onError);
        finish();
      };
      const onMessage = (message) => settle(() => resolve(message));
      const onError = (error) => settle(() => reject(error));
      this.worker.once("message", onMessage).once("error", onError);
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
    if (answer === null) return { status: MutantRunStatus.Timeout, reason: "a test ran without end" };
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
      if (answer === null) {
        this.shared = undefined;
        return null;
      }
      const killers = failures(answer).map(({ id }) => id);
      if (killers.length === 0) return answer;
      const without = await this.shared.run({ only: killers });
      if (without !== null && failures(without).length === 0) return answer;
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
