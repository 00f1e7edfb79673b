import { expect, test } from "@jest/globals";
import { OptionError } from "@typegrad/autograd";
import { parse, type Settings } from "../options.js";

const known: Record<string, (keyof Settings)[]> = { train: ["size", "threads", "steps"], gemm: ["threads"] };

test("options are read, and have defaults", () => {
  const { name, json, settings } = parse(["train", "--size", "C", "--threads=3", "--steps", "20", "--json"], known);
  expect([name, json, settings]).toEqual(["train", true, { size: "C", threads: 3, steps: 20, eager: false }]);
  expect(parse([], known)).toMatchObject({ name: null, json: false, settings: { size: "S", steps: null } });
});

test.each([
  [["train", "--speed", "2"], "an option is not known"],
  [["trial"], "no such benchmark"],
  [["train", "gemm"], "one benchmark at a time"],
  [["gemm", "--size", "S"], "--size has no use here"],
  [["train", "--size", "XL"], "no such size"],
  [["train", "--steps", "0"], "steps is a whole number"],
  [["train", "--threads", "1.5"], "threads is a whole number"],
])("%j is refused: %s", (args, message) => {
  expect(() => parse(args, known)).toThrow(OptionError);
  expect(() => parse(args, known)).toThrow(message);
});
