import { diffArrays } from "diff";

/** A run of words of a text, and whether the other text lacks it there. */
export interface WordRun {
  readonly words: string;
  readonly differs: boolean;
}

/** Two texts cut into runs of words. */
export interface Difference {
  readonly expected: readonly WordRun[];
  readonly got: readonly WordRun[];
}

/** Compares two texts word by word (by white space), by their longest common subsequence of words. */
export function compareWords(expected: string, got: string): Difference {
  const changes = diffArrays(wordsOf(expected), wordsOf(got));
  const runs = changes.map(({ value, added, removed }) => ({ words: value.join(" "), added, removed }));
  return {
    expected: runs.filter(({ added }) => !added).map(({ words, removed }) => ({ words, differs: removed })),
    got: runs.filter(({ removed }) => !removed).map(({ words, added }) => ({ words, differs: added })),
  };
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}
