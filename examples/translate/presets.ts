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
    readonly normFirst: boolean;
    readonly finalNorm: boolean;
    readonly maxLength: number;
  };
  readonly recipe: Recipe;
  /** Words that are rarer share the id of the unknown word. */
  readonly minCount: number;
  /** Pairs drawn from the grammar. */
  readonly trainingPairs: number;
}

/**
 * The embedded grammar: a model small enough for a few minutes on two cores. What goes into a sub-layer is normalised
 * rather than what comes out (Xiong et al. 2020, https://arxiv.org/abs/2002.04745): in so few steps that learns faster
 * than the paper's order. So do small batches: the same sentences in twice the steps.
 */
export function grammarPreset({ steps, minutes, decay, seed }: Options): Preset {
  const total = steps ?? (minutes === null ? 8000 : null);
  return {
    model: {
      dModel: 32,
      numHeads: 4,
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      dimFeedforward: 64,
      dropout: 0,
      normFirst: true,
      finalNorm: true,
      maxLength: 48,
    },
    recipe: {
      batchSize: 8,
      rate: 0.006,
      warmup: 200,
      labelSmoothing: 0,
      validateEvery: 1000,
      steps: total,
      minutes,
      decay,
      seed,
    },
    minCount: 1,
    trainingPairs: 60_000,
  };
}

/** Real parallel text: a larger vocabulary, whose logits are most of the work, and dropout against few sentences. */
export function textPreset({ steps, minutes, decay, seed }: Options): Preset {
  return {
    model: {
      dModel: 64,
      numHeads: 4,
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      dimFeedforward: 128,
      dropout: 0.1,
      normFirst: true,
      finalNorm: true,
      maxLength: 64,
    },
    recipe: {
      batchSize: 32,
      rate: 0.005,
      warmup: 150,
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
