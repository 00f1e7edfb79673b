import { checkOptions, Generator, OptionError, permutation, type Tensor, tensor, ValueError } from "@typegrad/autograd";

/** Samples by position; an array is one. */
export interface Dataset<Sample> {
  readonly length: number;
  get?(index: number): Sample;
}

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions<Sample, Batch> {
  /** Samples in a batch; or `batchTokens`. */
  readonly batchSize?: number;
  /** The most tokens in a padded batch, counted by `bucketBy`; or `batchSize`. */
  readonly batchTokens?: number;
  /** A new order each epoch. Default false. */
  readonly shuffle?: boolean;
  /** What the order follows from, together with the epoch. Default 0. */
  readonly seed?: number;
  /** A sample's length: samples of like length share a batch. */
  readonly bucketBy?: (sample: Sample) => number;
  /** What rows are padded with where there is no `collate`. Default 0. */
  readonly padId?: number;
  /** Makes a batch of samples. Default: rows of ids, padded: int32 [B, T]. */
  readonly collate?: (samples: Sample[]) => Batch;
}

const known = ["batchSize", "batchTokens", "shuffle", "seed", "bucketBy", "padId", "collate"];

/** Batches whose samples are bucketed together: enough for like lengths, few enough that batches stay mixed. */
const POOL = 100;

/** Rows of ids padded at the right to the longest: int32 [B, T]. */
export function padSequences(rows: readonly ArrayLike<number>[], padId = 0): Tensor {
  const length = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const ids = new Int32Array(rows.length * length).fill(padId);
  rows.forEach((row, i) => {
    ids.set(row, i * length);
  });
  return tensor(ids, { shape: [rows.length, length] });
}

/**
 * Batches of a data set, in an order that follows from seed and epoch alone.
 *
 * @throws OptionError unless one of batchSize and batchTokens is given.
 * @throws ValueError for an empty data set, and for a sample longer than batchTokens.
 */
export class DataLoader<Sample, Batch = Tensor> {
  readonly #dataset: Dataset<Sample> | readonly Sample[];
  readonly #options: DataLoaderOptions<Sample, Batch>;

  constructor(dataset: Dataset<Sample> | readonly Sample[], options: DataLoaderOptions<Sample, Batch>) {
    checkOptions("DataLoader", options, known);
    const { batchSize, batchTokens, bucketBy } = options;
    if (
      (batchSize === undefined) === (batchTokens === undefined) ||
      (batchTokens !== undefined && bucketBy === undefined)
    ) {
      throw new OptionError("DataLoader: the size of a batch is unclear", {
        got: `batchSize ${batchSize}, batchTokens ${batchTokens}`,
        hint: "give batchSize, or batchTokens together with bucketBy, which counts a sample's tokens",
      });
    }
    const size = (batchSize ?? batchTokens)!;
    if (!Number.isInteger(size) || size < 1) {
      throw new ValueError("DataLoader: a batch holds at least one", {
        got: String(size),
        hint: "a whole number from 1 on",
      });
    }
    if (dataset.length === 0)
      throw new ValueError("DataLoader: the data set is empty", { got: "0 samples", hint: "check the files" });
    this.#dataset = dataset;
    this.#options = options;
  }

  #sample(index: number): Sample {
    const dataset = this.#dataset;
    return "get" in dataset && dataset.get !== undefined ? dataset.get(index) : (dataset as readonly Sample[])[index]!;
  }

  /** The batches of an epoch: each sample once. */
  *epoch(epoch = 0): Generator_<Batch> {
    const { collate, padId = 0 } = this.#options;
    const make = collate ?? ((rows: Sample[]) => padSequences(rows as unknown as ArrayLike<number>[], padId) as Batch);
    for (const indices of this.#plan(epoch)) yield make(indices.map((index) => this.#sample(index)));
  }

  [Symbol.iterator](): Iterator<Batch> {
    return this.epoch(0);
  }

  /** The positions of the samples of each batch. */
  *#plan(epoch: number): Generator_<number[]> {
    const { shuffle = false, seed = 0, bucketBy, batchSize } = this.#options;
    const generator = new Generator(`${seed} ${epoch}`);
    const count = this.#dataset.length;
    const order = shuffle
      ? Array.from(permutation(count, { generator }).data)
      : Array.from({ length: count }, (_, i) => i);
    const pool = bucketBy === undefined || !shuffle ? count : POOL * (batchSize ?? 64);
    for (let start = 0; start < count; start += pool) {
      const part = order.slice(start, start + pool);
      const batches = this.#cut(part);
      const turn = shuffle ? permutation(batches.length, { generator }).data : batches.keys();
      for (const i of turn) yield batches[i]!;
    }
  }

  #cut(part: readonly number[]): number[][] {
    const { batchSize, batchTokens, bucketBy } = this.#options;
    const lengths = new Map(bucketBy === undefined ? [] : part.map((index) => [index, bucketBy(this.#sample(index))]));
    const sorted = bucketBy === undefined ? part : [...part].sort((a, b) => lengths.get(a)! - lengths.get(b)! || a - b);
    const batches: number[][] = [];
    let batch: number[] = [];
    for (const index of sorted) {
      const length = lengths.get(index) ?? 0;
      if (batchTokens !== undefined && length > batchTokens) {
        throw new ValueError("DataLoader: a sample is longer than a batch", {
          got: `sample ${index} with ${length} tokens, batchTokens ${batchTokens}`,
          hint: "raise batchTokens or leave the sample out",
        });
      }
      const full = batchSize !== undefined ? batch.length === batchSize : (batch.length + 1) * length > batchTokens!;
      if (full) {
        batches.push(batch);
        batch = [];
      }
      batch.push(index);
    }
    if (batch.length > 0) batches.push(batch);
    return batches;
  }
}

type Generator_<T> = globalThis.Generator<T>;
