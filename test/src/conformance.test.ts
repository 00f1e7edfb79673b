import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Tensor, tensor } from "@typegrad/autograd";
import { writeSafetensors } from "@typegrad/nn";
import { runCase } from "./conformance/run-case.js";

const main = fileURLToPath(new URL("./conformance/main.js", import.meta.url));

const float64 = (values: number[]): Tensor => tensor(values, { dtype: "float64" });

/** a + b with the given output and gradient of a. */
function addition(out: number[], gradient: number[], metadata: Record<string, string> = {}): Uint8Array {
  const tensors = {
    "input.a": float64([1, 2, 3]),
    "input.b": float64([10, 20, 30]),
    "output.out": float64(out),
    "cotangent.out": float64([1, -2, 0.5]),
    "grad.input.a": float64(gradient),
  };
  const common = { kind: "op", op: "add", args: "{}", inputs: '["a", "b"]', outputs: '["out"]', tags: "[]" };
  return writeSafetensors(tensors, { ...common, rtol: "1e-9", atol: "1e-10", ...metadata });
}

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conformance-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

const run = async (bytes: Uint8Array) => {
  writeFileSync(join(folder, "case.safetensors"), bytes);
  return runCase(folder, "case.safetensors");
};

describe("a case", () => {
  test("passes when outputs and gradients are within the tolerance", async () => {
    const outcome = await run(addition([11, 22 + 1e-9, 33], [1, -2, 0.5]));
    expect(outcome).toEqual({ file: "case.safetensors", kind: "op", status: "passed", problems: [] });
  });

  test("names the tensor, the first index that differs, and both values", async () => {
    const { status, problems } = await run(addition([11, 22, 33], [1, 2, 0.25]));
    expect(status).toBe("failed");
    expect(problems).toEqual(["grad.input.a[1]: -2, expected 2 (2 of 3 differ)"]);
  });

  test("fails by NaN and by an infinity that are not expected", async () => {
    const { problems } = await run(addition([Number.NaN, Number.POSITIVE_INFINITY, 33], [1, -2, 0.5]));
    expect(problems).toEqual(["output.out[0]: 11, expected NaN (2 of 3 differ)"]);
  });

  test("says the shapes when they differ", async () => {
    const { problems } = await run(addition([11, 22], [1, -2, 0.5]));
    expect(problems).toEqual(["output.out: shape [3], expected [2]"]);
  });

  test.each([
    ["an op", { op: "fold" }, "fold"],
    ["a kind", { kind: "riddle" }, "kind riddle"],
  ])("of %s that does not exist is not built", async (_, metadata, what) => {
    const { status, problems } = await run(addition([11, 22, 33], [1, -2, 0.5], metadata));
    expect({ status, problems }).toEqual({ status: "not built", problems: [what] });
  });
});

describe("the command", () => {
  const conformance = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

  test("counts what is not built as failed and exits with 1", async () => {
    writeFileSync(join(folder, "case.safetensors"), addition([11, 22, 33], [1, -2, 0.5]));
    writeFileSync(join(folder, "other.safetensors"), addition([11, 22, 33], [1, -2, 0.5], { op: "fold" }));
    writeFileSync(join(folder, "third.safetensors"), "no tensors");
    const { status, stdout } = conformance(folder);
    expect(stdout).toContain("not built: other.safetensors: fold");
    expect(stdout).toContain("failed: third.safetensors");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("1 passed, 2 failed");
    expect(status).toBe(1);
  });

  test.each([
    ["no folder", [], "conformance: no folder is named"],
    ["a folder that is not there", ["nowhere"], "conformance: there is no such folder"],
    ["two folders", ["a", "b"], "conformance: more than one argument"],
  ])("rejects %s in three lines with 2", (_, args, problem) => {
    const { status, stderr } = conformance(...args);
    expect(stderr.trimEnd().split("\n")).toEqual([
      problem,
      expect.stringMatching(/^got: /),
      expect.stringMatching(/^hint: /),
    ]);
    expect(status).toBe(2);
  });
});
