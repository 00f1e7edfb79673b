import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { checkExamples } from "../src/check-examples.js";
import { examplesIn, findExamples } from "../src/find.js";

const docs = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = join(docs, "out", "examples");
const examples = findExamples(join(docs, ".."));

describe("what a document or a docstring shows has its types and its results:", () => {
  const rows = checkExamples(examples, folder).map(
    (check) => [`${check.example.file}:${check.example.line}`, check] as const,
  );
  test.each(rows)("%s", async (_, check) => {
    expect(await check.problems()).toEqual([]);
  });
});

test("each package's README has an example that runs", () => {
  for (const file of [
    "README.md",
    ...["autograd", "nn", "transformer", "trainer"].map((name) => `packages/${name}/README.md`),
  ])
    expect(examples.filter((example) => example.file === file && !example.fragment).length).toBeGreaterThan(0);
});

describe("a wrong example is found:", () => {
  const imports = 'import { add, tensor, zeros } from "@typegrad/autograd";';
  const wrong: readonly (readonly [name: string, code: readonly string[], problem: string])[] = [
    ["a value", ["const one = 1;", "one + 1; // 3"], ":4: the value is 2, the comment says 3"],
    ["a digit", ["0.25 / 2; // 0.124"], ":3: the value is 0.125, the comment says 0.124"],
    ["a declared value", ["const [one] = [1]; // 2"], ":3: the value is 1, the comment says 2"],
    ["a value in a function", ["const f = (): void => {", "  true; // false", "};", "f();"], ":4: the value is true"],
    ["an awaited value", ["await Promise.resolve(1); // 2"], ":3: the value is 1, the comment says 2"],
    ["an element", [imports, "add(1, 2).toArray(); // 4"], ":4: the value is 3, the comment says 4"],
    ["a shape", [imports, "zeros([2, 3]); // [B, B]"], ":4: the value is tensor("],
    ["printed text", [imports, "console.log(tensor([1]));", "// tensor([1.0], shape=[1], dtype=float32)"], ":4: the"],
    ["a value on the next line", ["Number(1);", "// 2"], ":3: the value is 1, the comment says 2"],
    ["an error that does not come", ["Number(1); // throws TypeError"], ":3: throws nothing, not TypeError"],
    [
      "an error",
      ["null!.x; // throws RangeError".replace("null!", "(null as never as { x: 1 })")],
      ":3: throws TypeError",
    ],
    ["an error that nothing announces", ["throw new Error('no');"], ":2: the example throws Error: no"],
    ["a type", ["const one: string = 1;"], ":3:7: Type 'number' is not assignable to type 'string'."],
    ["a name", ["absent;"], ":3:1: Cannot find name 'absent'."],
    ["a comment with a typing mistake", ["Number(1); // [1"], ': line 3: "[1" begins like a value, but is none'],
    ["a syntax error", ["const = 1;"], ":3:7: Variable declaration expected."],
  ];
  const found = wrong.map(
    ([, code], i) => examplesIn(`guide-${i}.md`, ["# Guide", "```ts", ...code, "```"].join("\n"))[0]!,
  );
  const checks = checkExamples(found, folder).map((check, i) => [wrong[i]![0], check, wrong[i]![2]] as const);
  test.each(checks)("%s", async (_, check, problem) => {
    expect((await check.problems())[0]).toContain(check.example.file + problem);
  });
});
