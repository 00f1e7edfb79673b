/** Ids that mean no word. */
export const special = { pad: 0, bos: 1, eos: 2, unknown: 3 } as const;

/** How they are written where they have to be shown; in a text they are words like any other, and not known. */
export const specialWords: readonly string[] = ["<pad>", "<s>", "</s>", "<unk>"];

/** The words of one language and their ids; rare ones share an id. */
export class Vocabulary {
  readonly #ids: ReadonlyMap<string, number>;

  constructor(readonly words: readonly string[]) {
    this.#ids = new Map(words.map((word, id) => [word, id] as const).slice(specialWords.length));
  }

  /** The words that occur at least `minCount` times, most frequent first. */
  static from(sentences: Iterable<readonly string[]>, minCount: number): Vocabulary {
    const counts = new Map<string, number>();
    for (const sentence of sentences) for (const word of sentence) counts.set(word, (counts.get(word) ?? 0) + 1);
    const kept = [...counts].filter(([word, count]) => count >= minCount && !specialWords.includes(word));
    kept.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return new Vocabulary([...specialWords, ...kept.map(([word]) => word)]);
  }

  get size(): number {
    return this.words.length;
  }

  /** Whether a word has an id of its own. */
  has(word: string): boolean {
    return this.#ids.has(word);
  }

  /** The ids of the words and of the end of the sentence. */
  encode(words: readonly string[]): number[] {
    return [...words.map((word) => this.#ids.get(word) ?? special.unknown), special.eos];
  }

  /** The words of the ids. */
  decode(ids: readonly number[]): string[] {
    return ids.map((id) => this.words[id] ?? "<unk>");
  }
}
