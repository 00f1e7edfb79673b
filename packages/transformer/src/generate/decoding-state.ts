import type { Tensor } from "@typegrad/autograd";

/**
 * What a decoding strategy knows of a model: the rows that are being written, and the logits of the token after each.
 * Whether it computes them anew or keeps keys and values between steps is its own affair.
 */
export interface DecodingState {
  /** The tokens of each row, with those that it began with. */
  readonly rows: readonly (readonly number[])[];
  /** Logits [rows, V] of the token after each row. */
  logits(): Tensor;
  /** Writes a token at the end of each row. */
  append(tokens: readonly number[]): void;
  /** Makes the state one whose row i is what row `rows[i]` was: drops, reorders and repeats rows. */
  select(rows: readonly number[]): void;
}

/** The tokens of the rows, which every state keeps. */
export class WrittenRows {
  /** The tokens of each row. */
  rows: readonly (readonly number[])[];

  constructor(rows: readonly (readonly number[])[]) {
    this.rows = rows;
  }

  /** Writes a token at the end of each row. */
  append(tokens: readonly number[]): void {
    this.rows = this.rows.map((row, i) => [...row, tokens[i]!]);
  }

  /** Row i becomes what row `rows[i]` was. */
  select(rows: readonly number[]): void {
    this.rows = rows.map((row) => this.rows[row]!);
  }
}
