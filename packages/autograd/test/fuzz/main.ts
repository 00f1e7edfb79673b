import fc from "fast-check";
import { type Description, descriptions } from "./calls.js";
import { verdict } from "./verdict.js";

// pnpm proof fuzz [RUNS] [SEED]: random calls over the whole public surface, 50,000 of them unless a number is given.

const [runs = 50_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
console.log(`fuzz: ${runs} random calls, seed ${seed}`);
const start = performance.now();
let done = 0;
let shown = start;

function progress(): void {
  done++;
  const now = performance.now();
  if (!process.stderr.isTTY || now - shown < 200) return;
  shown = now;
  const left = Math.max(0, Math.round((((now - start) / done) * (runs - done)) / 1000));
  process.stderr.write(`\r\x1b[K${done} of ${runs}, ${left} s left`);
}

const outcome = fc.check<[Description]>(
  fc.property(descriptions, (description) => {
    progress();
    const problem = verdict(description);
    if (problem !== null) throw new Error(problem);
  }),
  { numRuns: runs, seed },
);
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
if (outcome.failed) {
  console.log(`failed after ${outcome.numRuns} calls; the smallest call that fails:`);
  console.log(JSON.stringify(outcome.counterexample?.[0], null, 2));
  console.log(String((outcome.errorInstance as Error | null)?.message));
  console.log(`again: pnpm proof fuzz ${runs} ${seed}`);
  process.exitCode = 1;
} else {
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${runs} calls passed in ${seconds} s: typed errors or right results, nothing else`);
}
