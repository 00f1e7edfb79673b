import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const script = new URL("../../../scripts/lock.mjs", import.meta.url);
const lock = fileURLToPath(new URL("../../../build/lock", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that notes in a file when it has come in and when it goes out. */
function visitor(notes: string): Promise<number | null> {
  const program = `
    import { appendFileSync } from "node:fs";
    import { exclusively } from ${JSON.stringify(script.href)};
    exclusively(() => {
      appendFileSync(${JSON.stringify(notes)}, "in ");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
      appendFileSync(${JSON.stringify(notes)}, "out ");
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "ignore" });
  return new Promise((resolve) => child.on("exit", resolve));
}

test("of several runs one at a time installs or builds, and one that was killed does not hold up the others", async () => {
  const notes = join(folder, "notes");
  await visitor(notes);
  // No process has a number like this.
  if (!existsSync(lock)) writeFileSync(lock, "999999999");
  expect(await Promise.all([visitor(notes), visitor(notes), visitor(notes)])).toEqual([0, 0, 0]);
  expect(readFileSync(notes, "utf8")).toBe("in out ".repeat(4));
});
