// Runs packages/autograd/scripts/print-kernels.ts, which writes the *.generated.ts files. It comes before the
// compiler, since what it prints is compiled with the rest; so it is bundled by esbuild, which needs no types.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./workspace.mjs";

const autograd = join(root, "packages", "autograd");
const entry = join(autograd, "scripts", "print-kernels.ts");
// Inside the package, so that dependencies left out of the bundle are found from there.
const bundle = join(autograd, "node_modules", ".cache", "typegrad", "print-kernels.mjs");

/** The declarations import the kernels printed from them. On a fresh clone these are not there yet. */
const withoutGenerated = {
  name: "without-generated",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.generated\.js$/ }, ({ path }) => ({ path, namespace: "generated" }));
    // CommonJS, whose exports the bundler does not check by name.
    onLoad({ filter: /.*/, namespace: "generated" }, () => ({ contents: "module.exports = {};" }));
  },
};

async function printKernels() {
  try {
    await build({
      entryPoints: [entry],
      outfile: bundle,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      sourcemap: "inline",
      plugins: [withoutGenerated],
      absWorkingDir: root,
      logLevel: "error",
    });
  } catch {
    // esbuild has printed what is wrong and where.
    return 1;
  }
  const args = ["--enable-source-maps", bundle];
  return spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", 2, 2] }).status ?? 1;
}

if (existsSync(entry)) process.exitCode = await printKernels();
