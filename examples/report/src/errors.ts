/** Input that a report cannot draw; the message says what is wrong, what came, and what to do. */
export class ReportError extends Error {
  constructor(problem: string, { got, hint }: { got: string; hint: string }) {
    super(`${problem}\ngot: ${got}\nhint: ${hint}`);
    this.name = "ReportError";
  }
}
