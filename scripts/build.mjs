// node scripts/build.mjs [PROJECT ...]: everything, or the named TypeScript projects and what they need.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { removeStaleOutputs } from "./stale-outputs.mjs";
import { root, workspaceFolders } from "./workspace.mjs";

function run(script, args = []) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

workspaceFolders().forEach(removeStaleOutputs);
run(join(root, "scripts", "print-kernels.mjs"));
run(join(root, "scripts", "compile-kernels.mjs"));
run(join(root, "scripts", "bundle-worker.mjs"));
run(join(root, "node_modules", "typescript", "bin", "tsc"), ["-b", ...process.argv.slice(2)]);
