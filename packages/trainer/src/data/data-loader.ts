import { checkOptions, OptionError, type Tensor, ValueError } from "@typegrad/autograd";
import { batchesOf, type Plan } from "./batches.js";
import { padSequences } from "./pad-sequences.js";

/** Samples by their position; an array is one too. */
export interface Dataset<Sample> {
  /** The number of samples. */
  readonly length: number;
  /** The sample at position 0 … length − 1. */
  get(index: number): Sample;
}

/** The batches of one epoch, each made when it is asked for. */
export interface Epoch<Batch> extends Iterable<Batch> {
  /** The number of batches. */
  readonly length: number;
}

/** Where batches come from, epoch by epoch; a {@link DataLoader}, or anything like it. */
export interface BatchSource<Batch> {
  /** The batches of epoch 1, 2, … */
  epoch(number: number): Epoch<Batch>;
}

/** Options of {@link DataLoader}; `batchSize` or `batchTokens` is needed. */
export interface DataLoaderOptions<Sample, Batch> {
  /** Samples in a batch. */
  readonly batchSize?: number;
  /** The most tokens in a batch, padding included: samples · longest sample, by `bucketBy` or an array's length. */
  readonly batchTokens?: number;
  /** Another order each epoch. Default false. */
  readonly shuffle?: boolean;
  /** With the epoch's number, what the order follows from. Default 0. */
  readonly seed?: number | string;
  /** A sample's length: samples of similar length come into the same batch. */
  readonly bucketBy?: (sample: Sample) => number;
  /** Fills short rows when there is no `collate`. Default 0. */
  readonly padId?: number;
  /** Makes a batch of samples. Default: {@link padSequences}, for samples that are arrays of ids. */
  readonly collate?: (samples: readonly Sample[]) => Batch;
  /** Leaves out a batch of fewer than `batchSize` samples. Default false. */
  readonly dropLast?: boolean;
}

const known = ["batchSize", "batchTokens", "shuffle", "seed", "bucketBy", "padId", "collate", "dropLast"];

/**
 * Cuts a dataset into batches. The order of an epoch follows from the seed and the epoch's number alone.
 *
 * @throws ValueError for an empty dataset or a size below 1, at the first epoch for a sample longer than batchTokens.
 * @throws OptionError for both or neither of batchSize and batchTokens, and for unknown options.
 * @example
 * ```ts
 * const loader = new DataLoader([[5, 6, 7], [8], [9, 10]], { batchSize: 2 });
 * const [first, last] = loader.epoch(1);
 * first.toArray(); // [[5, 6, 7], [8, 0, 0]]
 * last.toArray(); // [[9, 10]]
 * ```
 */
export class DataLoader<Sample, Batch = Tensor> implements BatchSource<Batch> {
  readonly #dataset: Dataset<Sample>;
  readonly #collate: (samples: readonly Sample[]) => Batch;
  readonly #makePlan: () => Plan;
  #plan: Plan | null = null;

  constructor(dataset: readonly Sample[] | Dataset<Sample>, options: DataLoaderOptions<Sample, Batch>) {
    checkOptions("DataLoader", options, known);
    const size = sizeOf(options);
    const { shuffle = false, seed = 0, bucketBy, padId = 0, collate, dropLast = false } = options;
    if (dataset.length === 0) {
      throw new ValueError("DataLoader: the dataset is empty", { got: "0 samples", hint: "check where it was read" });
    }
    this.#dataset = "get" in dataset ? dataset : { length: dataset.length, get: (i) => dataset[i]! };
    this.#collate = collate ?? ((samples) => padSequences(samples.map(idsOf), padId) as Batch);
    this.#makePlan = () => {
      const bucket = bucketBy !== undefined;
      const lengths = bucket || typeof size !== "number" ? this.#lengths(bucketBy ?? lengthOf) : null;
      return { count: this.#dataset.length, shuffle, seed, size, lengths, bucket, dropLast };
    };
  }

  #lengths(length: (sample: Sample) => number): number[] {
    return Array.from({ length: this.#dataset.length }, (_, i) => {
      const value = length(this.#dataset.get(i));
      if (value >= 0) return value;
      throw new ValueError("DataLoader: bucketBy gave no length", {
        got: `${value} for sample ${i}`,
        hint: "it returns a number from 0 up, for instance the number of tokens",
      });
    });
  }

  /**
   * The batches of epoch 1, 2, …
   * @throws ValueError for a sample longer than batchTokens, and for an epoch that is not 1, 2, …
   */
  epoch(number: number): Epoch<Batch> {
    if (!Number.isSafeInteger(number) || number < 1) {
      throw new ValueError("DataLoader: there is no such epoch", {
        got: String(number),
        hint: "epochs are counted 1, 2, 3, …",
      });
    }
    this.#plan ??= this.#makePlan();
    const batches = batchesOf(this.#plan, number);
    const make = (batch: readonly number[]): Batch => this.#collate(batch.map((i) => this.#dataset.get(i)));
    return {
      length: batches.length,
      *[Symbol.iterator]() {
        for (const batch of batches) yield make(batch);
      },
    };
  }
}

function sizeOf(options: DataLoaderOptions<never, unknown>): Plan["size"] {
  const { batchSize, batchTokens, dropLast } = options;
  const size = batchSize ?? batchTokens;
  if (size === undefined || (batchSize !== undefined && batchTokens !== undefined)) {
    throw new OptionError("DataLoader: one of batchSize and batchTokens is needed", {
      got: size === undefined ? "neither" : "both",
      hint: "batchSize counts samples, batchTokens padded tokens",
    });
  }
  if (!Number.isInteger(size) || size < 1) {
    throw new ValueError("DataLoader: the size of a batch must be a whole number from 1 up", {
      got: String(size),
      hint: "for instance { batchSize: 32 }",
    });
  }
  if (batchSize !== undefined) return size;
  if (dropLast === true) {
    throw new OptionError("DataLoader: dropLast needs batchSize", {
      got: "dropLast with batchTokens",
      hint: "batches measured in tokens have no full number of samples",
    });
  }
  return { tokens: size };
}

const isSequence = (sample: unknown): sample is ArrayLike<number> =>
  Array.isArray(sample) || ArrayBuffer.isView(sample);

function idsOf(sample: unknown): ArrayLike<number> {
  if (isSequence(sample)) return sample;
  throw new OptionError("DataLoader: these samples need a collate function", {
    got: `a sample of type ${typeof sample}`,
    hint: "without collate, samples are arrays of ids",
  });
}

function lengthOf(sample: unknown): number {
  if (isSequence(sample)) return sample.length;
  throw new OptionError("DataLoader: batchTokens needs the length of a sample", {
    got: `a sample of type ${typeof sample}`,
    hint: "give it by bucketBy: (sample) => number",
  });
}
