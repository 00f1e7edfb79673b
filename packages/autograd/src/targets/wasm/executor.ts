import { CompileError } from "../../errors.js";
import { encodeModule } from "./encoder/module.js";
import { KernelTable } from "./kernels.js";
import { type LoadedStage, type LoadedStep, loadStages, type SharedStage } from "./load-stages.js";
import type { Machine } from "./machine.js";
import type { Stage } from "./schedule.js";
import type { GeneratedFunction } from "./step.js";
import type { Kernel } from "./threads/crew.js";
import type { Leader, Pool } from "./threads/pool.js";
import { MOST_THREADS, Threads } from "./threads/threads.js";

export type { Stage } from "./schedule.js";

/** A list of stages that is ready to run, again and again. */
export interface Runnable {
  /**
   * Runs the stages one after the other.
   * @throws whatever a host stage throws; CompileError where a kernel fails or a thread is lost. The rest does not run.
   */
  run(): void;
  /** Runs them once, on the main thread alone: milliseconds by stage, and by step in it (a host stage counts as one). */
  profile(): readonly (readonly number[])[];
  /** Gives its memory back. It cannot run any more. */
  dispose(): void;
}

const { performance } = globalThis as unknown as { performance: { now(): number } };

const failed = (kernel: string): CompileError =>
  new CompileError("compile: a kernel failed", {
    got: kernel,
    hint: "this is a fault of the package; what the call was to write may be written in part",
  });

const lost = (): CompileError =>
  new CompileError("compile: a thread was lost while a program ran", {
    got: "no progress for five seconds",
    hint: "what the call was to write may be written in part; calls run on one thread until setThreads starts others",
  });

/** Loads stages into WebAssembly's memory and runs them, on as many threads as there are. */
export class Executor implements Leader {
  readonly threads: Threads;
  readonly table: KernelTable;
  scratch = 0;
  scratchBytes = 0;

  constructor(readonly machine: Machine) {
    this.threads = new Threads(machine);
    this.table = new KernelTable(machine.memory, machine.kernels, encodeModule);
    this.threads.onChange = () => this.#reserveScratch(this.scratchBytes);
  }

  /**
   * Writes the descriptors of all steps into memory and compiles the functions that were generated for them.
   * @param threads on how many threads it may run at most
   * @throws CompileError where there is no room for it.
   */
  load(stages: readonly Stage[], { threads = MOST_THREADS }: { threads?: number | undefined } = {}): Runnable {
    const { memory } = this.machine;
    const steps = stages.flatMap((stage) => ("host" in stage ? [] : stage.steps));
    const generated = steps.map(({ kernel }) => kernel).filter((x): x is GeneratedFunction => typeof x !== "string");
    const scratchBytes = Math.max(0, ...steps.map((step) => step.scratchBytes));
    if (scratchBytes > this.scratchBytes) this.#reserveScratch(scratchBytes);
    const release = this.table.hold(generated);
    try {
      const { loaded, blocks } = loadStages(memory, this.table, stages, Math.min(threads, this.threads.count));
      const shares = loaded.some((stage) => "shared" in stage && stage.shared !== null);
      if (shares) this.threads.start();
      return new Program(this, loaded, shares ? threads : 1, () => {
        release();
        for (const block of blocks) memory.free(block);
      });
    } catch (error) {
      release();
      throw error;
    }
  }

  #reserveScratch(bytes: number): void {
    const { memory } = this.machine;
    // A cache line is nobody's but one thread's.
    const own = Math.ceil(bytes / 64) * 64;
    const address = memory.allocate(own * this.threads.count);
    if (this.scratch !== 0) memory.free(this.scratch);
    this.scratch = address;
    this.scratchBytes = own;
  }

  get words(): Int32Array {
    return this.machine.memory.views.words;
  }

  get pages(): number {
    return this.machine.memory.pages;
  }

  get kernels(): readonly (Kernel | undefined)[] {
    return this.table.kernels;
  }

  get modules(): number {
    return this.table.first;
  }

  get modulesVersion(): number {
    return this.table.version;
  }

  refresh(): void {}

  /** Does steps on this thread. */
  runAlone(steps: readonly LoadedStep[]): void {
    const { scratch } = this;
    for (let i = 0; i < steps.length; i++) {
      const { kernel, descriptor, step } = steps[i]!;
      try {
        kernel(descriptor, 0, step.tasks, scratch);
      } catch {
        throw failed(typeof step.kernel === "string" ? step.kernel : step.kernel.key);
      }
    }
  }

  /** Does a stage together with the workers. */
  runShared(pool: Pool, { address, groups }: SharedStage): void {
    const outcome = pool.share(address, groups, this);
    if (outcome === "done") return;
    if (outcome !== "lost") throw failed(this.table.nameOf(outcome));
    this.threads.abandon();
    throw lost();
  }
}

const disposed = (): CompileError =>
  new CompileError("compile: a program that was disposed of cannot run", {
    got: "run after dispose",
    hint: "call the compiled function: it makes another program",
  });

class Program implements Runnable {
  #disposed = false;

  constructor(
    readonly executor: Executor,
    readonly stages: readonly LoadedStage[],
    readonly threads: number,
    readonly release: () => void,
  ) {}

  run(): void {
    if (this.#disposed) throw disposed();
    const { executor, stages } = this;
    const pool = this.threads > 1 ? executor.threads.pool : null;
    pool?.begin(this.threads);
    try {
      for (let i = 0; i < stages.length; i++) {
        const stage = stages[i]!;
        if ("host" in stage) stage.host();
        else if (pool === null || stage.shared === null) executor.runAlone(stage.steps);
        else executor.runShared(pool, stage.shared);
      }
    } finally {
      pool?.end();
    }
  }

  profile(): readonly (readonly number[])[] {
    if (this.#disposed) throw disposed();
    const { executor } = this;
    const timed = (work: () => void): number => {
      const start = performance.now();
      work();
      return performance.now() - start;
    };
    return this.stages.map((stage) => {
      if ("host" in stage) return [timed(stage.host)];
      return stage.steps.map((step) => timed(() => executor.runAlone([step])));
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.release();
  }
}
