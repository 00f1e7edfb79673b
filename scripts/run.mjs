// node scripts/run.mjs JOB [ARGS]: what the root's package scripts call. Every job works on a fresh clone with
// nothing but Node and npm: dependencies are installed when they changed, then the workspace is built.

import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { exclusively } from "./lock.mjs";
import { root } from "./workspace.mjs";

const programs = {
  start: "examples/build/translate/main.js",
  translate: "examples/build/translate/translate.js",
  conformance: "test/build/src/conformance/main.js",
  bench: "bench/build/main.js",
};

const jobs = {
  install: () => 0,
  build: (args) => build(args),
  check: () => biome("ci") | (build() || typedoc(["--emit", "none", "--logLevel", "Warn"])),
  format: (args) => biome("check", "--write", ...args),
  test: (args) => build() || jest(args),
  coverage: (args) => build() || jest(["--config", "scripts/coverage.mjs", ...args]),
  proof: (args) => build() || proof(args),
  api: (args) => typedoc(args),
  pictures: (args) => build() || node("scripts/document/main.mjs", args, { stdio: "inherit" }),
};

/** What takes longer than a test may: `pnpm proof` runs all of them. */
const proofs = {
  fuzz: (args) => node("packages/autograd/build/test/fuzz/main.js", args, { stdio: "inherit" }),
  memory: (args) => node("packages/transformer/build/test/checkpoint/main.js", args, { stdio: "inherit" }),
  mutation: (args) => {
    const config = ["run", "scripts/mutation/stryker.config.mjs"];
    return node("node_modules/@stryker-mutator/core/bin/stryker.js", [...config, ...args], { stdio: "inherit" });
  },
};

function proof([name, ...args]) {
  if (name === undefined) return Object.values(proofs).reduce((status, run) => status || run([]), 0);
  if (name in proofs) return proofs[name](args);
  console.error(`usage: pnpm proof [${Object.keys(proofs).join(" | ")}] [ARGS]`);
  return 2;
}

function node(script, args, options) {
  return spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, ...options }).status ?? 1;
}

function build(args = []) {
  // Standard output belongs to the program that follows, which may print JSON.
  return exclusively(() => node("scripts/build.mjs", args, { stdio: ["ignore", 2, 2] }));
}

function biome(...args) {
  const colors = process.stdout.isTTY ? "force" : "off";
  return node("node_modules/@biomejs/biome/bin/biome", [...args, `--colors=${colors}`], { stdio: "inherit" });
}

/** Pages of every export, from the docstrings, in docs/out/api. An export without one is an error, as a broken link is. */
function typedoc(args) {
  const cwd = join(root, "docs");
  return node("docs/node_modules/typedoc/bin/typedoc", args, { cwd, stdio: "inherit" });
}

function jest(args) {
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, join(root, "node_modules/jest/bin/jest.js"), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

/** In this very process, so that signals, standard input and the exit code are the program's own. */
async function runProgram(file, args) {
  const path = join(root, file);
  if (!existsSync(path)) throw new Error(`${file} does not exist: its source is missing`);
  // Package scripts start in the root, but a relative path among the arguments means the user's folder.
  process.chdir(process.env.INIT_CWD ?? process.cwd());
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}

function requireNode(major, minor) {
  const [actualMajor, actualMinor] = process.versions.node.split(".").map(Number);
  if (actualMajor > major || (actualMajor === major && actualMinor >= minor)) return;
  console.error(`typegrad needs Node ${major}.${minor} or newer; this is ${process.version}. See https://nodejs.org`);
  process.exit(1);
}

requireNode(20, 19);
const [job, ...rest] = process.argv.slice(2);
// npm drops the "--" before the arguments, pnpm hands it on.
const args = rest[0] === "--" ? rest.slice(1) : rest;

if (job in jobs) {
  exclusively(ensureInstalled);
  process.exitCode = await jobs[job](args);
} else if (job in programs) {
  exclusively(ensureInstalled);
  const status = build();
  if (status === 0) await runProgram(programs[job], args);
  else process.exitCode = status;
} else {
  console.error(`usage: node scripts/run.mjs ${[...Object.keys(programs), ...Object.keys(jobs)].join(" | ")} [ARGS]`);
  process.exitCode = 2;
}
