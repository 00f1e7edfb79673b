import { ShapeError } from "../../errors.js";
import { warn } from "../../warnings.js";
import { Executor } from "./executor.js";
import { LinearMemory } from "./memory.js";
import { module as embedded, memoryFlags } from "./module.generated.js";
import { Residents } from "./residents.js";

/** What there may be of the host: browsers have shared memory for pages that are isolated from other origins. */
interface Host {
  readonly SharedArrayBuffer?: unknown;
  readonly crossOriginIsolated?: boolean;
}

/** What `assembly/index.ts` exports. Addresses are in bytes, strides in elements. */
export interface Kernels {
  /** Products, as `product.ts` describes them. */
  product(descriptor: number, from: number, to: number, scratch: number): void;
  /** Attention forward and backward, as `heads.ts` describes it. */
  attention(descriptor: number, from: number, to: number, scratch: number): void;
  attentionGrad(descriptor: number, from: number, to: number, scratch: number): void;
  /** The address from which on the memory is the host's. */
  freeFrom(): number;
}

/** The kernels, and the memory that they work in. */
export class Machine {
  readonly memory: LinearMemory;
  readonly residents: Residents;
  readonly executor: Executor;

  constructor(
    readonly kernels: Kernels,
    /** Where the kernels come from: threads have instances of their own. */
    readonly module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    shared: boolean,
  ) {
    this.memory = new LinearMemory(memory, kernels.freeFrom(), shared);
    this.residents = new Residents(this.memory);
    this.executor = new Executor(this);
  }

  /**
   * What `use` gives, called with the address of as much memory as an eager operation needs for its operands and results.
   * @throws ShapeError where there is no room for it.
   */
  lend<T>(bytes: number, use: (address: number) => T): T {
    let address: number;
    try {
      address = this.memory.allocate(bytes);
    } catch {
      throw new ShapeError("WebAssembly: no room for the operands and the result", {
        got: `${bytes} bytes beside ${this.memory.used} that are in use`,
        hint: "work in parts, or give the process more memory",
      });
    }
    try {
      return use(address);
    } finally {
      this.memory.free(address);
    }
  }
}

/** Pages that a memory may have at most: the maximum is reserved when it is made, and not every host has 4 GiB to reserve. */
const MOST_PAGES = [65536, 32768, 16384];

/** A memory that threads can share where the host has such, otherwise one of the thread's own. */
function makeMemory(): { memory: WebAssembly.Memory; shared: boolean } {
  const host = globalThis as Host;
  if (host.SharedArrayBuffer !== undefined && host.crossOriginIsolated !== false) {
    for (const maximum of MOST_PAGES) {
      try {
        return { memory: new WebAssembly.Memory({ initial: 1, maximum, shared: true }), shared: true };
      } catch {
        // Less, then.
      }
    }
  }
  return { memory: new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES[0]! }), shared: false };
}

/** The kernels in a memory. It throws where the host does not run them. */
export function machineIn(memory: WebAssembly.Memory, shared: boolean): Machine {
  const bytes = Uint8Array.from(atob(embedded), (character) => character.charCodeAt(0));
  bytes[memoryFlags] = shared ? 3 : 1;
  // No kernel aborts, but the compiler asks for the import.
  const abort = (): void => {};
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return new Machine(exports as Kernels, module, memory, shared);
}

function start(): Machine | null {
  try {
    const { memory, shared } = makeMemory();
    return machineIn(memory, shared);
  } catch {
    // No WebAssembly, one without SIMD, or a page that forbids it.
    warn(
      "WebAssembly with SIMD is not to be had here: TypeScript computes in its place, slower and with other last bits",
    );
    return null;
  }
}

let machine: Machine | null | undefined;

/** The kernels, compiled at the first call; `null` where the host does not run them. */
export function machineOrNull(): Machine | null {
  if (machine === undefined) machine = start();
  return machine;
}
