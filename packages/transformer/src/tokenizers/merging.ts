import { Heap } from "./heap.js";
import { fail, type JsonObject } from "./json.js";
import { pairOf, type Vocabulary } from "./vocabulary.js";

/**
 * The merges of byte pair encoding (Sennrich et al. 2016): pairs of tokens that become one, those learned first before
 * the others.
 */
export class Merges {
  readonly #rankOf = new Map<number, number>();
  readonly #merged: number[] = [];

  /** The next merge in rank; of two merges of one pair the later counts. */
  add(left: number, right: number, merged: number): void {
    this.#rankOf.set(pairOf(left, right), this.#merged.length);
    this.#merged.push(merged);
  }

  /**
   * Joins neighbours until no merge is left: always the pair of the lowest rank, the leftmost of these first. n log n in
   * the length of the word.
   */
  apply(symbols: readonly number[]): number[] {
    const length = symbols.length;
    if (length < 2) return symbols.slice();
    const ids = symbols.slice();
    // The neighbours that are left; a symbol that was merged into the one before it has the id −1.
    const next = ids.map((_, i) => i + 1);
    const previous = ids.map((_, i) => i - 1);
    const queue = new Heap<number>((a, b) => a < b);
    const rankAt = (i: number): number | undefined =>
      next[i]! < length ? this.#rankOf.get(pairOf(ids[i]!, ids[next[i]!]!)) : undefined;
    const enqueue = (i: number): void => {
      const rank = i < 0 ? undefined : rankAt(i);
      if (rank !== undefined) queue.push(rank * length + i);
    };
    for (let i = 0; i < length; i++) enqueue(i);
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      const i = entry % length;
      const rank = (entry - i) / length;
      if (ids[i] === -1 || rankAt(i) !== rank) continue;
      const right = next[i]!;
      ids[i] = this.#merged[rank]!;
      ids[right] = -1;
      next[i] = next[right]!;
      if (next[i]! < length) previous[next[i]!] = i;
      enqueue(previous[i]!);
      enqueue(i);
    }
    return ids.filter((id) => id !== -1);
  }
}

function partsOf(merge: unknown): readonly string[] {
  const parts = typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
  if (parts.length === 2 && parts.every((part) => typeof part === "string")) return parts;
  return fail("a merge must be a pair of tokens", merge, 'written as ["a", "b"] or "a b"');
}

/**
 * The `merges` of a model.
 * @throws CheckpointError for a merge of tokens, or into a token, that the vocabulary does not have
 */
export function readMerges(model: JsonObject, vocabulary: Vocabulary): Merges {
  const merges = new Merges();
  for (const merge of model.list("merges")) {
    const [left, right] = partsOf(merge);
    const known = (token: string): number =>
      vocabulary.idOf(token) ??
      fail(
        `the merge ${JSON.stringify(merge)} refers to an unknown token`,
        token,
        "each part and both together need an id",
      );
    merges.add(known(left!), known(right!), known(left! + right!));
  }
  return merges;
}
