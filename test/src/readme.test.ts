import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const esbuild = join(dirname(createRequire(import.meta.url).resolve("esbuild/package.json")), "bin", "esbuild");

function run(args: readonly string[], input?: string): string {
  const result = spawnSync(process.execPath, args, { input, encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

const readmes = [
  "README.md",
  ...["autograd", "nn", "transformer", "trainer"].map((name) => `packages/${name}/README.md`),
];

// What a README shows must run: all its TypeScript, one block after the other, each in a scope of its own file.
test.each(readmes)("the examples of %s run", (path) => {
  const blocks = [...readFileSync(join(root, path), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  expect(blocks.length).toBeGreaterThan(0);
  const folder = join(here, "..", "readme");
  mkdirSync(folder, { recursive: true });
  for (const [i, block] of blocks.entries()) {
    const file = join(folder, `${path.replace(/\W/g, "-")}-${i}.mjs`);
    writeFileSync(file, run([esbuild, "--loader=ts", "--format=esm"], block));
    run([file]);
  }
});
