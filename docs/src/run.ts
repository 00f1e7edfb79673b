import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { manualSeed, Tensor } from "@typegrad/autograd";
import type { Compiled } from "./compile.js";
import { matches, readComment } from "./expectation.js";
import { REPORT } from "./instrument.js";

const shown = (value: unknown): string =>
  value instanceof Tensor || typeof value !== "object" ? String(value) : JSON.stringify(value);

/** What a call throws, or what it gives. */
function outcomeOf(call: () => unknown): { readonly thrown: unknown } | { readonly value: unknown } {
  try {
    return { value: call() };
  } catch (thrown) {
    return { thrown };
  }
}

/** Runs an example and holds each reported value against its comment. What it prints is dropped. */
class Run {
  readonly problems: string[] = [];

  constructor(readonly compiled: Compiled) {}

  async start(folder: string): Promise<void> {
    const { example, code } = this.compiled;
    const path = join(folder, `${example.file}.${example.line}.mjs`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    // No example depends on another one's draws.
    manualSeed(0);
    const { log } = console;
    const { write } = process.stdout;
    console.log = () => {};
    process.stdout.write = () => true;
    Reflect.set(globalThis, REPORT, (line: number, comment: string, printed: boolean, call: () => unknown) =>
      this.report(line, comment, printed, call),
    );
    try {
      await import(pathToFileURL(path).href);
    } catch (error) {
      this.problems.push(`${example.file}:${example.line}: the example throws ${error}`);
    } finally {
      console.log = log;
      process.stdout.write = write;
      Reflect.deleteProperty(globalThis, REPORT);
    }
  }

  report(line: number, comment: string, printed: boolean, call: () => unknown): unknown {
    const expectation = readComment(comment, printed)!;
    const outcome = outcomeOf(call);
    if ("value" in outcome && outcome.value instanceof Promise) {
      return outcome.value.then((value) => this.report(line, comment, printed, () => value));
    }
    const place = `${this.compiled.example.file}:${line}`;
    if (expectation.kind === "throws") {
      const name = "thrown" in outcome ? (outcome.thrown as Error).name : "nothing";
      if (name !== expectation.name) this.problems.push(`${place}: throws ${name}, not ${expectation.name}`);
    } else if ("thrown" in outcome) {
      throw outcome.thrown;
    } else if (!matches(outcome.value, expectation)) {
      this.problems.push(`${place}: the value is ${shown(outcome.value)}, the comment says ${comment}`);
    }
    return undefined;
  }
}

/**
 * Runs a compiled example as a module of its own.
 * @param folder where the module is written, below a package that depends on all that examples import
 * @returns what is wrong, each with file and line
 */
export async function runExample(compiled: Compiled, folder: string): Promise<readonly string[]> {
  const run = new Run(compiled);
  await run.start(folder);
  return run.problems;
}
