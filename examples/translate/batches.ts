import { type Tensor, tensor } from "@typegrad/autograd";
import type { Pair } from "./grammar/index.js";
import { special, type Vocabulary } from "./vocabulary.js";
import type { Words } from "./words.js";

/** A sentence pair as ids. */
export interface Sample {
  /** Source ids with the end token. */
  readonly source: readonly number[];
  /** Target ids with the end token. */
  readonly target: readonly number[];
}

/** A batch as the model takes it. */
export interface Batch {
  /** int32 [B, S], padded. */
  readonly src: Tensor;
  /** int32 [B, T]: begin token and target, without the end. */
  readonly tgtIn: Tensor;
  /** int32 [B, T]: target with the end token. */
  readonly tgtOut: Tensor;
  /** Target tokens without padding. */
  readonly tokens: number;
}

/** The pairs as ids; those longer than the model's positions are left out. */
export function encodePairs(
  pairs: readonly Pair[],
  words: Words,
  [source, target]: readonly [Vocabulary, Vocabulary],
  maxLength: number,
): Sample[] {
  return pairs
    .map((pair) => ({
      source: source.encode(words.split(pair.source)),
      target: target.encode(words.split(pair.target)),
    }))
    .filter((sample) => sample.source.length <= maxLength && sample.target.length <= maxLength);
}

/** Rows padded at the right to the longest: int32 [B, L]. */
export function padRows(rows: readonly (readonly number[])[]): Tensor {
  const length = Math.max(0, ...rows.map((row) => row.length));
  const ids = new Int32Array(rows.length * length).fill(special.pad);
  rows.forEach((row, i) => {
    ids.set(row, i * length);
  });
  return tensor(ids, { shape: [rows.length, length] });
}

/** Samples as one batch. */
export function collate(samples: readonly Sample[]): Batch {
  return {
    src: padRows(samples.map(({ source }) => source)),
    tgtIn: padRows(samples.map(({ target }) => [special.bos, ...target.slice(0, -1)])),
    tgtOut: padRows(samples.map(({ target }) => target)),
    tokens: samples.reduce((sum, { target }) => sum + target.length, 0),
  };
}
