// pnpm bench [train | bits | gemm | ops] [OPTIONS]: one benchmark or all; see README.md.

import { cpus } from "node:os";
import { setThreads, TypegradError, threadsReady } from "@typegrad/autograd";
import { bits } from "./bits.js";
import { gemm } from "./gemm.js";
import { type Row, table } from "./measure.js";
import { ops } from "./ops.js";
import { parse, type Settings } from "./options.js";
import { showTraining, train } from "./train.js";

/** What one benchmark gave: the fields of the object of `--json`, and what is to be read. */
interface Outcome {
  readonly record: object;
  readonly text: string;
}

interface Benchmark {
  readonly options: readonly (keyof Settings)[];
  run(settings: Settings): Outcome;
}

const rowsOf = (name: string, measure: () => Row[]): Benchmark => ({
  options: ["threads"],
  run: () => {
    const rows = measure();
    return { record: { [name]: rows }, text: table(rows) };
  },
});

const benchmarks: Readonly<Record<string, Benchmark>> = {
  train: {
    options: ["size", "threads", "steps", "eager"],
    run: (settings) => {
      const record = train(settings);
      return { record, text: showTraining(record) };
    },
  },
  bits: {
    options: ["threads"],
    run: () => {
      const hash = bits();
      return { record: { hash }, text: hash };
    },
  },
  gemm: rowsOf("gemm", gemm),
  ops: rowsOf("ops", ops),
};

async function main(): Promise<void> {
  const known = Object.fromEntries(Object.entries(benchmarks).map(([name, { options }]) => [name, options]));
  const { name, settings, json } = parse(process.argv.slice(2), known);
  const machine = { node: process.versions.node, cores: cpus().length };
  console.log(`Node ${machine.node}, ${machine.cores} cores, ${cpus()[0]?.model ?? "unknown processor"}`);
  setThreads(settings.threads);
  await threadsReady();
  const outcomes = (name === null ? Object.keys(benchmarks) : [name]).map((one) => {
    const outcome = benchmarks[one]!.run(settings);
    console.log(`\n${one}\n${outcome.text}`);
    return outcome.record;
  });
  if (json) console.log(JSON.stringify(Object.assign(machine, ...outcomes)));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TypegradError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
