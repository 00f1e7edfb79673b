/**
 * Optimizers, schedules, data loading and the training loop.
 *
 * @module @typegrad/trainer
 */
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from "./clip.js";
export { ConsoleLogger, type ConsoleLoggerOptions, type LogStream } from "./console-logger.js";
export {
  type BatchSource,
  DataLoader,
  type DataLoaderOptions,
  type Dataset,
  type Epoch,
} from "./data/data-loader.js";
export { padSequences } from "./data/pad-sequences.js";
export { type Place, TrainingError } from "./errors.js";
export { Adam, type AdamOptions, AdamW } from "./optimizers/adam.js";
export { Optimizer, type ParameterState } from "./optimizers/optimizer.js";
export {
  type GroupOptions,
  type OptimizerOptions,
  ParameterGroup,
  type Parameters,
  type Rules,
  type Settings,
} from "./optimizers/parameter-group.js";
export { SGD, type SGDOptions } from "./optimizers/sgd.js";
export type { Callback, FitResult, HistoryEntry, Logger, StepRecord, ValidationRecord } from "./records.js";
export {
  constant,
  type LinearWarmupDecayOptions,
  type LinearWarmupOptions,
  linearWarmup,
  linearWarmupDecay,
  type NoamOptions,
  noam,
  type Schedule,
  type StepDecayOptions,
  stepDecay,
  type WarmupCosineOptions,
  warmupCosine,
} from "./schedules.js";
export { Trainer } from "./trainer.js";
export type { Steppable, Trainable, TrainerOptions } from "./trainer-options.js";
export { WeightAverage, type WeightAverageOptions } from "./weight-average.js";
