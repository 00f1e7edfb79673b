import { appendFileSync, writeFileSync } from "node:fs";
import { OptionError } from "@typegrad/autograd";
import type { FitResult, Logger, StepRecord, ValidationRecord } from "../records.js";

/** Lines that are kept back before they are written. */
const BUFFERED = 50;

/**
 * Writes a line of JSON for every step (the whole record), for every validation (`step`, `epoch`, `validationLoss`) and
 * for the end (`steps`, `stoppedBy`, `elapsed`). An older file of that name is replaced.
 *
 * @throws OptionError when the file cannot be written.
 * @example
 * ```ts fragment
 * new Trainer({ ...options, loggers: [new JsonlLogger("run.jsonl")] });
 * ```
 */
export class JsonlLogger implements Logger {
  readonly #path: string;
  #lines: string[] = [];

  constructor(path: string) {
    this.#path = path;
    try {
      writeFileSync(path, "");
    } catch (error) {
      throw new OptionError("JsonlLogger: the file cannot be written", {
        got: (error as Error).message,
        hint: "the folder must exist and be writable",
      });
    }
  }

  #add(line: object): void {
    this.#lines.push(JSON.stringify(line));
    if (this.#lines.length >= BUFFERED) this.close();
  }

  /** A line with the whole record. */
  onStep(record: StepRecord): void {
    this.#add(record);
  }

  /** A line with `step`, `epoch`, `validationLoss`. */
  onValidation({ step, epoch, loss }: ValidationRecord): void {
    this.#add({ step, epoch, validationLoss: loss });
    this.close();
  }

  onEnd({ steps, stoppedBy, elapsed }: FitResult): void {
    this.#add({ steps, stoppedBy, elapsed });
  }

  /** Writes what was kept back. */
  close(): void {
    if (this.#lines.length > 0) appendFileSync(this.#path, `${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}
