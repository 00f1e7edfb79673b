import { module as embedded } from "./module.generated.js";

/** What `assembly/index.ts` exports. Addresses are in bytes, strides in elements. */
export interface Kernels {
  /** C = A B for A [m, k] and B [k, n]; C [m, n] is row-major. */
  gemm(
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    bColumn: number,
    c: number,
    work: number,
  ): void;
  /** How many bytes from `work` on a kernel may overwrite. */
  workBytes(): number;
}

/** The kernels, and the memory that they work in. */
export interface Machine {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  /** The address of what a kernel may overwrite. */
  readonly work: number;
  /** Where operands and results may lie, in elements: from here on. */
  readonly free: number;
}

/** Behind what the compiler may have put at the start of the memory; a multiple of 16, as vectors want it. */
const WORK = 1024;

const PAGE = 65536;

function start(): Machine | null {
  try {
    const bytes = Uint8Array.from(atob(embedded), (character) => character.charCodeAt(0));
    const memory = new WebAssembly.Memory({ initial: 1 });
    // No kernel aborts, but the compiler asks for the import.
    const abort = (): void => {};
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, abort } });
    const kernels = exports as Kernels;
    return { kernels, memory, work: WORK, free: (WORK + kernels.workBytes()) / 4 };
  } catch {
    // No WebAssembly, one without SIMD, or a page that forbids it.
    return null;
  }
}

let machine: Machine | null | undefined;

/** The kernels, compiled at the first call; `null` where the host does not run them. */
export function machineOrNull(): Machine | null {
  if (machine === undefined) machine = start();
  return machine;
}

let floats = new Float32Array(0);

/** The memory as float32, grown to at least `size` of them: another array after it has grown. It never shrinks. */
export function floatsOf(memory: WebAssembly.Memory, size: number): Float32Array {
  const missing = 4 * size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  if (floats.buffer !== memory.buffer) floats = new Float32Array(memory.buffer);
  return floats;
}
