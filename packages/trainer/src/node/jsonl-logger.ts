import { appendFileSync, writeFileSync } from "node:fs";
import type { Callback, FitResult, StepRecord, ValidationRecord } from "../trainer.js";

/** Lines that are kept back before they are written. */
const BUFFERED = 50;

/** A line of JSON for every step and every validation. An older file of that name is replaced. */
export class JsonlLogger implements Callback {
  readonly #path: string;
  #lines: string[] = [];

  constructor(path: string) {
    this.#path = path;
    writeFileSync(path, "");
  }

  #add(record: object): void {
    this.#lines.push(JSON.stringify(record));
    if (this.#lines.length >= BUFFERED) this.#flush();
  }

  #flush(): void {
    if (this.#lines.length > 0) appendFileSync(this.#path, `${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }

  onStep({ step, epoch, loss, rate, tokens, gradNorm, tokensPerSecond, elapsed }: StepRecord): void {
    this.#add({ step, epoch, loss, rate, tokens, gradNorm, tokensPerSecond, elapsed });
  }

  onValidation({ step, loss }: ValidationRecord): void {
    this.#add({ step, validationLoss: loss });
    this.#flush();
  }

  onEnd({ steps, stoppedBy }: FitResult): void {
    this.#add({ steps, stoppedBy });
    this.#flush();
  }
}
