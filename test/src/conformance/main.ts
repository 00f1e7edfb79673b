// pnpm conformance DIR: runs every golden case below DIR and names each failure.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { OptionError, TypegradError } from "@typegrad/autograd";
import { type Outcome, runCase } from "./run-case.js";

function casesBelow(folder: string | undefined): string[] {
  const hint = "pnpm conformance DIR, a folder with golden cases, for instance test/golden";
  if (folder === undefined) throw new OptionError("conformance: no folder is named", { got: "no argument", hint });
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new OptionError("conformance: there is no such folder", { got: folder, hint });
  }
  const all = readdirSync(folder, { recursive: true }).map(String);
  const files = all.filter((file) => file.endsWith(".safetensors")).sort();
  if (files.length === 0) {
    throw new OptionError("conformance: the folder has no cases", {
      got: `no .safetensors file below ${folder}`,
      hint,
    });
  }
  return files.map((file) => file.split(sep).join("/"));
}

const SHOWN = 12;

function report({ file, status, problems }: Outcome): void {
  if (status === "not built") console.log(`not built: ${file}: ${problems.join("; ")}`);
  if (status !== "failed") return;
  const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : [];
  const lines = [...problems.slice(0, SHOWN), ...more].map((problem) => `  ${problem}`);
  console.log(`failed: ${file}\n${lines.join("\n")}`);
}

async function main(folder: string | undefined): Promise<void> {
  let passed = 0;
  const files = casesBelow(folder);
  for (const file of files) {
    const outcome = await runCase(folder!, join(file));
    report(outcome);
    if (outcome.status === "passed") passed++;
  }
  console.log(`${passed} passed, ${files.length - passed} failed`);
  process.exitCode = passed === files.length ? 0 : 1;
}

try {
  const { length } = process.argv.slice(2);
  if (length > 1) {
    throw new OptionError("conformance: more than one argument", {
      got: `${length} arguments`,
      hint: "name one folder",
    });
  }
  await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof TypegradError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
