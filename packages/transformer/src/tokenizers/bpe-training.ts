import { byteAlphabet } from "./byte-map.js";
import { Heap } from "./heap.js";
import { ID_LIMIT, pairOf } from "./vocabulary.js";

/** What training learns: tokens by their ids, and the pairs that are merged, the first learned first. */
export interface LearnedMerges {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [left: string, right: string])[];
}

interface Candidate {
  readonly pair: number;
  readonly count: number;
}

/** Words as ids, how often each occurs, and the counts of the pairs in them, kept up to date as pairs are merged. */
class PairCounts {
  readonly #words: number[][];
  readonly #frequencies: readonly number[];
  readonly #counts = new Map<number, number>();
  /** The words in which a pair occurs, or has occurred. */
  readonly #wordsWith = new Map<number, number[]>();
  readonly #queue = new Heap<Candidate>((a, b) => a.count > b.count || (a.count === b.count && a.pair < b.pair));
  /** The pairs whose counts have grown since they were put into the queue. */
  readonly #grown = new Set<number>();

  constructor(words: ReadonlyMap<string, number>, idOf: ReadonlyMap<string, number>) {
    this.#words = Array.from(words.keys(), (word) => Array.from(word, (character) => idOf.get(character)!));
    this.#frequencies = [...words.values()];
    for (let w = 0; w < this.#words.length; w++) {
      const word = this.#words[w]!;
      for (let i = 0; i + 1 < word.length; i++) this.#grow(pairOf(word[i]!, word[i + 1]!), w);
    }
    this.#enqueueGrown();
  }

  #grow(pair: number, w: number): void {
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + this.#frequencies[w]!);
    const words = this.#wordsWith.get(pair);
    if (words === undefined) this.#wordsWith.set(pair, [w]);
    else if (words.at(-1) !== w) words.push(w);
    this.#grown.add(pair);
  }

  #shrink(pair: number, w: number): void {
    this.#counts.set(pair, this.#counts.get(pair)! - this.#frequencies[w]!);
  }

  #enqueueGrown(): void {
    for (const pair of this.#grown) this.#queue.push({ pair, count: this.#counts.get(pair)! });
    this.#grown.clear();
  }

  /** The most frequent pair; of equally frequent ones that of the smallest ids. */
  best(): Candidate | undefined {
    for (let candidate = this.#queue.pop(); candidate !== undefined; candidate = this.#queue.pop()) {
      const { pair } = candidate;
      const count = this.#counts.get(pair) ?? 0;
      if (count === candidate.count && count > 0) return candidate;
      // It has shrunk since: its turn comes later. One that has grown stands in the queue a second time.
      if (count > 0 && count < candidate.count) this.#queue.push({ pair, count });
    }
    return undefined;
  }

  /** Makes the pair one symbol, wherever it occurs. */
  merge(pair: number, merged: number): void {
    const right = pair % ID_LIMIT;
    const left = (pair - right) / ID_LIMIT;
    const words = this.#wordsWith.get(pair)!;
    this.#wordsWith.delete(pair);
    for (const w of words) this.#words[w] = this.#mergeWord(w, left, right, merged);
    this.#counts.delete(pair);
    this.#grown.delete(pair);
    this.#enqueueGrown();
  }

  #mergeWord(w: number, left: number, right: number, merged: number): number[] {
    const word = this.#words[w]!;
    const result: number[] = [];
    for (let i = 0; i < word.length; i++) {
      if (word[i] !== left || word[i + 1] !== right) {
        result.push(word[i]!);
        continue;
      }
      if (result.length > 0) {
        this.#shrink(pairOf(result.at(-1)!, left), w);
        this.#grow(pairOf(result.at(-1)!, merged), w);
      }
      if (i + 2 < word.length) {
        this.#shrink(pairOf(right, word[i + 2]!), w);
        this.#grow(pairOf(merged, word[i + 2]!), w);
      }
      result.push(merged);
      i++;
    }
    return result;
  }
}

/**
 * Learns byte pair encoding (Sennrich et al. 2016): the most frequent pair of neighbours becomes a token, again and
 * again. A merge costs what the words that hold the pair cost, not the text.
 *
 * @param words the words in the characters of the byte alphabet, and how often each occurs
 * @param size the number of tokens to stop at, of which the 256 bytes are the first
 * @param minFrequency the fewest occurrences of a pair that is merged
 */
export function learnMerges(words: ReadonlyMap<string, number>, size: number, minFrequency: number): LearnedMerges {
  const tokens = [...byteAlphabet];
  const idOf = new Map(tokens.map((token, id) => [token, id] as const));
  const merges: (readonly [string, string])[] = [];
  const pairs = new PairCounts(words, idOf);
  while (tokens.length < size) {
    const best = pairs.best();
    if (best === undefined || best.count < minFrequency) break;
    const right = best.pair % ID_LIMIT;
    const left = (best.pair - right) / ID_LIMIT;
    const [a, b] = [tokens[left]!, tokens[right]!];
    // Two ways may lead to one token: "a" + "bc" and "ab" + "c".
    const merged = idOf.get(a + b) ?? tokens.push(a + b) - 1;
    idOf.set(a + b, merged);
    merges.push([a, b]);
    pairs.merge(best.pair, merged);
  }
  return { tokens, merges };
}
