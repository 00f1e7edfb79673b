// A stage in memory, as all threads read it. Words: how many groups of tasks and how many steps it has; then, step by
// step, the words below.

/** Words in front of the steps. */
export const STAGE_HEAD = 2;

/** Words of a step: the kernel's number, the descriptor's address, tasks, tasks in a group, the first group's number. */
export const STEP_WORDS = 5;

/** A step, and in groups of how many tasks threads take it. */
export interface SharedStep {
  readonly kernel: number;
  readonly descriptor: number;
  readonly tasks: number;
  readonly groupSize: number;
}

/** How many words a stage of so many steps has. */
export const stageLength = (steps: number): number => STAGE_HEAD + STEP_WORDS * steps;

/** The words of a stage. */
export function stageWords(steps: readonly SharedStep[]): number[] {
  const words = [0, steps.length];
  let groups = 0;
  for (const { kernel, descriptor, tasks, groupSize } of steps) {
    words.push(kernel, descriptor, tasks, groupSize, groups);
    groups += Math.ceil(tasks / groupSize);
  }
  words[0] = groups;
  return words;
}
