// node scripts/build.mjs [PROJECT ...]: everything, or the named TypeScript projects and what they need.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root, workspaceFolders } from "./workspace.mjs";

/** `build/X.js` comes from `X.ts`. The compiler leaves it there when `X.ts` goes, and jest would still run it. */
function removeOrphans(folder) {
  const build = join(folder, "build");
  if (!existsSync(build)) return;
  const files = readdirSync(build, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const orphans = files.filter((output) => {
    const source = join(folder, relative(build, output)).replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts");
    return /\.(js|d\.ts)(\.map)?$/.test(output) && !existsSync(source);
  });
  // Should the source come back as it was, the compiler's notes would call its output up to date.
  const notes = orphans.length > 0 ? files.filter((file) => file.endsWith(".tsbuildinfo")) : [];
  for (const file of [...orphans, ...notes]) rmSync(file);
}

function run(script, args = []) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

run(join(root, "scripts", "print-kernels.mjs"));
run(join(root, "scripts", "compile-kernels.mjs"));
workspaceFolders().forEach(removeOrphans);
run(join(root, "node_modules", "typescript", "bin", "tsc"), ["-b", ...process.argv.slice(2)]);
