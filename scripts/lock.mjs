import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./workspace.mjs";

const path = join(root, "build", "lock");
const pause = new Int32Array(new SharedArrayBuffer(4));

/** The process that holds the lock, or null where that is gone, or has gone. */
function owner() {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    // Between making the file and writing into it there is a moment.
    if (pid === 0) return Date.now() - statSync(path).mtimeMs < 5000 ? "just starting" : null;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === "EPERM" ? "of another user" : null;
  }
}

function acquire() {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; ; ) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = owner();
    if (holder === null) rmSync(path, { force: true });
    else if (!told) {
      console.error(`typegrad: another run (process ${holder}) installs or builds here; waiting for it ...`);
      console.error(`  if there is none, remove ${path}`);
      told = true;
    }
    Atomics.wait(pause, 0, 0, 100);
  }
}

/** Runs `work` while no other run installs or builds in this folder. A lock whose owner was killed does not count. */
export function exclusively(work) {
  acquire();
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}
