import { FAILED, PENDING, STAGE, TICKET, WAITING } from "./control.js";
import { STAGE_HEAD, STEP_WORDS } from "./stage.js";

/** Does the tasks from ≤ task < to of the step that is described at an address. */
export type Kernel = (descriptor: number, from: number, to: number, scratch: number) => void;

/** One of the threads that work on a stage. */
export interface Member {
  /** The memory. */
  readonly words: Int32Array;
  /** By their numbers. */
  readonly kernels: readonly (Kernel | undefined)[];
  readonly scratch: number;
  /** Called while it has a group, during which nothing changes: brings the other fields up to date. */
  refresh(): void;
}

/**
 * Takes groups of the current stage, and does them, until none is left. Who has taken a group knows that the stage
 * stays the current one until it is done. So a thread may come late, or never: the others do its share.
 */
export function takeGroups(control: Int32Array, member: Member): void {
  while (Atomics.load(control, TICKET) > 0) {
    const left = Atomics.sub(control, TICKET, 1);
    if (left <= 0) return;
    doGroup(control, member, left);
    if (Atomics.sub(control, PENDING, 1) === 1 && Atomics.load(control, WAITING) === 1)
      Atomics.notify(control, PENDING);
  }
}

/** Does the group that was taken when `left` groups were left. */
function doGroup(control: Int32Array, member: Member, left: number): void {
  let kernel = 0;
  try {
    member.refresh();
    const { words, kernels, scratch } = member;
    const stage = Atomics.load(control, STAGE) >>> 2;
    const group = words[stage]! - left;
    let step = stage + STAGE_HEAD + STEP_WORDS * (words[stage + 1]! - 1);
    while (words[step + 4]! > group) step -= STEP_WORDS;
    const [tasks, size] = [words[step + 2]!, words[step + 3]!];
    const from = (group - words[step + 4]!) * size;
    kernel = words[step]!;
    kernels[kernel]!(words[step + 1]!, from, Math.min(from + size, tasks), scratch);
  } catch {
    // The main thread says so when all groups are done.
    Atomics.store(control, FAILED, kernel + 1);
  }
}
