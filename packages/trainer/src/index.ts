/**
 * Optimizers, schedules, data loading and the training loop.
 *
 * @packageDocumentation
 */
export { clipGradNorm, clipGradValue } from "./clip.js";
export { ConsoleLogger, type ConsoleLoggerOptions, type LogStream } from "./console-logger.js";
export { DataLoader, type DataLoaderOptions, type Dataset, padSequences } from "./data/data-loader.js";
export { Adam, type AdamOptions, AdamW } from "./optimizers/adam.js";
export {
  type Group,
  Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  type ParameterGroup,
} from "./optimizers/optimizer.js";
export { SGD, type SGDOptions } from "./optimizers/sgd.js";
export {
  constant,
  linearWarmup,
  linearWarmupDecay,
  noam,
  type Schedule,
  stepDecay,
  warmupCosine,
} from "./schedules.js";
export {
  type Callback,
  type FitResult,
  LossError,
  type Steppable,
  type StepRecord,
  type Trainable,
  Trainer,
  type TrainerOptions,
  type ValidationRecord,
} from "./trainer.js";
