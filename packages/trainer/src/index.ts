/**
 * Optimizers, schedules, data loading, the training loop and metrics.
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
export { type AccuracyOptions, accuracy } from "./metrics/accuracy.js";
export { type BleuOptions, type BleuScore, type BleuSmoothing, bleu } from "./metrics/bleu.js";
export { type ChrfOptions, type ChrfScore, chrf } from "./metrics/chrf.js";
export { perplexity } from "./metrics/perplexity.js";
export { type RougeOptions, type RougeScore, type RougeType, rouge } from "./metrics/rouge.js";
export type { BleuTokenizer } from "./metrics/tokenizers.js";
export { Adagrad, type AdagradOptions } from "./optimizers/adagrad.js";
export { Adam, type AdamOptions, AdamW } from "./optimizers/adam.js";
export { type DecayGroup, type DecayGroupsOptions, decayGroups } from "./optimizers/decay-groups.js";
export { type Moments, Optimizer, type Update } from "./optimizers/optimizer.js";
export {
  type GroupOptions,
  type OptimizerOptions,
  ParameterGroup,
  type Parameters,
  type Rules,
  type Settings,
} from "./optimizers/parameter-group.js";
export { RMSprop, type RMSpropOptions } from "./optimizers/rmsprop.js";
export { SGD, type SGDOptions } from "./optimizers/sgd.js";
export type { Callback, FitResult, HistoryEntry, Logger, StepRecord, ValidationRecord } from "./records.js";
export {
  type CosineAnnealingOptions,
  constant,
  cosineAnnealing,
  type ExponentialDecayOptions,
  exponentialDecay,
  type LinearOptions,
  linear,
  type MultiStepDecayOptions,
  multiStepDecay,
  type StepDecayOptions,
  stepDecay,
} from "./schedules/decay.js";
export type { Schedule } from "./schedules/schedule.js";
export { type SequentialOptions, sequential } from "./schedules/sequential.js";
export {
  type LinearWarmupDecayOptions,
  type LinearWarmupOptions,
  linearWarmup,
  linearWarmupDecay,
  type NoamOptions,
  noam,
  type WarmupCosineOptions,
  warmupCosine,
} from "./schedules/warmup.js";
export { Trainer } from "./trainer.js";
export type { Steppable, Trainable, TrainerOptions } from "./trainer-options.js";
export { WeightAverage, type WeightAverageOptions } from "./weight-average.js";
