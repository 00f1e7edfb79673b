import { Generator, permutation, ValueError } from "@typegrad/autograd";

/** How many batches' worth of samples are sorted by length together. */
const POOL = 100;

/** What the order of an epoch follows from. */
export interface Plan {
  /** The number of samples. */
  readonly count: number;
  readonly shuffle: boolean;
  readonly seed: number | string;
  /** Samples in a batch; or, in `tokens`, padded tokens in a batch. */
  readonly size: number | { readonly tokens: number };
  /** Lengths to cut by, when batches are measured in tokens, and to bucket by. */
  readonly lengths: readonly number[] | null;
  readonly bucket: boolean;
  readonly dropLast: boolean;
}

/** Two draws an epoch, numbered by the epoch: its order does not depend on which epochs came before. */
function shuffler({ seed, shuffle }: Plan, epoch: number): <T>(items: readonly T[]) => readonly T[] {
  const generator = new Generator(`DataLoader ${seed}`);
  generator.setState({ ...generator.state(), draws: [2 * epoch, 0] });
  return (items) => (shuffle ? Array.from(permutation(items.length, { generator }).data, (i) => items[i]!) : items);
}

function chunks<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Cuts so that no batch, padded to its longest sample, holds more than so many tokens. */
function cutByTokens(order: readonly number[], lengths: readonly number[], tokens: number): number[][] {
  const batches: number[][] = [];
  let longest = 0;
  for (const i of order) {
    const length = lengths[i]!;
    if (length > tokens) {
      throw new ValueError("DataLoader: a sample is longer than batchTokens", {
        got: `sample ${i} of length ${length}, batchTokens ${tokens}`,
        hint: "leave such samples out, or raise batchTokens",
      });
    }
    const current = batches.at(-1);
    longest = Math.max(longest, length);
    if (current !== undefined && longest * (current.length + 1) <= tokens) current.push(i);
    else {
      batches.push([i]);
      longest = length;
    }
  }
  return batches;
}

/**
 * The batches of an epoch as positions in the dataset. With buckets: shuffle, cut into pools of 100 batches, sort each
 * pool by length, cut it into batches, shuffle the batches. Samples of a batch are then of nearly one length, and yet
 * each epoch has other batches.
 */
export function batchesOf(plan: Plan, epoch: number): readonly (readonly number[])[] {
  const { count, size, lengths, bucket, dropLast } = plan;
  const shuffled = shuffler(plan, epoch);
  const order = shuffled(Array.from({ length: count }, (_, i) => i));
  const cut = (part: readonly number[]): readonly (readonly number[])[] =>
    typeof size === "number" ? chunks(part, size) : cutByTokens(part, lengths!, size.tokens);
  const full = (batch: readonly number[]): boolean => !dropLast || batch.length === size;
  if (!bucket) return cut(order).filter(full);
  const pools = chunks(order, poolSize(plan)).map((pool) => [...pool].sort((i, j) => lengths![i]! - lengths![j]!));
  return shuffled(pools.flatMap(cut)).filter(full);
}

function poolSize({ size, lengths, count }: Plan): number {
  if (typeof size === "number") return POOL * size;
  const total = lengths!.reduce((sum, length) => sum + length, 0);
  return Math.max(1, Math.floor((POOL * size.tokens * count) / Math.max(1, total)));
}
