import { warn } from "../../../warnings.js";
import type { Machine } from "../machine.js";
import { coreCount, mayWait } from "./host.js";
import { Pool } from "./pool.js";

const host = globalThis as unknown as { setTimeout(run: () => void, milliseconds: number): void };

/** More are not started. */
export const MOST_THREADS = 256;

/** How long workers may take to come up, in looks a millisecond apart. */
const LOOKS = 10_000;

/** How many threads there shall be, and the workers among them. */
export class Threads {
  #count: number | null = null;
  #pool: Pool | null = null;
  /** Called before {@link count} changes, with what it is to be; an error keeps it from changing. */
  onChange: (count: number) => void = () => {};

  constructor(readonly machine: Machine) {}

  /** Threads that a program may run on, the main thread included. */
  get count(): number {
    this.#count ??= this.possible ? Math.min(coreCount(), MOST_THREADS) : 1;
    return this.#count;
  }

  /** Whether there can be more than one. */
  get possible(): boolean {
    return this.machine.memory.shared && mayWait();
  }

  set count(count: number) {
    const wanted = this.possible ? count : 1;
    if (wanted === this.count) return;
    this.onChange(wanted);
    this.#pool?.stop();
    this.#pool = null;
    this.#count = wanted;
  }

  /** Starts the workers, unless they are there; they are up a moment later. */
  start(): void {
    if (this.count === 1 || (this.#pool !== null && !this.#pool.deserted)) return;
    this.#pool = new Pool(this.machine.memory.memory, this.machine.module, this.count - 1);
  }

  /** The workers that are up; `null` where there are none, or not yet. */
  get pool(): Pool | null {
    if (this.#pool === null) return null;
    if (this.#pool.ready > 0) return this.#pool;
    // They have left after a pause, but there is work again.
    if (this.#pool.deserted) this.start();
    return null;
  }

  /** Resolves when all workers are up, or cannot come up. */
  async ready(): Promise<void> {
    this.start();
    for (let looks = 0; looks < LOOKS && this.#pool?.starting; looks++) {
      await new Promise<void>((resolve) => host.setTimeout(resolve, 1));
    }
  }

  /** Goes on without workers, after one of them was lost. */
  abandon(): void {
    this.count = 1;
    warn("a thread was lost: programs run on one thread from now on, until setThreads starts others");
  }
}
