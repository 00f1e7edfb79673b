/** One step, as callbacks and loggers see it. */
export interface StepRecord {
  /** 1, 2, … */
  readonly step: number;
  /** 1, 2, … */
  readonly epoch: number;
  /** The training loss of the batch, before the update. */
  readonly loss: number;
  /** The learning rate of the update. */
  readonly rate: number;
  /** The gradients' norm before clipping; null where they are not clipped. */
  readonly gradNorm: number | null;
  /** The batch's tokens; null where they are not counted. */
  readonly tokens: number | null;
  /** All tokens so far by all seconds so far; null where they are not counted. */
  readonly tokensPerSecond: number | null;
  /** Seconds of training so far, without validation. */
  readonly elapsed: number;
  /** Seconds of training that are left, at the speed so far. */
  readonly timeLeft: number;
  /** How much of the run is done, from 0 to 1. */
  readonly progress: number;
}

/** The validation loss after a step. */
export interface ValidationRecord {
  /** 1, 2, … */
  readonly step: number;
  /** 1, 2, … */
  readonly epoch: number;
  /** The mean over the validation data. */
  readonly loss: number;
  /** Whether it is the lowest so far. */
  readonly best: boolean;
}

/** What follows from data and seeds alone of one step. */
export type HistoryEntry = Pick<StepRecord, "step" | "epoch" | "loss" | "rate" | "gradNorm">;

/** What a run gave. */
export interface FitResult {
  /** How many were made. A run stopped by minutes is repeated to the bit by `steps` of this number. */
  readonly steps: number;
  /** One entry a step. */
  readonly history: readonly HistoryEntry[];
  /** One record a validation. */
  readonly validation: readonly ValidationRecord[];
  /** What ended it: a limit, or a call of `stop()`. */
  readonly stoppedBy: "steps" | "epochs" | "minutes" | "stop";
  /** Seconds of training, without validation. */
  readonly elapsed: number;
}

/** Called during a run; a promise is waited for. */
export interface Callback {
  /** After each step. */
  onStep?(record: StepRecord): unknown;
  /** After each validation. */
  onValidation?(record: ValidationRecord): unknown;
  /** After the last step and the last validation. */
  onEnd?(result: FitResult): unknown;
}

/** A callback that is told, too, when a run is over because of an error: `close` comes last in any case. */
export interface Logger extends Callback {
  /** When the run is over, with or without an error. */
  close?(): unknown;
}
