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

const longest = (rows: readonly (readonly number[])[]): number => Math.max(0, ...rows.map((row) => row.length));

/** Rows padded at the right, to the longest unless a length is given: int32 [B, L]. */
export function padRows(rows: readonly (readonly number[])[], length = longest(rows)): Tensor {
  const ids = new Int32Array(rows.length * length).fill(special.pad);
  rows.forEach((row, i) => {
    ids.set(row, i * length);
  });
  return tensor(ids, { shape: [rows.length, length] });
}

/**
 * Samples as one batch, both sides padded to one length.
 * @param multiple what the length is a multiple of: a training step is compiled for each length
 */
export function collate(samples: readonly Sample[], multiple = 1): Batch {
  const [source, target] = [samples.map((sample) => sample.source), samples.map((sample) => sample.target)];
  const length = Math.ceil(longest([...source, ...target]) / multiple) * multiple;
  return {
    src: padRows(source, length),
    tgtIn: padRows(
      target.map((ids) => [special.bos, ...ids.slice(0, -1)]),
      length,
    ),
    tgtOut: padRows(target, length),
    tokens: samples.reduce((sum, { target }) => sum + target.length, 0),
  };
}
