import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const script = new URL("../../../scripts/stale-outputs.mjs", import.meta.url);
const { removeStaleOutputs } = (await import(script.href)) as { removeStaleOutputs(folder: string): void };

let folder = "";
const at = (file: string): string => join(folder, file);
const write = (file: string, text = ""): void => {
  mkdirSync(dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
};
const notes = "build/test/tsconfig.tsbuildinfo";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stale-"));
  const sources = ["test/kept.ts", "test/other.ts"];
  for (const file of sources) {
    write(file);
    for (const ending of [".js", ".js.map", ".d.ts"]) write(`build/${file.replace(".ts", ending)}`);
  }
  write(notes, JSON.stringify({ fileNames: ["lib.d.ts", ...sources.map((file) => `../../${file}`)] }));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("what is whole is left alone", () => {
  removeStaleOutputs(folder);
  for (const file of [notes, "build/test/kept.js", "build/test/other.js.map"]) expect(existsSync(at(file))).toBe(true);
});

test("outputs of a source that has gone go too, and with them the compiler's notes", () => {
  rmSync(at("test/other.ts"));
  removeStaleOutputs(folder);
  const left = ["build/test/other.js", "build/test/other.js.map", "build/test/other.d.ts", notes];
  for (const file of left) expect(existsSync(at(file))).toBe(false);
  expect(existsSync(at("build/test/kept.js"))).toBe(true);
});

test.each([".js", ".d.ts"])(
  "where an output %s has gone, the compiler's notes go: it writes all of them anew",
  (ending) => {
    rmSync(at(`build/test/other${ending}`));
    removeStaleOutputs(folder);
    expect(existsSync(at(notes))).toBe(false);
    expect(existsSync(at("build/test/kept.js"))).toBe(true);
  },
);
