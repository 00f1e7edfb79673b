import { CompileError } from "../../errors.js";
import type { Runnable, Stage } from "../backend.js";
import type { GeneratedFunction } from "../step.js";
import { encodeModule } from "./encoder/module.js";
import { KernelTable } from "./kernels.js";
import type { LoadedStep, SharedStage } from "./load-stages.js";
import { LoadedProgram } from "./loaded-program.js";
import type { Machine } from "./machine.js";
import type { Kernel } from "./threads/crew.js";
import type { Leader, Pool } from "./threads/pool.js";
import { MOST_THREADS, Threads } from "./threads/threads.js";

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
    this.threads.onChange = (count) => this.#reserveScratch(this.scratchBytes, count);
  }

  /**
   * Writes the descriptors of all steps into memory and compiles the functions that were generated for them.
   * @param threads on how many threads it may run at most
   * @throws CompileError where there is no room for it.
   */
  load(stages: readonly Stage[], { threads = MOST_THREADS }: { threads?: number | undefined } = {}): Runnable {
    const steps = stages.flatMap((stage) => ("host" in stage ? [] : stage.steps));
    const generated = steps.map(({ kernel }) => kernel).filter((x): x is GeneratedFunction => typeof x !== "string");
    const scratchBytes = Math.max(0, ...steps.map((step) => step.scratchBytes));
    if (scratchBytes > this.scratchBytes) this.#reserveScratch(scratchBytes, this.threads.count);
    const release = this.table.hold(generated);
    try {
      return new LoadedProgram(this, stages, threads, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  #reserveScratch(bytes: number, threads: number): void {
    const { memory } = this.machine;
    // A cache line is nobody's but one thread's.
    const own = Math.ceil(bytes / 64) * 64;
    const address = memory.allocate(own * threads);
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
