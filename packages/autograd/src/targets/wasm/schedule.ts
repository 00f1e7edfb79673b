import type { Step } from "./step.js";

/** Steps that are independent of each other, or something that the main thread does alone and that may throw. */
export type Stage = { readonly steps: readonly Step[] } | { readonly host: () => void };

/** Roughly what a core does in a microsecond. Only speed hangs on it, no result. */
const FLOPS_PER_MICROSECOND = 20_000;
const BYTES_PER_MICROSECOND = 10_000;

/** From how many microseconds on a stage is worth handing over to other threads. */
const WORTH_SHARING = 10;

/** A group of tasks takes about as long at least, where there are enough tasks; each thread gets about this many. */
const GROUP_MICROSECONDS = 3;
const GROUPS_PER_THREAD = 6;

/** How long a step takes one thread, in microseconds. */
export const estimate = ({ flops, bytes }: Step): number =>
  flops / FLOPS_PER_MICROSECOND + bytes / BYTES_PER_MICROSECOND;

/** Whether several threads do the steps sooner than one. */
export function worthSharing(steps: readonly Step[]): boolean {
  const tasks = steps.reduce((sum, step) => sum + step.tasks, 0);
  return tasks > 1 && steps.reduce((sum, step) => sum + estimate(step), 0) >= WORTH_SHARING;
}

/** How many tasks of a step a thread takes at a time. */
export function groupSize(step: Step, threads: number): number {
  const groups = Math.min(threads * GROUPS_PER_THREAD, estimate(step) / GROUP_MICROSECONDS);
  return Math.max(1, Math.ceil(step.tasks / Math.max(1, groups)));
}
