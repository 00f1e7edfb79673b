import type { Stage } from "../backend.js";
import type { Step } from "../step.js";
import type { KernelTable } from "./kernels.js";
import type { LinearMemory } from "./memory.js";
import { groupSize, longTasksFirst, sharedStages } from "./schedule.js";
import type { Kernel } from "./threads/crew.js";
import { stageLength, stageWords } from "./threads/stage.js";

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

/** Plans blocks of words that lie one behind the other. */
class Layout {
  /** Of all blocks. */
  bytes = 0;

  /** The place of another block, in bytes from the first. */
  place(words: number): number {
    const place = this.bytes;
    this.bytes = Math.ceil((place + 4 * words) / ALIGNMENT) * ALIGNMENT;
    return place;
  }
}

/**
 * Writes stages into memory: the descriptors of all steps and, for stages that are worth it, what `team` threads read
 * that share them.
 * @returns the stages, and the address of the block that holds all this
 * @throws CompileError where there is no room for it.
 */
export function loadStages(
  memory: LinearMemory,
  table: KernelTable,
  stages: readonly Stage[],
  team: number,
): { readonly loaded: readonly LoadedStage[]; readonly address: number } {
  const shares = team > 1 ? sharedStages(stages) : [];
  const layout = new Layout();
  const places = stages.map((stage, i) => {
    if ("host" in stage) return { descriptors: [], stage: 0 };
    const descriptors = stage.steps.map(({ words }) => layout.place(words.length));
    return { descriptors, stage: shares[i] ? layout.place(stageLength(stage.steps.length)) : 0 };
  });

  const address = memory.allocate(layout.bytes);
  const { words } = memory.views;
  const loaded = stages.map((stage, i): LoadedStage => {
    if ("host" in stage) return stage;
    const numbered = stage.steps.map((step, k) => {
      const descriptor = address + places[i]!.descriptors[k]!;
      words.set(step.words, descriptor / 4);
      return { step, descriptor, kernel: table.numberOf(step) };
    });
    const steps = numbered.map(({ step, descriptor, kernel }) => {
      return { step, descriptor, kernel: table.kernels[kernel]! };
    });
    if (!shares[i]) return { steps, shared: null };
    const own = stageWords(
      longTasksFirst(numbered).map(({ step, descriptor, kernel }) => {
        return { kernel, descriptor, tasks: step.tasks, groupSize: groupSize(step, team) };
      }),
    );
    const at = address + places[i]!.stage;
    words.set(own, at / 4);
    return { steps, shared: { address: at, groups: own[0]! } };
  });
  return { loaded, address };
}
