/** A request that the grammar cannot fulfil; the message says what is wrong, what came, and what to do. */
export class GrammarError extends Error {
  constructor(problem: string, { got, hint }: { got: string; hint: string }) {
    super(`${problem}\ngot: ${got}\nhint: ${hint}`);
    this.name = "GrammarError";
  }
}
