import { expect, test } from "@jest/globals";
import { Preference } from "../../src/targets/wasm/threads/preference.js";

/** How many of `runs` are shared where a run takes so long, shared and alone. */
function sharedRuns(preference: Preference, runs: number, time: (shared: boolean, run: number) => number): number {
  let count = 0;
  for (let run = 0; run < runs; run++) {
    const shared = preference.next();
    preference.note(shared, time(shared, run));
    if (shared) count++;
  }
  return count;
}

test("a program is shared where that is faster, all but a few runs", () => {
  const preference = new Preference();
  expect(sharedRuns(preference, 1000, (shared) => (shared ? 10 : 18))).toBe(1000 - 1 - 3);
  expect(preference.alone).toBe(false);
});

test("the first runs, while compilers warm up, and single slow ones decide nothing", () => {
  const slow = (run: number): number => (run < 5 ? 20 : run % 50 === 17 ? 5 : 1);
  expect(sharedRuns(new Preference(), 1000, (shared, run) => slow(run) * (shared ? 10 : 18))).toBeGreaterThan(990);
});

test("a program runs alone where that is faster, as long as it is", () => {
  const preference = new Preference();
  // Other processes take the cores in the second of three parts.
  const part = (busy: boolean): number =>
    sharedRuns(preference, 2000, (shared) => {
      if (busy) return shared ? 60 : 30;
      return shared ? 10 : 18;
    });
  expect(part(false)).toBeGreaterThan(1980);
  expect(part(true)).toBeLessThan(200);
  expect(part(false)).toBeGreaterThan(1850);
  expect(preference.alone).toBe(false);
});

test("where both take as long, the other way is not tried often", () => {
  const count = sharedRuns(new Preference(), 1000, () => 10);
  expect(Math.min(count, 1000 - count)).toBeLessThan(40);
});
