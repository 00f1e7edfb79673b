import { checkOptions, ValueError } from "@typegrad/autograd";
import chalk, { Chalk, type ChalkInstance } from "chalk";
import type { FitResult, Logger, StepRecord, ValidationRecord } from "./records.js";

/** Where text goes; `process.stdout` is one. */
export interface LogStream {
  /** Takes the text; nothing is awaited. */
  write(text: string): unknown;
  /** Whether it is a terminal, on which a line can be rewritten. */
  readonly isTTY?: boolean;
  /** The terminal's width in characters. */
  readonly columns?: number;
}

/** Options of {@link ConsoleLogger}. */
export interface ConsoleLoggerOptions {
  /** Default: `process.stdout`; where there is none, nothing is written. */
  readonly stream?: LogStream;
  /** Steps between lines where the stream is no terminal. Default 100. */
  readonly every?: number;
  /** Default: on a terminal that has colours, unless `NO_COLOR` is set. */
  readonly color?: boolean;
}

interface Host {
  readonly process?: { readonly stdout?: LogStream; readonly env?: Readonly<Record<string, string | undefined>> };
}

const BAR = 20;
/** Seconds between two drawings of the live line. */
const PAUSE = 0.1;

/** A piece of a line. Colours have no width, so they are put on last. */
interface Part {
  readonly text: string;
  readonly style: (text: string) => string;
}

/**
 * Shows a run: on a terminal one live line with a bar, step, loss, rate, tokens a second and the time left, elsewhere
 * plain lines. Validation losses stay on screen.
 *
 * @throws OptionError for unknown options; ValueError for an `every` below 1.
 * @example
 * ```ts
 * let text = "";
 * const logger = new ConsoleLogger({ stream: { write: (part) => (text += part) } });
 * logger.onEnd({ steps: 3, history: [], validation: [], stoppedBy: "steps", elapsed: 65 });
 * text; // "done 3 steps in 1:05, steps reached\n"
 * ```
 */
export class ConsoleLogger implements Logger {
  readonly #stream: LogStream;
  readonly #every: number;
  readonly #chalk: ChalkInstance;
  #drawn = Number.NEGATIVE_INFINITY;
  #last: StepRecord | null = null;
  /** Characters of the live line. */
  #width = 0;

  constructor(options: ConsoleLoggerOptions = {}) {
    checkOptions("ConsoleLogger", options, ["stream", "every", "color"]);
    const { process } = globalThis as unknown as Host;
    this.#stream = options.stream ?? process?.stdout ?? { write: () => true };
    this.#every = options.every ?? 100;
    if (!Number.isInteger(this.#every) || this.#every < 1) {
      throw new ValueError("ConsoleLogger: every must be a whole number from 1 up", {
        got: String(options.every),
        hint: "it counts the steps between two lines",
      });
    }
    // https://no-color.org: any value but the empty one.
    const wanted = options.color ?? (this.#stream.isTTY === true && !process?.env?.NO_COLOR);
    this.#chalk = new Chalk({ level: !wanted ? 0 : options.color === true && chalk.level === 0 ? 1 : chalk.level });
  }

  /** Redraws the live line, or prints a line every so many steps. */
  onStep(record: StepRecord): void {
    this.#last = record;
    const { step, elapsed } = record;
    if (this.#stream.isTTY !== true) {
      if (step === 1 || step % this.#every === 0) this.#printLast();
    } else if (elapsed - this.#drawn >= PAUSE) this.#draw(record);
  }

  /** Prints the validation loss on a line of its own. */
  onValidation({ step, loss, best }: ValidationRecord): void {
    this.#printLast();
    const { green, dim } = this.#chalk;
    this.#stream.write(
      `${green("validation")} step ${step}  loss ${decimal(loss)}${best ? dim("  best so far") : ""}\n`,
    );
  }

  onEnd({ steps, elapsed, stoppedBy }: FitResult): void {
    this.#printLast();
    const reason = stoppedBy === "stop" ? "stopped" : `${stoppedBy} reached`;
    this.#stream.write(`${this.#chalk.bold("done")} ${steps} steps in ${duration(elapsed)}, ${reason}\n`);
  }

  /** The live line of a run that failed stays as it is. */
  close(): void {
    this.#printLast();
  }

  /** Leaves the last step on screen, on a line of its own. */
  #printLast(): void {
    if (this.#last === null) return;
    if (this.#stream.isTTY === true) this.#draw(this.#last);
    else this.#stream.write(this.#styled(parts(this.#last, this.#chalk)));
    this.#stream.write("\n");
    this.#last = null;
    this.#width = 0;
  }

  /** Writes over the live line. Spaces cover what is left of a longer one. */
  #draw(record: StepRecord): void {
    this.#drawn = record.elapsed;
    // The last column stays free: some terminals would begin a new line.
    const columns = (this.#stream.columns || 80) - 1;
    const fitting = [bar(record, this.#chalk), ...parts(record, this.#chalk)];
    // The bar goes first, then what stands last.
    if (widthOf(fitting) > columns) fitting.shift();
    while (fitting.length > 1 && widthOf(fitting) > columns) fitting.pop();
    const width = widthOf(fitting);
    this.#stream.write(`\r${this.#styled(fitting)}${" ".repeat(Math.max(0, Math.min(columns, this.#width) - width))}`);
    this.#width = width;
  }

  #styled(line: readonly Part[]): string {
    return line.map(({ text, style }) => style(text)).join("  ");
  }
}

const widthOf = (line: readonly Part[]): number => line.reduce((sum, { text }) => sum + text.length + 2, -2);

const plain = (text: string): string => text;

function bar({ progress }: StepRecord, { cyan, dim }: ChalkInstance): Part {
  const filled = Math.floor(BAR * progress);
  const text = "█".repeat(filled) + "░".repeat(BAR - filled);
  return { text, style: () => cyan(text.slice(0, filled)) + dim(text.slice(filled)) };
}

function parts({ step, loss, rate, tokensPerSecond, timeLeft }: StepRecord, { bold }: ChalkInstance): Part[] {
  return [
    { text: `step ${step}`, style: plain },
    { text: `loss ${decimal(loss)}`, style: bold },
    { text: `rate ${rate.toExponential(2)}`, style: plain },
    ...(tokensPerSecond === null ? [] : [{ text: `${Math.round(tokensPerSecond)} tokens/s`, style: plain }]),
    { text: `${duration(timeLeft)} left`, style: plain },
  ];
}

const decimal = (loss: number): string => (Math.abs(loss) < 1e5 ? loss.toFixed(4) : loss.toExponential(3));

/** Seconds as 1:05 or 2:03:04. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
