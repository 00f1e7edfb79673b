import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { OptionError } from "@typegrad/autograd";
import { type Size, sizes } from "./workload.js";

/** What the command line says of a measurement, with defaults. */
export interface Settings {
  /** Default S. */
  readonly size: Size;
  /** Default: all cores. */
  readonly threads: number;
  /** Default: the benchmark's own. */
  readonly steps: number | null;
  /** Whether training runs operation by operation instead of compiled. */
  readonly eager: boolean;
}

/** The command line: which benchmark, how, and whether the result is wanted as JSON. */
export interface Command {
  readonly name: string | null;
  readonly settings: Settings;
  readonly json: boolean;
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const options = { size: text, threads: text, steps: text, eager: flag, json: flag } as const;

/**
 * Reads the command line.
 * @param known the options that each benchmark takes
 * @throws OptionError for what is not known, does not go with the benchmark, or is out of range.
 */
export function parse(args: string[], known: Readonly<Record<string, readonly (keyof Settings)[]>>): Command {
  const hint = `pnpm bench [${Object.keys(known).join(" | ")}] [--size ${sizes.join("|")}] [--threads N] [--steps N] [--eager] [--json]`;
  const refuse = (what: string, got: string): never => {
    throw new OptionError(`bench: ${what}`, { got, hint });
  };
  const count = (name: string, given: string): number =>
    /^[1-9]\d*$/.test(given) ? Number(given) : refuse(`${name} is a whole number from 1 up`, given);
  const read = () => {
    try {
      return parseArgs({ args, options, allowPositionals: true });
    } catch (error) {
      return refuse("an option is not known", (error as Error).message.split("\n")[0]!);
    }
  };
  const { positionals, values } = read();
  const [name = null, ...more] = positionals;
  if (more.length > 0) refuse("one benchmark at a time, or all", positionals.join(" "));
  if (name !== null && !Object.hasOwn(known, name)) refuse("no such benchmark", name);
  const { json = false, size = "S", threads, steps, eager = false } = values;
  const allowed = name === null ? [] : known[name]!;
  const without = Object.keys(values).find(
    (option) => option !== "json" && !allowed.includes(option as keyof Settings),
  );
  if (without !== undefined) refuse(`--${without} has no use here`, args.join(" "));
  if (!sizes.includes(size as Size)) refuse("no such size", size);
  return {
    name,
    json,
    settings: {
      size: size as Size,
      threads: threads === undefined ? cpus().length : count("threads", threads),
      steps: steps === undefined ? null : count("steps", steps),
      eager,
    },
  };
}
