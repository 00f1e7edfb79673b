import { ReportError } from "./errors.js";

/** The words of one sentence pair and who looked at whom. */
export interface AttentionExample {
  /** [S] the words that were read */
  readonly source: readonly string[];
  /** [T] the words that were written */
  readonly target: readonly string[];
  /** [layers, heads, T, S] row-major: how much each target word looked at each source word; each row sums to 1 */
  readonly weights: ArrayLike<number>;
  /** What to see in this example. */
  readonly caption?: string;
  /** The target words to point out, by index; by default the one that moved past most others. */
  readonly marked?: readonly number[];
}

/** Weights [T, S] of one head, or of several averaged. */
export interface WeightMap {
  readonly rows: number;
  readonly columns: number;
  at(target: number, source: number): number;
}

/** The source word that a target word looked at most. */
export interface Strongest {
  readonly target: number;
  readonly source: number;
  readonly weight: number;
}

/**
 * Holds an example against the number of layers and heads.
 *
 * @throws ReportError where the weights do not have layers · heads · T · S elements, or a marked word does not exist
 */
export function checkExample(example: AttentionExample, index: number, layers: number, heads: number): void {
  const { source, target, weights, marked = [] } = example;
  const expected = layers * heads * target.length * source.length;
  if (weights.length !== expected) {
    throw new ReportError(`attentionSection: the weights of example ${index} do not fit its words`, {
      got: `${weights.length} weights for ${layers} layers × ${heads} heads × ${target.length} target words × ${source.length} source words = ${expected}`,
      hint: "give weights [layers, heads, T, S] row-major, without the padding of the batch",
    });
  }
  const missing = marked.find((word) => !(Number.isInteger(word) && word >= 0 && word < target.length));
  if (missing !== undefined) {
    throw new ReportError(`attentionSection: example ${index} marks a target word that does not exist`, {
      got: `marked ${missing} of ${target.length} target words`,
      hint: "marked holds indices into target, counted from 0",
    });
  }
}

/** The weights of one head: element (layer, head) of `weights`. */
export function headMap(example: AttentionExample, layer: number, head: number, heads: number): WeightMap {
  const [rows, columns] = [example.target.length, example.source.length];
  const start = (layer * heads + head) * rows * columns;
  return { rows, columns, at: (t, s) => example.weights[start + t * columns + s] ?? Number.NaN };
}

/** The weights of all heads of a layer, averaged. */
export function meanMap(example: AttentionExample, layer: number, heads: number): WeightMap {
  const maps = Array.from({ length: heads }, (_, head) => headMap(example, layer, head, heads));
  const at = (t: number, s: number) => maps.reduce((sum, map) => sum + map.at(t, s), 0) / heads;
  return { rows: example.target.length, columns: example.source.length, at };
}

/** For each target word the source word it looked at most, the first of equals; without rows that have no number. */
export function strongestSources(map: WeightMap): Strongest[] {
  return Array.from({ length: map.rows }, (_, target) => {
    let best: Strongest = { target, source: -1, weight: Number.NEGATIVE_INFINITY };
    for (let source = 0; source < map.columns; source++) {
      const weight = map.at(target, source);
      if (weight > best.weight) best = { target, source, weight };
    }
    return best;
  }).filter(({ source }) => source >= 0);
}

// A word that moved past one neighbour only is no news.
const fewestCrossings = 2;

/**
 * The word that moved most: the target word whose line to its strongest source word crosses most other such lines.
 * Of equals it is the one nearest to the end. Punctuation and special tokens such as `<eos>` do not count.
 *
 * @returns its index, or `null` where no word moved past at least two others
 */
export function mostMoved({ source, target }: AttentionExample, map: WeightMap): number | null {
  const isWord = (token: string | undefined) =>
    token !== undefined && /[\p{L}\p{N}]/u.test(token) && !/^[<[].*[>\]]$/u.test(token);
  const lines = strongestSources(map).filter((line) => isWord(target[line.target]) && isWord(source[line.source]));
  let most = { target: -1, crossings: fewestCrossings };
  for (const line of lines) {
    const crossings = lines.filter((other) => (line.target - other.target) * (line.source - other.source) < 0).length;
    if (crossings >= most.crossings) most = { target: line.target, crossings };
  }
  return most.target < 0 ? null : most.target;
}
