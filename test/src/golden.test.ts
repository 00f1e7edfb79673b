import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { type Outcome, runCase } from "./conformance/run-case.js";

const folder = fileURLToPath(new URL("../../golden/", import.meta.url));
const listed = fileURLToPath(new URL("../../src/not-built.txt", import.meta.url));

const files = readdirSync(folder, { recursive: true })
  .map((file) => String(file).replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".safetensors"))
  .sort();

test("values and gradients agree with PyTorch's, but for the listed cases of what is not built", async () => {
  const outcomes: Outcome[] = [];
  for (const file of files) outcomes.push(await runCase(folder, file));
  const { cases } = JSON.parse(readFileSync(`${folder}index.json`, "utf8")) as { cases: { file: string }[] };
  expect(files).toEqual(cases.map(({ file }) => file).sort());
  expect(outcomes.filter(({ status }) => status === "failed")).toEqual([]);
  // Exactly, so that the list shrinks with what is built.
  const missing = outcomes.filter(({ status }) => status === "not built").map(({ file }) => file);
  expect(missing).toEqual(readFileSync(listed, "utf8").split("\n").filter(Boolean));
});
