/** How often each n-gram occurs. */
export type NgramCounts = ReadonlyMap<string, number>;

/**
 * The n-grams of a sequence and how often each occurs.
 * @param items words without white space, or single characters
 * @param separator what stands between two items in a key: a space for words, nothing for characters
 */
export function countNgrams(items: readonly string[], order: number, separator: "" | " "): NgramCounts {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= items.length; i++) {
    const ngram = items.slice(i, i + order).join(separator);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** How many n-grams there are of a length: max(0, length − order + 1). */
export const ngramTotal = (length: number, order: number): number => Math.max(0, length - order + 1);

/** Σ min(a, b) over the n-grams that both have: each occurrence counts once. */
export function matches(a: NgramCounts, b: NgramCounts): number {
  let sum = 0;
  for (const [ngram, count] of a) sum += Math.min(count, b.get(ngram) ?? 0);
  return sum;
}

/** For each n-gram the most that any of the sequences has of it. */
export function mostOfEach(all: readonly NgramCounts[]): NgramCounts {
  const most = new Map<string, number>();
  for (const counts of all) {
    for (const [ngram, count] of counts) most.set(ngram, Math.max(count, most.get(ngram) ?? 0));
  }
  return most;
}
