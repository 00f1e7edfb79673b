import { TypegradError } from "@typegrad/autograd";

/** Where in a run something happened; all counted from 1. */
export interface Place {
  /** The step of the run. */
  readonly step: number;
  /** The pass over the training data. */
  readonly epoch: number;
  /** The batch within its epoch. */
  readonly batch: number;
}

/** A training run that cannot go on: a loss or gradient that is not finite, or nothing to train on. */
export class TrainingError extends TypegradError {
  constructor(
    problem: string,
    details: { got: string; hint: string },
    /** Where it happened, when it was in a step. */
    readonly place: Place | null = null,
  ) {
    super(problem, details);
  }
}
