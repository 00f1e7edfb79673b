import { type Compiled, compileExamples, type Exports } from "./compile.js";
import type { Example } from "./find.js";
import { runExample } from "./run.js";

/** The entry points of the packages: docstrings may use what they export without an import. */
const entries: readonly (readonly [name: string, module: object])[] = [
  ["@typegrad/autograd", await import("@typegrad/autograd")],
  ["@typegrad/autograd/testing", await import("@typegrad/autograd/testing")],
  ["@typegrad/nn", await import("@typegrad/nn")],
  ["@typegrad/transformer", await import("@typegrad/transformer")],
  ["@typegrad/trainer", await import("@typegrad/trainer")],
  ["@typegrad/trainer/node", await import("@typegrad/trainer/node")],
];
const exported: Exports = new Map(entries.map(([name, module]) => [name, Object.keys(module)]));

/** One example and the check of it. */
export interface Check {
  readonly example: Example;
  /** What is wrong with the example, each with its place; nothing where it does what it says. */
  problems(): Promise<readonly string[]>;
}

/**
 * Type-checks the examples and prepares the rest: each runs when its problems are asked for.
 * @param folder where modules may be written, below a package that depends on all that examples import
 */
export function checkExamples(examples: readonly Example[], folder: string): Check[] {
  return compileExamples(examples, exported, folder).map((compiled) => ({
    example: compiled.example,
    problems: () => problemsOf(compiled, folder),
  }));
}

async function problemsOf(compiled: Compiled, folder: string): Promise<readonly string[]> {
  if (compiled.problems.length > 0 || compiled.example.fragment) return compiled.problems;
  return runExample(compiled, folder);
}
