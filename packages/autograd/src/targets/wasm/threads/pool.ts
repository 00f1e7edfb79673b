import {
  CONTROL_WORDS,
  EPOCH,
  FAILED,
  IDLE,
  LEFT,
  LIMIT,
  MODULES,
  MODULES_VERSION,
  PAGES,
  PENDING,
  READY,
  RUNNING,
  SCRATCH,
  SCRATCH_BYTES,
  SLEEPERS,
  STAGE,
  TICKET,
  WAITING,
} from "./control.js";
import { type Member, takeGroups } from "./crew.js";
import { startWorker, type Worker } from "./host.js";

/** The main thread, and what of the surroundings may have changed between two stages. */
export interface Leader extends Member {
  readonly pages: number;
  /** Where scratch begins, the leader's own first, and how long that of one thread is. */
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly modules: number;
  readonly modulesVersion: number;
}

/** Looks at the count between two looks at the clock. */
const LOOKS = 64;

/** Milliseconds of spinning before the main thread sleeps: where there are more threads than cores, another needs its. */
const SPIN = 0.2;

/** Milliseconds after which workers leave: threads that nobody needs hold memory that nobody else may need either. */
const IDLENESS = 5000;

/** How long the main thread sleeps at a time, in milliseconds. */
const PAUSE = 100;

const { performance } = globalThis as unknown as { performance: { now(): number } };

/** How a stage came out: a kernel's number where one failed. */
export type Outcome = "done" | "lost" | number;

/** Workers that help the main thread with one stage after the other. */
export class Pool {
  readonly control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  /** A worker is lost when so many pauses pass in which nothing gets done. */
  patience = 50;
  readonly #workers = new Set<Worker>();

  /** Starts `count` workers; as many as the host allows are there a moment later. */
  constructor(memory: WebAssembly.Memory, module: WebAssembly.Module, count: number) {
    this.control[IDLE] = IDLENESS;
    for (let worker = 0; worker < count; worker++) {
      let started: Worker;
      const onEnd = (): void => {
        this.#workers.delete(started);
      };
      try {
        started = startWorker({ control: this.control, memory, module, worker }, onEnd);
      } catch {
        return;
      }
      this.#workers.add(started);
    }
  }

  /** Workers that are up. */
  get ready(): number {
    return Atomics.load(this.control, READY);
  }

  /** Whether workers that could still come up have not done so yet. */
  get starting(): boolean {
    return this.ready + Atomics.load(this.control, LEFT) < this.#workers.size;
  }

  /** Whether all have left. */
  get deserted(): boolean {
    return this.ready === 0 && Atomics.load(this.control, LEFT) > 0;
  }

  /** A program begins, in which `threads` may take part: workers wake up. */
  begin(threads: number): void {
    Atomics.store(this.control, LIMIT, threads - 1);
    Atomics.store(this.control, RUNNING, 1);
    this.#post();
  }

  /** The program has ended: workers may sleep. */
  end(): void {
    Atomics.store(this.control, RUNNING, 0);
  }

  /** Does all groups of the stage at an address. */
  share(stage: number, groups: number, leader: Leader): Outcome {
    const { control } = this;
    Atomics.store(control, PAGES, leader.pages);
    Atomics.store(control, SCRATCH, leader.scratch);
    Atomics.store(control, SCRATCH_BYTES, leader.scratchBytes);
    Atomics.store(control, MODULES, leader.modules);
    Atomics.store(control, MODULES_VERSION, leader.modulesVersion);
    Atomics.store(control, STAGE, stage);
    Atomics.store(control, PENDING, groups);
    Atomics.store(control, TICKET, groups);
    this.#post();
    takeGroups(control, leader);
    if (!this.#finish()) return "lost";
    const failed = Atomics.load(control, FAILED);
    if (failed === 0) return "done";
    Atomics.store(control, FAILED, 0);
    return failed - 1;
  }

  #post(): void {
    Atomics.add(this.control, EPOCH, 1);
    if (Atomics.load(this.control, SLEEPERS) > 0) Atomics.notify(this.control, EPOCH);
  }

  /** Waits for the groups that others do; false where one is not done in any time. */
  #finish(): boolean {
    const { control } = this;
    if (Atomics.load(control, PENDING) === 0) return true;
    const start = performance.now();
    for (let looks = 1; ; looks++) {
      if (Atomics.load(control, PENDING) === 0) return true;
      if (looks % LOOKS === 0 && performance.now() - start > SPIN) break;
    }
    Atomics.store(control, WAITING, 1);
    let idle = 0;
    for (let left = Atomics.load(control, PENDING); left > 0 && idle < this.patience; ) {
      const before = left;
      Atomics.wait(control, PENDING, left, PAUSE);
      left = Atomics.load(control, PENDING);
      // Not by the clock: a machine that was suspended has lost nobody.
      idle = left === before ? idle + 1 : 0;
    }
    Atomics.store(control, WAITING, 0);
    return Atomics.load(control, PENDING) === 0;
  }

  /** Ends all workers. */
  stop(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers.clear();
  }
}
