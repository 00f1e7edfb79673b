import { checkOptions } from "@typegrad/autograd";
import { Chalk, type ChalkInstance } from "chalk";
import type { Callback, FitResult, StepRecord, ValidationRecord } from "./trainer.js";

/** Where lines go: process.stdout is one. */
export interface LogStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Options of {@link ConsoleLogger}. */
export interface ConsoleLoggerOptions {
  /** Default process.stdout. */
  readonly stream?: LogStream;
  /** Steps between lines where there is no terminal. Default 100. */
  readonly every?: number;
  /** Default: on a terminal, unless NO_COLOR is set. */
  readonly color?: boolean;
}

interface Host {
  readonly process?: { readonly stdout: LogStream; readonly env: Readonly<Record<string, string | undefined>> };
}

const BAR = 20;
/** Seconds between two drawings of the live line. */
const PAUSE = 0.1;

/** One live line with bar, step, loss, rate, tokens a second and time left; plain lines where there is no terminal. */
export class ConsoleLogger implements Callback {
  readonly #stream: LogStream;
  readonly #every: number;
  readonly #chalk: ChalkInstance;
  #drawn = Number.NEGATIVE_INFINITY;
  #speed: number | null = null;
  #live = false;

  constructor(options: ConsoleLoggerOptions = {}) {
    checkOptions("ConsoleLogger", options, ["stream", "every", "color"]);
    const { process } = globalThis as unknown as Host;
    this.#stream = options.stream ?? process?.stdout ?? { write: () => true };
    this.#every = options.every ?? 100;
    const color = options.color ?? (this.#stream.isTTY === true && !process?.env.NO_COLOR);
    this.#chalk = new Chalk({ level: color ? 1 : 0 });
  }

  onStep(record: StepRecord): void {
    // A running mean: single steps differ with the length of their batch.
    this.#speed = this.#speed === null ? record.tokensPerSecond : 0.95 * this.#speed + 0.05 * record.tokensPerSecond;
    const terminal = this.#stream.isTTY === true;
    if (terminal && record.elapsed - this.#drawn < PAUSE && record.progress !== 1) return;
    if (!terminal && record.step !== 1 && record.step % this.#every !== 0 && record.progress !== 1) return;
    this.#drawn = record.elapsed;
    const line = this.#line(record, terminal);
    this.#stream.write(terminal ? `\r${line}\u001b[K` : `${line}\n`);
    this.#live = terminal;
  }

  onValidation({ step, loss }: ValidationRecord): void {
    this.#endLine();
    this.#stream.write(`${this.#chalk.green("validation")} after step ${step}: loss ${loss.toFixed(4)}\n`);
  }

  onEnd({ steps, stoppedBy }: FitResult): void {
    this.#endLine();
    this.#stream.write(`${this.#chalk.bold("done")}: ${steps} steps, stopped by ${stoppedBy}\n`);
  }

  #endLine(): void {
    if (this.#live) this.#stream.write("\r\u001b[K");
    this.#live = false;
  }

  #line({ step, loss, rate, timeLeft, progress }: StepRecord, bar: boolean): string {
    const filled = Math.round(BAR * (progress ?? 0));
    const parts = [
      ...(bar && progress !== null ? [this.#chalk.cyan("█".repeat(filled)) + this.#chalk.dim("░".repeat(BAR - filled))] : []),
      `step ${step}`,
      `loss ${this.#chalk.bold(loss.toFixed(4))}`,
      `rate ${rate.toExponential(2)}`,
      `${Math.round(this.#speed ?? 0)} tokens/s`,
      ...(timeLeft === null ? [] : [`${duration(timeLeft)} left`]),
    ];
    // Colours have no width; parts that do not fit are left out, the last first.
    const width = (text: string[]) => text.join("  ").replace(/\u001b\[\d+m/g, "").length;
    while (bar && parts.length > 2 && width(parts) >= (this.#stream.columns ?? 80)) parts.pop();
    return parts.join("  ");
  }
}

/** Seconds as 1:05 or 2:03:04. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
