import { checkOptions, OptionError, type Tensor, ValueError } from "@typegrad/autograd";
import type { BatchSource } from "./data/data-loader.js";
import type { Callback, Logger } from "./records.js";
import type { Schedule } from "./schedules/schedule.js";

/** What the trainer needs of a model. */
export interface Trainable {
  /** Whether it is in training mode, where dropout drops. */
  readonly training: boolean;
  /** The leaves to train. */
  parameters(): readonly Tensor[];
  /** Switches to training mode, or out of it. */
  train(mode?: boolean): unknown;
  /** Switches to evaluation mode. */
  eval(): unknown;
}

/** What the trainer needs of an optimizer. */
export interface Steppable {
  /** Written before each step where there is a schedule. */
  learningRate: number;
  /** Groups with rates of their own, which a schedule would overwrite. */
  readonly paramGroups?: readonly {
    /** The group's rate. */
    readonly lr: number;
  }[];
  /** Writes new values into the parameters. */
  step(): void;
  /** Drops all gradients. */
  zeroGrad(): void;
}

/** Options of {@link Trainer}. At least one of `steps`, `epochs` and `minutes` is needed; what is reached first ends the run. */
export interface TrainerOptions<Model, Batch> {
  /** What is trained. */
  readonly model: Model;
  /** What turns gradients into steps; it holds the model's parameters. */
  readonly optimizer: Steppable;
  /** The loss of a batch, one element: 0-d. */
  readonly loss: (model: Model, batch: Batch) => Tensor;
  /** The rate of each step, for all parameter groups. Default: the optimizer's own. */
  readonly schedule?: Schedule;
  /** The training data, a pass each epoch. */
  readonly train: BatchSource<Batch>;
  /** The validation data; none by default. */
  readonly validation?: BatchSource<Batch>;
  /** The number of steps. */
  readonly steps?: number;
  /** The number of passes over the training data. */
  readonly epochs?: number;
  /** Minutes of training; validation is not counted. The step in progress is finished. */
  readonly minutes?: number;
  /** Steps between validations. Default: after each epoch. There is always one at the end. */
  readonly validateEvery?: number;
  /**
   * Whether updates and evaluations are compiled. The loss then runs once for each shape of a batch, reads nothing of the
   * batch but its tensors, and no value of a tensor. Default true.
   */
  readonly compile?: boolean;
  /** The gradients' norm is clipped to it. Default: it is not. */
  readonly clipNorm?: number;
  /** The tokens of a batch: validation is weighted by them, and speed measured in them. Default: batches weigh the same. */
  readonly countTokens?: (batch: Batch) => number;
  /** Called after each step and validation, in order. */
  readonly callbacks?: readonly Callback[];
  /** As callbacks, and closed when the run is over. */
  readonly loggers?: readonly Logger[];
}

const known: readonly (keyof TrainerOptions<never, never>)[] = [
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
  "compile",
  "countTokens",
  "callbacks",
  "loggers",
];

/** Throws for options that are unknown, missing, out of range or contradict each other. */
export function checkTrainerOptions<Model, Batch>(options: TrainerOptions<Model, Batch>): void {
  checkOptions("Trainer", options, known);
  const { steps, epochs, minutes, validateEvery, clipNorm, schedule, optimizer } = options;
  const missing = (["model", "optimizer", "loss", "train"] as const).filter((name) => options[name] === undefined);
  if (missing.length > 0) {
    throw new OptionError("Trainer: something to train with is missing", {
      got: `no ${missing.join(", no ")}`,
      hint: "hand in { model, optimizer, loss, train }",
    });
  }
  if (steps === undefined && epochs === undefined && minutes === undefined) {
    throw new OptionError("Trainer: nothing says when to stop", {
      got: "none of steps, epochs and minutes",
      hint: "give at least one of them",
    });
  }
  for (const [name, value] of Object.entries({ minutes, clipNorm })) {
    if (value === undefined || value > 0) continue;
    throw new ValueError(`Trainer: ${name} is out of range`, { got: String(value), hint: "use a number above 0" });
  }
  for (const [name, value] of Object.entries({ steps, epochs, validateEvery })) {
    if (value === undefined || (value > 0 && Number.isSafeInteger(value))) continue;
    throw new ValueError(`Trainer: ${name} is out of range`, {
      got: String(value),
      hint: "use a whole number from 1 up",
    });
  }
  if (options.compile !== undefined && typeof options.compile !== "boolean") {
    throw new OptionError("Trainer: compile must be true or false", {
      got: String(options.compile),
      hint: "leave it out, or pass compile: false to run operation by operation",
    });
  }
  const rates = new Set(optimizer.paramGroups?.map(({ lr }) => lr));
  if (schedule !== undefined && rates.size > 1) {
    throw new OptionError("Trainer: a schedule would overwrite the rates of the parameter groups", {
      got: `groups with rates ${[...rates].join(", ")}`,
      hint: "give all groups the same rate, or leave the schedule out and set paramGroups[i].lr in onStep",
    });
  }
}
