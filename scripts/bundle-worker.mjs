// Bundles what a worker thread runs and writes it, as text, into a *.generated.ts: no file to fetch at run time, and
// nothing that a bundler of the user's could tear apart.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./workspace.mjs";

const folder = join(root, "packages", "autograd", "src", "targets", "wasm", "threads");
const generated = join(folder, "worker.generated.ts");

const { outputFiles } = await build({
  entryPoints: [join(folder, "worker.ts")],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "es2022",
  logLevel: "error",
});
const text = [
  "// Bundled from worker.ts.\n",
  "/** What a worker runs, as a script. */",
  `export const worker =\n  ${JSON.stringify(outputFiles[0].text.trim())};\n`,
].join("\n");
if (!existsSync(generated) || readFileSync(generated, "utf8") !== text) writeFileSync(generated, text);
