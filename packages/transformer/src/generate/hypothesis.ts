/** A token as it is written. */
export interface GeneratedToken {
  /** The row of the batch. */
  readonly row: number;
  /** Its id. */
  readonly token: number;
  /** Its log-probability as the model gives it. */
  readonly logProbability: number;
}

/** A text that was written for a row. */
export interface Hypothesis {
  /** The tokens after the prompt, with the end token or stop sequence where there is one. */
  readonly ids: number[];
  /** The sum of the log-probabilities of its tokens. */
  readonly logProbability: number;
  /** What hypotheses are ordered by: the log-probability, in beam search with the length penalty. */
  readonly score: number;
}

/**
 * The steps of a strategy: each gives the tokens that it has settled, the last one the hypotheses of every row, best
 * first. Between two steps nothing is half-done.
 */
export type Decoding = Generator<readonly GeneratedToken[], Hypothesis[][]>;
