import { parseArgs } from "node:util";
import { InputError } from "./errors.js";

/** What the command line asks for. */
export interface Options {
  /** A folder with parallel text; otherwise the embedded grammar is used. */
  readonly data: string | null;
  readonly src: string;
  readonly tgt: string;
  /** Stop after so many minutes of training. */
  readonly minutes: number | null;
  readonly steps: number | null;
  /** How the rate falls after the warm-up: along a cosine to nothing at the last step, or with the root of the step. */
  readonly decay: "cosine" | "root";
  /** A short training, for a first look. */
  readonly quick: boolean;
  readonly seed: number;
  readonly out: string;
  readonly help: boolean;
}

export const usage = `usage: npm start -- [options]

Trains the Transformer of "Attention Is All You Need" to translate, and writes the model and a report.
Without --data it learns English → German from sentences of a grammar that is part of this example.

  --data DIR     parallel text instead: train.SRC, train.TGT, val.*, test_*, plain or .gz, one sentence a line
  --src LANG     the source language's file ending (en)
  --tgt LANG     the target language's file ending (de)
  --quick        a short training instead of a thorough one
  --minutes N    stop after N minutes of training, then evaluate
  --steps N      stop after N steps
  --decay HOW    how the rate falls: cosine (to nothing at the last step) or root (of the step, as in the paper);
                 root when --minutes is given, otherwise cosine
  --seed N       a whole number; the same seed gives the same bits (1)
  --out DIR      where model.safetensors, model.json, log.jsonl and report.html go (out/translate)
  --help         this text

Ctrl-C ends the training early: what is learned is saved and judged. A second one leaves at once.
`;

/** The options of a command line. Throws an {@link InputError} for anything that is not understood. */
export function readOptions(args: readonly string[]): Options {
  const string = { type: "string" } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        data: string,
        src: string,
        tgt: string,
        minutes: string,
        steps: string,
        decay: string,
        quick: { type: "boolean" },
        seed: string,
        out: string,
        help: { type: "boolean" },
      },
    }));
  } catch (error) {
    throw new InputError(`translate: ${(error as Error).message.split("\n")[0]}`, {
      got: args.join(" "),
      hint: "npm start -- --help lists the options",
    });
  }
  const text = (name: string, fallback: string): string => (values[name] as string | undefined) ?? fallback;
  const minutes = optionalNumber("minutes", values.minutes, (n) => n > 0);
  return {
    data: (values.data as string | undefined) ?? null,
    src: text("src", "en"),
    tgt: text("tgt", "de"),
    minutes,
    steps: optionalNumber("steps", values.steps, (n) => Number.isInteger(n) && n > 0),
    decay: readDecay(text("decay", minutes === null ? "cosine" : "root"), minutes !== null),
    quick: values.quick === true,
    seed: optionalNumber("seed", values.seed, (n) => Number.isSafeInteger(n) && n >= 0) ?? 1,
    out: text("out", "out/translate"),
    help: values.help === true,
  };
}

/**
 * The options that repeat a run to the bit, or null where there are none: a cosine ends at the last of the planned
 * steps, so a run that was stopped before has no other one like it.
 */
export function repeatOptions(
  options: Options,
  planned: { readonly steps: number | null },
  done: { readonly steps: number },
): string | null {
  const { data, src, tgt, decay, quick, seed } = options;
  if (decay === "cosine" && done.steps !== planned.steps) return null;
  const source = data === null ? [] : ["--data", quoted(data), "--src", src, "--tgt", tgt];
  return [...source, ...(quick ? ["--quick"] : []), "--steps", done.steps, "--decay", decay, "--seed", seed].join(" ");
}

/** A text as a shell takes it for one word. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function optionalNumber(name: string, value: unknown, fits: (n: number) => boolean): number | null {
  if (value === undefined) return null;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (fits(number)) return number;
  throw new InputError(`translate: --${name} is not a number that fits`, {
    got: String(value),
    hint: name === "minutes" ? "a number above 0" : "a whole number",
  });
}

function readDecay(value: string, byMinutes: boolean): "cosine" | "root" {
  if (value === "root" || (value === "cosine" && !byMinutes)) return value;
  throw new InputError("translate: the rate cannot fall like this", {
    got: `--decay ${value}${byMinutes ? " with --minutes" : ""}`,
    hint: byMinutes ? "a schedule never looks at the clock: use root, or --steps" : "use cosine or root",
  });
}
