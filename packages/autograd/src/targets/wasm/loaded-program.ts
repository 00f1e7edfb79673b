import { CompileError } from "../../errors.js";
import type { Runnable, Stage } from "../backend.js";
import type { Executor } from "./executor.js";
import { type LoadedStage, loadStages } from "./load-stages.js";
import type { Pool } from "./threads/pool.js";
import { Preference } from "./threads/preference.js";

const { performance } = globalThis as unknown as { performance: { now(): number } };

const disposed = (): CompileError =>
  new CompileError("compile: a program that was disposed of cannot run", {
    got: "run after dispose",
    hint: "call the compiled function: it makes another program",
  });

/** The {@link Runnable} of an executor. */
export class LoadedProgram implements Runnable {
  #loaded: readonly LoadedStage[] = [];
  /** Of what is loaded. */
  #address: number | null = null;
  /** How many threads it is loaded for, and whether they share any stage. */
  #team = 0;
  #shares = false;
  #preference = new Preference();
  #disposed = false;

  constructor(
    readonly executor: Executor,
    readonly stages: readonly Stage[],
    readonly threads: number,
    readonly release: () => void,
  ) {
    this.#prepare();
  }

  /** Loads the stages, anew where there are other threads than before. */
  #prepare(): void {
    if (this.#disposed) throw disposed();
    const { executor, stages } = this;
    const team = Math.min(this.threads, executor.threads.count);
    if (team === this.#team) return;
    const { memory } = executor.machine;
    const { loaded, address } = loadStages(memory, executor.table, stages, team);
    if (this.#address !== null) memory.free(this.#address);
    this.#loaded = loaded;
    this.#address = address;
    this.#team = team;
    this.#preference = new Preference();
    this.#shares = loaded.some((stage) => "shared" in stage && stage.shared !== null);
    if (this.#shares) executor.threads.start();
  }

  run(): void {
    this.#prepare();
    const pool = this.#shares ? this.executor.threads.pool : null;
    if (pool === null) {
      this.#runOn(null);
      return;
    }
    const shared = this.#preference.next();
    const start = performance.now();
    this.#runOn(shared ? pool : null);
    this.#preference.note(shared, performance.now() - start);
  }

  #runOn(pool: Pool | null): void {
    const { executor } = this;
    const loaded = this.#loaded;
    pool?.begin(this.#team);
    try {
      for (let i = 0; i < loaded.length; i++) {
        const stage = loaded[i]!;
        if ("host" in stage) stage.host();
        else if (pool === null || stage.shared === null) executor.runAlone(stage.steps);
        else executor.runShared(pool, stage.shared);
      }
    } finally {
      pool?.end();
    }
  }

  profile(): readonly (readonly number[])[] {
    this.#prepare();
    const { executor } = this;
    const timed = (work: () => void): number => {
      const start = performance.now();
      work();
      return performance.now() - start;
    };
    return this.#loaded.map((stage) => {
      if ("host" in stage) return [timed(stage.host)];
      return stage.steps.map((step) => timed(() => executor.runAlone([step])));
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.executor.machine.memory.free(this.#address!);
    this.release();
  }
}
