import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

test("memory stays flat over 300 training steps", () => {
  const program = join(dirname(fileURLToPath(import.meta.url)), "memory-run.js");
  const { stdout } = spawnSync(process.execPath, ["--expose-gc", program], { encoding: "utf8" });
  const [early, late] = JSON.parse(stdout) as { heap: number; resident: number }[];
  expect(late!.heap / early!.heap).toBeLessThan(1.2);
  expect(late!.resident / early!.resident).toBeLessThan(1.2);
});
