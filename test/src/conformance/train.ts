import { NotBuilt } from "./not-built.js";
import type { Case } from "./read-case.js";

/** Whole training runs. */
export function runTraining(golden: Case): string[] {
  throw new NotBuilt(`training of ${golden.subject}`);
}
