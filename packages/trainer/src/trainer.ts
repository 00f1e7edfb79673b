import { checkOptions, noGrad, OptionError, type Tensor, TypegradError } from "@typegrad/autograd";
import { clipGradNorm } from "./clip.js";
import type { DataLoader } from "./data/data-loader.js";
import type { Schedule } from "./schedules.js";

/** What the trainer needs of a model. */
export interface Trainable {
  parameters(): Iterable<Tensor>;
  train(): unknown;
  eval(): unknown;
}

/** What the trainer needs of an optimizer. */
export interface Steppable {
  learningRate: number;
  step(): void;
  zeroGrad(): void;
}

/** One step, as callbacks and loggers see it. */
export interface StepRecord {
  /** 1, 2, … */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly rate: number;
  /** Tokens of the batch, or samples where they are not counted. */
  readonly tokens: number;
  /** The gradients' norm before clipping, where they are clipped. */
  readonly gradNorm: number | null;
  readonly tokensPerSecond: number;
  /** Seconds of training so far, validation included. */
  readonly elapsed: number;
  /** Seconds that are left, or null where nothing says so. */
  readonly timeLeft: number | null;
  /** How much is done, from 0 to 1, or null. */
  readonly progress: number | null;
}

/** The validation loss after a step. */
export interface ValidationRecord {
  readonly step: number;
  readonly loss: number;
}

/** What a run gave. */
export interface FitResult {
  readonly steps: number;
  readonly validation: readonly ValidationRecord[];
  readonly stoppedBy: "steps" | "epochs" | "minutes" | "stop";
}

/** Called during a run. */
export interface Callback {
  onStep?(record: StepRecord): void;
  onValidation?(record: ValidationRecord): void;
  onEnd?(result: FitResult): void;
}

/** Options of {@link Trainer}. */
export interface TrainerOptions<Model, Batch> {
  readonly model: Model;
  readonly optimizer: Steppable;
  /** The loss of a batch, 0-d. */
  readonly loss: (model: Model, batch: Batch) => Tensor;
  /** The rate of each step. Default: the optimizer's own. */
  readonly schedule?: Schedule;
  readonly train: Pick<DataLoader<never, Batch>, "epoch">;
  readonly validation?: Pick<DataLoader<never, Batch>, "epoch">;
  /** When to stop: after steps, epochs or minutes, whichever comes first. At least one is needed. */
  readonly steps?: number;
  readonly epochs?: number;
  readonly minutes?: number;
  /** Steps between validations; there is always one at the end. */
  readonly validateEvery?: number;
  /** Clip the gradients' norm. */
  readonly clipNorm?: number;
  /** The tokens of a batch, by which losses are weighted and speed is counted. Default 1 a batch. */
  readonly countTokens?: (batch: Batch) => number;
  readonly callbacks?: readonly Callback[];
  readonly loggers?: readonly Callback[];
}

const known = [
  "model",
  "optimizer",
  "loss",
  "schedule",
  "train",
  "validation",
  "steps",
  "epochs",
  "minutes",
  "validateEvery",
  "clipNorm",
  "countTokens",
  "callbacks",
  "loggers",
];

/** A loss that is NaN or infinite; nothing was updated with it. */
export class LossError extends TypegradError {}

declare const performance: { now(): number };
declare function setTimeout(run: () => void, milliseconds: number): unknown;

/** A training loop: loss, backward, clip, step; validation every so often; one turn of the event loop each step. */
export class Trainer<Model extends Trainable, Batch> {
  readonly #options: TrainerOptions<Model, Batch>;
  readonly #listeners: readonly Callback[];
  #stopping = false;

  constructor(options: TrainerOptions<Model, Batch>) {
    checkOptions("Trainer", options, known);
    const { steps, epochs, minutes } = options;
    const limits = [steps, epochs, minutes].filter((limit) => limit !== undefined);
    if (limits.length === 0 || !limits.every((limit) => limit > 0)) {
      throw new OptionError("Trainer: nothing says when to stop", {
        got: `steps ${steps}, epochs ${epochs}, minutes ${minutes}`,
        hint: "give at least one of them, above 0",
      });
    }
    this.#options = options;
    this.#listeners = [...(options.callbacks ?? []), ...(options.loggers ?? [])];
  }

  /** Ends the run after the step in progress. */
  stop(): void {
    this.#stopping = true;
  }

  /** Trains until a limit is reached. A run stopped by minutes is repeated to the bit by giving its number of steps. */
  async fit(): Promise<FitResult> {
    const { model, optimizer, train, schedule, validateEvery = Number.POSITIVE_INFINITY, countTokens } = this.#options;
    const {
      steps = Number.POSITIVE_INFINITY,
      epochs = Number.POSITIVE_INFINITY,
      minutes = Number.POSITIVE_INFINITY,
    } = this.#options;
    const start = performance.now();
    const validation: ValidationRecord[] = [];
    let step = 0;
    let stoppedBy: FitResult["stoppedBy"] | null = null;
    this.#stopping = false;
    model.train();
    for (let epoch = 0; stoppedBy === null; epoch++) {
      for (const batch of train.epoch(epoch)) {
        step++;
        if (schedule !== undefined) optimizer.learningRate = schedule(step);
        const before = performance.now();
        const { loss, gradNorm } = this.#step(batch, step);
        const now = performance.now();
        const tokens = countTokens?.(batch) ?? 1;
        const elapsed = (now - start) / 1000;
        const progress =
          Number.isFinite(steps) || Number.isFinite(minutes)
            ? Math.min(1, Math.max(step / steps, elapsed / 60 / minutes))
            : null;
        const timeLeft = progress === null ? null : (elapsed * (1 - progress)) / progress;
        const tokensPerSecond = (1000 * tokens) / Math.max(now - before, 1e-3);
        const rate = optimizer.learningRate;
        this.#tell("onStep", {
          step,
          epoch,
          loss,
          rate,
          tokens,
          gradNorm,
          tokensPerSecond,
          elapsed,
          timeLeft,
          progress,
        });
        if (step >= steps) stoppedBy = "steps";
        else if (elapsed >= 60 * minutes) stoppedBy = "minutes";
        else if (this.#stopping) stoppedBy = "stop";
        if (step % validateEvery === 0 && stoppedBy === null) await this.#validate(step, validation);
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
        if (stoppedBy !== null) break;
      }
      if (stoppedBy === null && epoch + 1 >= epochs) stoppedBy = "epochs";
    }
    await this.#validate(step, validation);
    const result = { steps: step, validation, stoppedBy };
    this.#tell("onEnd", result);
    return result;
  }

  #tell<Name extends keyof Callback>(name: Name, record: Parameters<NonNullable<Callback[Name]>>[0]): void {
    for (const listener of this.#listeners)
      (listener[name] as ((record: unknown) => void) | undefined)?.call(listener, record);
  }

  #step(batch: Batch, step: number): { loss: number; gradNorm: number | null } {
    const { model, optimizer, loss: lossOf, clipNorm } = this.#options;
    const loss = lossOf(model, batch);
    const value = loss.item();
    if (!Number.isFinite(value)) {
      throw new LossError("Trainer: the loss is not finite", {
        got: `${value} at step ${step}`,
        hint: "lower the rate, clip the gradients, and look at the batch; nothing was updated",
      });
    }
    loss.backward();
    const gradNorm = clipNorm === undefined ? null : clipGradNorm(model.parameters(), clipNorm).item();
    optimizer.step();
    optimizer.zeroGrad();
    return { loss: value, gradNorm };
  }

  async #validate(step: number, validation: ValidationRecord[]): Promise<void> {
    if (this.#options.validation === undefined || validation.at(-1)?.step === step) return;
    const record = { step, loss: await this.evaluate() };
    validation.push(record);
    this.#tell("onValidation", record);
  }

  /** The mean validation loss, weighted by tokens. */
  async evaluate(): Promise<number> {
    const { model, validation, loss, countTokens } = this.#options;
    if (validation === undefined) {
      throw new OptionError("Trainer: there is no validation data", {
        got: "no validation",
        hint: "pass a DataLoader",
      });
    }
    let [sum, count] = [0, 0];
    model.eval();
    try {
      for (const batch of validation.epoch(0)) {
        const weight = countTokens?.(batch) ?? 1;
        sum += weight * noGrad(() => loss(model, batch).item());
        count += weight;
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
      }
    } finally {
      model.train();
    }
    return sum / count;
  }
}
