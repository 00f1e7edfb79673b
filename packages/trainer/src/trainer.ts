import { checkFinite, NonFiniteError, nextTurn, noGrad, OptionError, type Tensor } from "@typegrad/autograd";
import { clipGradNorm } from "./clip.js";
import { compiledStep } from "./compiled-step.js";
import { TrainingError } from "./errors.js";
import type { FitResult, Logger, ValidationRecord } from "./records.js";
import { Run, type Update } from "./run.js";
import { checkTrainerOptions, type Trainable, type TrainerOptions } from "./trainer-options.js";

/** What a step says of itself. */
interface StepTensors {
  /** 0-d, before the update. */
  readonly loss: Tensor;
  /** 0-d, before clipping; null where it is not clipped. */
  readonly norm: Tensor | null;
}

/** One step. It reads no value, so that it can be compiled; what is not finite changes nothing. */
function update<Model extends Trainable, Batch>(options: TrainerOptions<Model, Batch>, batch: Batch): StepTensors {
  const { model, optimizer, loss: lossOf, clipNorm } = options;
  const loss = checkFinite(lossOf(model, batch), { what: "the loss" });
  loss.backward();
  const clipped = (): Tensor =>
    checkFinite(clipGradNorm(model.parameters(), clipNorm!), { what: "the gradients' norm" });
  const norm = clipNorm === undefined ? null : clipped();
  optimizer.step();
  optimizer.zeroGrad();
  return { loss, norm };
}

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
  readonly #step: (batch: Batch) => StepTensors;
  readonly #loss: (batch: Batch) => Tensor;
  #running = false;
  #stopping = false;

  constructor(options: TrainerOptions<Model, Batch>) {
    checkTrainerOptions(options);
    this.#options = options;
    const { model, loss, compile = true } = options;
    const step = (batch: Batch): StepTensors => update(options, batch);
    const evaluated = (batch: Batch): Tensor => loss(model, batch);
    this.#step = compile ? compiledStep(step) : step;
    this.#loss = compile ? compiledStep(evaluated) : evaluated;
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
    const { optimizer, schedule, countTokens } = this.#options;
    const before = optimizer.learningRate;
    try {
      if (schedule !== undefined) optimizer.learningRate = schedule(step);
      const { loss, norm } = this.#step(batch);
      const [value, gradNorm] = [loss.item(), norm?.item() ?? null];
      return { loss: value, rate: optimizer.learningRate, gradNorm, tokens: countTokens?.(batch) ?? null };
    } catch (error) {
      if (schedule !== undefined) optimizer.learningRate = before;
      if (!(error instanceof NonFiniteError)) throw error;
      const got = `${error.value} at step ${step}, batch ${number} of epoch ${epoch}`;
      const hint = "nothing was updated with it; lower the rate, clip the gradients, or look at the batch";
      throw new TrainingError(`Trainer: ${error.what} is not finite`, { got, hint }, { step, epoch, batch: number });
    }
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
    const { model, validation, countTokens } = this.#options;
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
        total += weight * noGrad(() => this.#loss(batch)).item();
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
