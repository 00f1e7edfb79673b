// pnpm bench [gemm | ops] [--json]: one benchmark or all; with --json the last line is an object of all rows.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { OptionError, TypegradError } from "@typegrad/autograd";
import { gemm } from "./gemm.js";
import { type Row, table } from "./measure.js";
import { ops } from "./ops.js";

const benchmarks: Readonly<Record<string, () => Row[]>> = { gemm, ops };

const hint = `pnpm bench [${Object.keys(benchmarks).join(" | ")}] [--json]`;

function parse(args: string[]): { names: string[]; json: boolean } {
  try {
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
    return { names: positionals, json: values.json ?? false };
  } catch (error) {
    throw new OptionError("bench: an option is not known", { got: (error as Error).message.split("\n")[0]!, hint });
  }
}

function main(): void {
  const { names, json } = parse(process.argv.slice(2));
  for (const name of names) {
    if (!Object.hasOwn(benchmarks, name)) throw new OptionError("bench: no such benchmark", { got: name, hint });
  }
  const results: Record<string, Row[]> = {};
  console.log(`Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}`);
  for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
    results[name] = benchmarks[name]!();
    console.log(`\n${name}\n${table(results[name])}`);
  }
  if (json) console.log(JSON.stringify({ node: process.versions.node, cores: cpus().length, ...results }));
}

try {
  main();
} catch (error) {
  if (!(error instanceof TypegradError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
