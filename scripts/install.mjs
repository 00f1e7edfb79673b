import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, workspaceFolders } from "./workspace.mjs";

const stamp = join(root, "node_modules", ".cache", "typegrad", "installed");

/** Everything that decides what an installation brings, in one hash. */
function fingerprint() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${root}`);
  const manifests = [root, ...workspaceFolders()].map((folder) => join(folder, "package.json"));
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"].map((name) => join(root, name)).concat(manifests)) {
    hash.update(`\n${file}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function packageManager() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager;
}

/** Installs the locked dependencies, unless the last installation was of exactly these. */
export function ensureInstalled() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  console.error("typegrad: installing dependencies (once) ...");
  const { status, signal, error } = spawnSync(
    "npx",
    // NODE_ENV=production must not drop the compiler, and without a terminal pnpm must not stop to ask.
    ["--yes", packageManager(), "install", "--frozen-lockfile", "--prod=false", "--config.confirmModulesPurge=false"],
    {
      cwd: root,
      // Standard output belongs to the job that follows, which may print JSON.
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
      // What is cached needs no network, and where one is needed and missing, the wait is seconds instead of a minute.
      env: { npm_config_fetch_retry_mintimeout: "1000", ...process.env, npm_config_prefer_offline: "true" },
    },
  );
  if (status !== 0) {
    console.error(`\ntypegrad: the installation failed${error ? ` (${error.message})` : ""}.`);
    if (!signal) {
      console.error("  without a network: the first installation needs the npm registry; connect and run this again");
      console.error("  after a change of a package.json: `npx pnpm install` brings pnpm-lock.yaml up to date");
    }
    process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}
