import {
  EPOCH,
  IDLE,
  LEFT,
  LIMIT,
  MODULES,
  MODULES_VERSION,
  PAGES,
  READY,
  RUNNING,
  SCRATCH,
  SCRATCH_BYTES,
  SLEEPERS,
} from "./control.js";
import { type Kernel, type Member, takeGroups } from "./crew.js";
import { kernelsOf, MODULE_HEAD, type ModuleExports } from "./modules.js";

/** What a worker is given when it starts. */
export interface WorkerData {
  readonly control: Int32Array;
  readonly memory: WebAssembly.Memory;
  /** The kernels that the package brings. */
  readonly module: WebAssembly.Module;
  /** Workers are numbered from 0. */
  readonly worker: number;
}

/** How long a worker spins before it sleeps, in milliseconds: in a program, and between two. */
const SPIN_INSIDE = 1;
const SPIN_BETWEEN = 0.02;

/** Looks at the word between two looks at the clock. */
const LOOKS = 64;

const { performance } = globalThis as unknown as { performance: { now(): number } };

class Worker implements Member {
  words: Int32Array;
  kernels: (Kernel | undefined)[];
  scratch = 0;
  readonly #control: Int32Array;
  readonly #own: readonly Kernel[];
  readonly #worker: number;
  readonly #memory: WebAssembly.Memory;
  /** Those that were needed so far, by address and number: an address may come to hold another one. */
  #modules = new Map<string, ModuleExports>();
  #version = 0;

  constructor({ control, memory, module, worker }: WorkerData) {
    this.#control = control;
    this.words = new Int32Array(memory.buffer);
    this.#memory = memory;
    this.#worker = worker;
    this.#own = kernelsOf(this.#instantiate(module));
    this.kernels = [...this.#own];
  }

  #instantiate(module: WebAssembly.Module): ModuleExports {
    const env = { memory: this.#memory, abort: () => {} };
    return new WebAssembly.Instance(module, { env }).exports as ModuleExports;
  }

  refresh(): void {
    const control = this.#control;
    // The news that the memory has grown comes a moment after the growth itself.
    while (this.words.byteLength < Atomics.load(control, PAGES) * 65536)
      this.words = new Int32Array(this.#memory.buffer);
    this.scratch = Atomics.load(control, SCRATCH) + (this.#worker + 1) * Atomics.load(control, SCRATCH_BYTES);
    if (Atomics.load(control, MODULES_VERSION) !== this.#version) this.#renewModules();
  }

  #renewModules(): void {
    const control = this.#control;
    const { words } = this;
    const modules = new Map<string, ModuleExports>();
    this.kernels = [...this.#own];
    for (let at = Atomics.load(control, MODULES) >>> 2; at !== 0; at = words[at]! >>> 2) {
      const [serial, length, count] = words.subarray(at + 1, at + MODULE_HEAD) as unknown as [number, number, number];
      const key = `${at} ${serial}`;
      let exports = this.#modules.get(key);
      if (exports === undefined) {
        const start = 4 * (at + MODULE_HEAD + count);
        // A copy: the compiler takes no shared memory.
        const bytes = new Uint8Array(words.buffer, start, length).slice();
        exports = this.#instantiate(new WebAssembly.Module(bytes));
      }
      modules.set(key, exports);
      for (const [i, kernel] of kernelsOf(exports).entries()) this.kernels[words[at + MODULE_HEAD + i]!] = kernel;
    }
    this.#modules = modules;
    this.#version = Atomics.load(control, MODULES_VERSION);
  }

  /** Works whenever there is something to do, and leaves when there was nothing for long. */
  run(): void {
    const control = this.#control;
    Atomics.add(control, READY, 1);
    for (let present = true; present; ) {
      const epoch = Atomics.load(control, EPOCH);
      if (this.#worker < Atomics.load(control, LIMIT)) takeGroups(control, this);
      present = this.#waitBeyond(epoch);
    }
    Atomics.sub(control, READY, 1);
    Atomics.add(control, LEFT, 1);
  }

  /** Waits for news; false where there are none for long. */
  #waitBeyond(epoch: number): boolean {
    const control = this.#control;
    const start = performance.now();
    for (let looks = 1; Atomics.load(control, EPOCH) === epoch; looks++) {
      if (looks % LOOKS !== 0) continue;
      const inside = Atomics.load(control, RUNNING) === 1;
      if (performance.now() - start < (inside ? SPIN_INSIDE : SPIN_BETWEEN)) continue;
      Atomics.add(control, SLEEPERS, 1);
      const end = Atomics.wait(control, EPOCH, epoch, Atomics.load(control, IDLE));
      Atomics.sub(control, SLEEPERS, 1);
      if (end === "timed-out" && Atomics.load(control, RUNNING) === 0) return false;
    }
    return true;
  }
}

/** The whole life of a worker. */
export function serve(data: WorkerData): void {
  new Worker(data).run();
}
