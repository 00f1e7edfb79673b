import type { Stage } from "../backend.js";
import type { Step } from "../step.js";

/** Roughly what a core does in a microsecond. Only speed hangs on it, no result. */
const FLOPS_PER_MICROSECOND = 20_000;
const BYTES_PER_MICROSECOND = 10_000;

/** From how many microseconds on a stage is worth handing over to other threads, which takes about one. */
const WORTH_SHARING = 5;

/** From how many microseconds of shared stages on a program is worth waking other threads, which takes about fifteen. */
const WORTH_WAKING = 60;

/** A group of tasks takes about as long at least, where there are enough tasks; each thread gets about this many. */
const GROUP_MICROSECONDS = 1.5;
const GROUPS_PER_THREAD = 8;

/** How long a step takes one thread, in microseconds. */
const estimate = ({ flops, bytes }: Step): number => flops / FLOPS_PER_MICROSECOND + bytes / BYTES_PER_MICROSECOND;

const sum = (numbers: readonly number[]): number => numbers.reduce((x, y) => x + y, 0);

/** Which stages of a program are done by several threads: those that are done sooner then. */
export function sharedStages(stages: readonly Stage[]): readonly boolean[] {
  const times = stages.map((stage) => {
    if ("host" in stage || sum(stage.steps.map(({ tasks }) => tasks)) < 2) return 0;
    const time = sum(stage.steps.map(estimate));
    return time >= WORTH_SHARING ? time : 0;
  });
  const total = sum(times);
  return times.map((time) => time > 0 && total >= WORTH_WAKING);
}

/** The steps of a shared stage in the order in which threads take them: long tasks first, so that none begins at the end. */
export const longTasksFirst = <T extends { readonly step: Step }>(steps: readonly T[]): T[] =>
  [...steps].sort((a, b) => estimate(b.step) / b.step.tasks - estimate(a.step) / a.step.tasks);

/** How many tasks of a step a thread takes at a time. */
export function groupSize(step: Step, threads: number): number {
  const groups = Math.min(threads * GROUPS_PER_THREAD, estimate(step) / GROUP_MICROSECONDS);
  return Math.max(1, Math.ceil(step.tasks / Math.max(1, groups)));
}
