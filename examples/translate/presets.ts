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
 * The embedded grammar: a model small enough for two minutes on two cores. What goes into a sub-layer is normalised rather
 * than what comes out (Xiong et al. 2020, https://arxiv.org/abs/2002.04745): in so few steps that learns faster than the
 * paper's order.
 */
export function grammarPreset({ steps, minutes, quick, decay, seed }: Options): Preset {
  const planned = quick ? 2500 : 5000;
  return {
    model: {
      dModel: 64,
      numHeads: 4,
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      dimFeedforward: 128,
      dropout: 0,
      normFirst: true,
      finalNorm: true,
      maxLength: 32,
    },
    recipe: {
      batchSize: 32,
      rate: 0.004,
      warmup: 200,
      labelSmoothing: 0,
      validateEvery: 500,
      steps: steps ?? (minutes === null ? planned : null),
      minutes,
      decay,
      seed,
    },
    minCount: 1,
    trainingPairs: quick ? 80_000 : 160_000,
  };
}

/** Real parallel text: a larger vocabulary, whose logits are most of the work, and dropout against few sentences. */
export function textPreset({ steps, minutes, quick, decay, seed }: Options): Preset {
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
      steps: steps ?? (minutes === null ? (quick ? 1000 : 3000) : null),
      minutes,
      decay,
      seed,
    },
    minCount: 5,
    trainingPairs: 0,
  };
}
