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
    const { cyan, dim, bold } = this.#chalk;
    const parts: Part[] = [
      part(`step ${step}`),
      part(`loss ${loss.toFixed(4)}`, bold),
      part(`rate ${rate.toExponential(2)}`),
      part(`${Math.round(this.#speed ?? 0)} tokens/s`),
      ...(timeLeft === null ? [] : [part(`${duration(timeLeft)} left`)]),
    ];
    if (bar && progress !== null) {
      const styled = cyan("█".repeat(filled)) + dim("░".repeat(BAR - filled));
      parts.unshift({ width: BAR, styled });
    }
    // Parts that do not fit are left out, the last first.
    const width = () => parts.reduce((sum, own) => sum + own.width + 2, 0);
    while (bar && parts.length > 2 && width() > (this.#stream.columns ?? 80)) parts.pop();
    return parts.map(({ styled }) => styled).join("  ");
  }
}

/** A piece of the line; colours have no width. */
interface Part {
  readonly width: number;
  readonly styled: string;
}

const part = (text: string, style: (text: string) => string = (plain) => plain): Part => ({
  width: text.length,
  styled: style(text),
});

/** Seconds as 1:05 or 2:03:04. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
