import type { Options } from "./options.js";
import type { Recipe } from "./training.js";

/** Sizes and recipe of a run. */
export interface Preset {
  readonly model: {
    readonly dModel: number;
    readonly numHeads: number;
    readonly numEncoderLayers: number;
    readonly numDecoderLayers: number;
    readonly dimFeedforward: number;
    readonly dropout: number;
    readonly finalNorm: boolean;
    readonly maxLength: number;
  };
  readonly recipe: Recipe;
  /** Words that are rarer share the id of the unknown word. */
  readonly minCount: number;
  /** Pairs drawn from the grammar. */
  readonly trainingPairs: number;
}

/** The embedded grammar: a model small enough for a few minutes on two cores. */
export function grammarPreset({ steps, minutes, decay, seed }: Options): Preset {
  const total = steps ?? (minutes === null ? 4300 : null);
  return {
    model: {
      dModel: 32,
      numHeads: 4,
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      dimFeedforward: 64,
      dropout: 0,
      finalNorm: false,
      maxLength: 48,
    },
    recipe: {
      batchSize: 16,
      rate: 0.01,
      warmup: 200,
      labelSmoothing: 0,
      validateEvery: 500,
      steps: total,
      minutes,
      decay,
      seed,
    },
    minCount: 1,
    trainingPairs: 60_000,
  };
}

/** Real parallel text. */
export function textPreset({ steps, minutes, decay, seed }: Options): Preset {
  return {
    model: {
      dModel: 64,
      numHeads: 4,
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      dimFeedforward: 128,
      dropout: 0.1,
      finalNorm: false,
      maxLength: 64,
    },
    recipe: {
      batchSize: 32,
      rate: 0.002,
      warmup: 400,
      labelSmoothing: 0.1,
      validateEvery: 250,
      steps: steps ?? (minutes === null ? 3000 : null),
      minutes,
      decay,
      seed,
    },
    minCount: 5,
    trainingPairs: 0,
  };
}
