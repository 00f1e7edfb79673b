import type { KernelTable } from "./kernels.js";
import type { LinearMemory } from "./memory.js";
import { groupSize, type Stage, sharedStages } from "./schedule.js";
import type { Step } from "./step.js";
import type { Kernel } from "./threads/crew.js";
import { stageWords } from "./threads/stage.js";

/** A step in memory. */
export interface LoadedStep {
  readonly step: Step;
  readonly kernel: Kernel;
  /** The address of its words. */
  readonly descriptor: number;
}

/** Where a stage that threads share is described, and in how many groups its tasks are taken. */
export interface SharedStage {
  readonly address: number;
  readonly groups: number;
}

/** A stage in memory. */
export type LoadedStage =
  | { readonly host: () => void }
  | { readonly steps: readonly LoadedStep[]; readonly shared: SharedStage | null };

/** Descriptors start at multiples of this. */
const ALIGNMENT = 16;

/** Collects blocks of words that lie one behind the other. */
class Words {
  readonly #words: number[] = [];

  /** Adds a block; gives its place, in bytes from the first. */
  add(words: readonly number[]): number {
    const place = 4 * this.#words.length;
    for (const word of words) this.#words.push(word);
    while ((4 * this.#words.length) % ALIGNMENT !== 0) this.#words.push(0);
    return place;
  }

  /** Writes them into memory; gives the address of the first. */
  write(memory: LinearMemory): number {
    const address = memory.allocate(4 * this.#words.length);
    memory.views.words.set(this.#words, address / 4);
    return address;
  }
}

/**
 * Writes stages into memory: the descriptors of all steps in one block and, for those that `team` threads share, what
 * these read in another one.
 * @returns the stages, and the addresses of the blocks
 */
export function loadStages(
  memory: LinearMemory,
  table: KernelTable,
  stages: readonly Stage[],
  team: number,
): { loaded: readonly LoadedStage[]; blocks: readonly number[] } {
  const descriptors = new Words();
  const places = stages.map((stage) => ("host" in stage ? [] : stage.steps.map(({ words }) => descriptors.add(words))));
  const first = descriptors.write(memory);

  const shares = team > 1 ? sharedStages(stages) : [];
  const tables = new Words();
  const loaded = stages.map((stage, i) => {
    if ("host" in stage) return stage;
    const steps = stage.steps.map((step, k) => {
      const kernel = table.numberOf(step);
      return { step, kernel: table.kernels[kernel]!, number: kernel, descriptor: first + places[i]![k]! };
    });
    if (!shares[i]) return { steps, shared: null };
    const words = stageWords(
      steps.map(({ step, number, descriptor }) => {
        return { kernel: number, descriptor, tasks: step.tasks, groupSize: groupSize(step, team) };
      }),
    );
    return { steps, shared: { address: tables.add(words), groups: words[0]! } };
  });
  const second = tables.write(memory);
  const moved = loaded.map((stage) => {
    if ("host" in stage || stage.shared === null) return stage;
    const { address, groups } = stage.shared;
    return { ...stage, shared: { address: second + address, groups } };
  });
  return { loaded: moved, blocks: [first, second] };
}
