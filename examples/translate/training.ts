import { crossEntropy, type Tensor } from "@typegrad/autograd";
import { Adam, ConsoleLogger, DataLoader, type Schedule, Trainer, warmupCosine } from "@typegrad/trainer";
import { JsonlLogger } from "@typegrad/trainer/node";
import type { Seq2SeqTransformer } from "@typegrad/transformer";
import { type Batch, collate, type Sample } from "./batches.js";
import { special } from "./vocabulary.js";

/** So many lengths of batches at most, each with a program of its own. */
const LENGTHS = 16;

/** How a model is trained. */
export interface Recipe {
  readonly batchSize: number;
  /** The highest rate, reached at the end of the warm-up. */
  readonly rate: number;
  readonly warmup: number;
  readonly labelSmoothing: number;
  readonly validateEvery: number;
  readonly steps: number | null;
  readonly decay: "cosine" | "root";
  readonly minutes: number | null;
  readonly seed: number;
}

/** What a run leaves for the report. */
export interface Run {
  readonly steps: number;
  readonly seconds: number;
  readonly stoppedBy: string;
  readonly loss: readonly number[];
  readonly rate: readonly number[];
  readonly validation: readonly { readonly step: number; readonly loss: number }[];
}

/** The mean cross entropy of the target tokens, padding left out. */
export function loss(model: Seq2SeqTransformer, batch: Batch, labelSmoothing: number): Tensor {
  const logits = model.forward(batch.src, batch.tgtIn); // [B, T, V]
  const flat = logits.reshape([-1, logits.shape[2]!]); // [B · T, V]
  return crossEntropy(flat, batch.tgtOut.reshape([-1]), { ignoreIndex: special.pad, labelSmoothing });
}

/**
 * The rate of each step: up in a line, then along half a cosine to nothing at the last step, or down with the root of
 * the step, as in the paper (section 5.3). Never by the clock.
 */
function scheduleOf({ rate, warmup, steps, decay }: Recipe): Schedule {
  if (decay === "cosine" && steps !== null) {
    return warmupCosine({ lr: rate, warmup: Math.min(warmup, steps), total: steps + 1 });
  }
  return (step) => rate * Math.min(step / warmup, Math.sqrt(warmup / step));
}

/** Trains the model until it has made all steps or the signal asks to stop; a line for every step goes to the log. */
export async function train(
  model: Seq2SeqTransformer,
  samples: { readonly train: readonly Sample[]; readonly validation: readonly Sample[] },
  recipe: Recipe,
  log: string,
  signal: AbortSignal,
): Promise<Run> {
  const { batchSize, seed, labelSmoothing } = recipe;
  const shared = {
    collate: (batch: readonly Sample[]) => collate(batch, Math.ceil(model.maxLength / LENGTHS)),
    bucketBy: ({ source, target }: Sample) => Math.max(source.length, target.length),
    seed,
  };
  const dropLast = samples.train.length >= batchSize;
  const history: { loss: number[]; rate: number[] } = { loss: [], rate: [] };
  const optimizer = new Adam(model.parameters(), { lr: recipe.rate, betas: [0.9, 0.98], eps: 1e-9 });
  const trainer = new Trainer<Seq2SeqTransformer, Batch>({
    model,
    optimizer,
    loss: (m, batch) => loss(m, batch, m.training ? labelSmoothing : 0),
    schedule: scheduleOf(recipe),
    train: new DataLoader(samples.train, { ...shared, batchSize, shuffle: true, dropLast }),
    validation: new DataLoader(samples.validation, { ...shared, batchSize: 64 }),
    ...(recipe.steps !== null && { steps: recipe.steps }),
    ...(recipe.minutes !== null && { minutes: recipe.minutes }),
    validateEvery: recipe.validateEvery,
    clipNorm: 1,
    countTokens: (batch) => batch.tokens,
    callbacks: [
      {
        onStep: (record) => {
          history.loss.push(record.loss);
          history.rate.push(record.rate);
        },
      },
    ],
    loggers: [new ConsoleLogger(), new JsonlLogger(log)],
  });
  signal.addEventListener("abort", () => trainer.stop());
  const start = performance.now();
  const { steps, validation, stoppedBy } = await trainer.fit();
  return { steps, seconds: (performance.now() - start) / 1000, stoppedBy, validation, ...history };
}
