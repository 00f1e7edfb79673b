import type { FitResult, HistoryEntry, StepRecord, ValidationRecord } from "./records.js";
import { Stopwatch } from "./stopwatch.js";

/** When a run ends. */
export interface Limits {
  readonly steps: number;
  readonly epochs: number;
  readonly minutes: number;
}

/** What the update of a step gave. */
export type Update = Pick<StepRecord, "loss" | "rate" | "gradNorm" | "tokens">;

/** How far a run has come. */
export class Run {
  step = 0;
  epoch = 0;
  /** The batch within the epoch, and how many the epoch has. */
  batch = 0;
  batches = 0;
  readonly watch = new Stopwatch();
  readonly history: HistoryEntry[] = [];
  readonly validation: ValidationRecord[] = [];
  #tokens = 0;

  constructor(readonly limits: Limits) {}

  /** Of the limits' shares that are used up, the largest. */
  #progress(): number {
    const { steps, epochs, minutes } = this.limits;
    const passes = (this.epoch - 1 + this.batch / this.batches) / epochs;
    return Math.min(1, Math.max(this.step / steps, passes, this.watch.seconds / 60 / minutes));
  }

  record(update: Update): StepRecord {
    const { step, epoch } = this;
    const { loss, rate, gradNorm, tokens } = update;
    this.history.push({ step, epoch, loss, rate, gradNorm });
    this.#tokens += tokens ?? 0;
    const elapsed = this.watch.seconds;
    const progress = this.#progress();
    const tokensPerSecond = tokens === null ? null : this.#tokens / Math.max(elapsed, 1e-9);
    const timeLeft = (elapsed * (1 - progress)) / progress;
    return { step, epoch, loss, rate, gradNorm, tokens, tokensPerSecond, elapsed, timeLeft, progress };
  }

  /** Keeps a validation loss. */
  validated(loss: number): ValidationRecord {
    const best = this.validation.every((earlier) => loss < earlier.loss);
    const record = { step: this.step, epoch: this.epoch, loss, best };
    this.validation.push(record);
    return record;
  }

  /** The limit that is reached, if any. */
  reached(): FitResult["stoppedBy"] | null {
    const { steps, epochs, minutes } = this.limits;
    if (this.step >= steps) return "steps";
    if (this.epoch >= epochs && this.batch === this.batches) return "epochs";
    return this.watch.seconds >= 60 * minutes ? "minutes" : null;
  }
}
