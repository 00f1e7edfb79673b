import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const script = fileURLToPath(new URL("../../../scripts/document/main.mjs", import.meta.url));

test('listings and memory plans in docs/compile.md are what the compiler says (if not: "npm run pictures")', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect(stdout + stderr).toBe("");
  expect(status).toBe(0);
});
