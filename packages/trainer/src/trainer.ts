import { nextTurn, noGrad, OptionError } from "@typegrad/autograd";
import { clipGradNorm } from "./clip.js";
import { TrainingError } from "./errors.js";
import type { FitResult, Logger, ValidationRecord } from "./records.js";
import { Run, type Update } from "./run.js";
import { checkTrainerOptions, type Trainable, type TrainerOptions } from "./trainer-options.js";

/**
 * The training loop: loss, backward, clip, update; validation every so often; one turn of the event loop each step.
 *
 * @throws OptionError when nothing says when to stop, for unknown options, and for a schedule over groups whose rates
 *   differ; ValueError for limits out of range.
 * @example
 * ```ts
 * const samples = [[1, 2], [2, 4], [3, 6]];
 * const model = new Linear(1, 1);
 * const trainer = new Trainer({
 *   model,
 *   optimizer: new Adam(model.parameters(), { lr: 0.1 }),
 *   loss: (model, { x, y }) => mseLoss(model.forward(x), y),
 *   train: new DataLoader(samples, {
 *     batchSize: 2,
 *     shuffle: true,
 *     collate: (rows) => ({ x: tensor(rows.map(([x]) => [x])), y: tensor(rows.map(([, y]) => [y])) }),
 *   }),
 *   epochs: 10,
 * });
 * const { history } = await trainer.fit();
 * history.length; // 20
 * ```
 */
export class Trainer<Model extends Trainable, Batch> {
  readonly #options: TrainerOptions<Model, Batch>;
  readonly #listeners: readonly Logger[];
  #running = false;
  #stopping = false;

  constructor(options: TrainerOptions<Model, Batch>) {
    checkTrainerOptions(options);
    this.#options = options;
    this.#listeners = [...(options.callbacks ?? []), ...(options.loggers ?? [])];
  }

  /** Ends the run after the step in progress. */
  stop(): void {
    this.#stopping = true;
  }

  /**
   * Trains, from step 1, until a limit is reached. The model is left in the mode it was in.
   * @throws TrainingError for a loss or gradient norm that is not finite, before anything was updated with it.
   */
  async fit(): Promise<FitResult> {
    if (this.#running) {
      throw new TrainingError("Trainer: fit is running already", { got: "a second call", hint: "await the first one" });
    }
    const { model, optimizer, steps = Infinity, epochs = Infinity, minutes = Infinity } = this.#options;
    const run = new Run({ steps, epochs, minutes });
    const { training } = model;
    this.#running = true;
    this.#stopping = false;
    try {
      model.train();
      optimizer.zeroGrad();
      const stoppedBy = await this.#loop(run);
      const { step, history, validation, watch } = run;
      const result = { steps: step, history, validation, stoppedBy, elapsed: watch.seconds };
      for (const listener of this.#listeners) await listener.onEnd?.(result);
      return result;
    } finally {
      model.train(training);
      this.#running = false;
      for (const listener of this.#listeners) await listener.close?.();
    }
  }

  async #loop(run: Run): Promise<FitResult["stoppedBy"]> {
    const { train, validateEvery } = this.#options;
    for (;;) {
      const batches = train.epoch(++run.epoch);
      run.batch = 0;
      run.batches = batches.length;
      for (const batch of batches) {
        run.batch++;
        run.step++;
        const record = run.record(this.#update(batch, run));
        for (const listener of this.#listeners) await listener.onStep?.(record);
        const stoppedBy = this.#stopping ? "stop" : run.reached();
        const due = validateEvery === undefined ? run.batch === run.batches : run.step % validateEvery === 0;
        if (stoppedBy !== null || due) await run.watch.outside(() => this.#validate(run));
        if (stoppedBy !== null) return stoppedBy;
        await nextTurn();
      }
      if (run.batch === 0) {
        throw new TrainingError("Trainer: an epoch has no batches", {
          got: `epoch ${run.epoch}`,
          hint: "check the training data, and dropLast with a large batchSize",
        });
      }
    }
  }

  #update(batch: Batch, { step, epoch, batch: number }: Run): Update {
    const { model, optimizer, loss: lossOf, schedule, clipNorm, countTokens } = this.#options;
    const checked = (name: string, value: number): number => {
      if (Number.isFinite(value)) return value;
      const place = { step, epoch, batch: number };
      const got = `${value} at step ${step}, batch ${number} of epoch ${epoch}`;
      const hint = "nothing was updated with it; lower the rate, clip the gradients, or look at the batch";
      throw new TrainingError(`Trainer: the ${name} is not finite`, { got, hint }, place);
    };
    const loss = lossOf(model, batch);
    const value = checked("loss", loss.item());
    loss.backward();
    const norm = clipNorm === undefined ? null : clipGradNorm(model.parameters(), clipNorm).item();
    const gradNorm = norm === null ? null : checked("gradients' norm", norm);
    if (schedule !== undefined) optimizer.learningRate = schedule(step);
    optimizer.step();
    optimizer.zeroGrad();
    return { loss: value, rate: optimizer.learningRate, gradNorm, tokens: countTokens?.(batch) ?? null };
  }

  async #validate(run: Run): Promise<void> {
    if (this.#options.validation === undefined) return;
    const record: ValidationRecord = run.validated(await this.evaluate());
    for (const listener of this.#listeners) await listener.onValidation?.(record);
  }

  /**
   * The mean validation loss in evaluation mode; weighted by tokens if they are counted, otherwise by batches.
   * @throws OptionError without validation data; TrainingError when it has no batches.
   */
  async evaluate(): Promise<number> {
    const { model, validation, loss, countTokens } = this.#options;
    if (validation === undefined) {
      throw new OptionError("Trainer: there is no validation data", {
        got: "no validation",
        hint: "hand in { validation: new DataLoader(...) }",
      });
    }
    const { training } = model;
    let [total, weights] = [0, 0];
    try {
      for (const batch of validation.epoch(1)) {
        model.eval();
        const weight = countTokens?.(batch) ?? 1;
        total += weight * noGrad(() => loss(model, batch)).item();
        weights += weight;
        await nextTurn();
      }
    } finally {
      model.train(training);
    }
    if (weights > 0) return total / weights;
    throw new TrainingError("Trainer: the validation data is empty", {
      got: "no batches, or no tokens in them",
      hint: "check the validation data and countTokens",
    });
  }
}
