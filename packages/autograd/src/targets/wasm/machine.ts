import { ShapeError } from "../../errors.js";
import { warn } from "../../warnings.js";
import { module as embedded } from "./module.generated.js";

/** What `assembly/index.ts` exports. Addresses are in bytes, strides in elements. */
export interface Kernels {
  /** C = A B for A [m, k] and B [k, n]; the elements of a row of C [m, n] are neighbours. */
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
    cRow: number,
    work: number,
  ): void;
  /** Attention of the head that is written at the address. */
  attend(head: number): void;
  /** The gradients of the head that is written at the address. */
  attendBackward(head: number): void;
  /** For each row of logits the largest x, Σ e^(x − largest) and Σ x. */
  crossEntropy(logits: number, rows: number, width: number, statistics: number, work: number): void;
  /** (softmax(x) − spread, less `own` at the row's class) · the row's gradient; zeros for class −1. */
  crossEntropyBackward(
    logits: number,
    rows: number,
    width: number,
    classes: number,
    gradients: number,
    spread: number,
    own: number,
    output: number,
    work: number,
  ): void;
  /** What the two need to work in. */
  paddedRowBytes(width: number): number;
  /** How many bytes from `work` on a kernel may overwrite. */
  workBytes(): number;
  /** The address from which on the memory is the host's. */
  freeFrom(): number;
}

/** The whole memory, element type by element type. */
export interface Views {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly floats: Float32Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  bytes: new Uint8Array(buffer),
  words: new Int32Array(buffer),
  floats: new Float32Array(buffer),
});

const PAGE = 65536;

/** The kernels, and the memory that they work in. */
export class Machine {
  /** The address of what a kernel may overwrite. */
  readonly work: number;
  /** The address from which on operands and results may lie. */
  readonly free: number;
  #views: Views;

  constructor(
    readonly kernels: Kernels,
    readonly memory: WebAssembly.Memory,
  ) {
    this.work = kernels.freeFrom();
    this.free = this.work + kernels.workBytes();
    this.#views = viewsOf(memory.buffer);
  }

  /**
   * The memory, grown to at least `size` bytes: other arrays after it has grown. It never shrinks.
   * @throws ShapeError where there is no room for it.
   */
  views(size: number): Views {
    const missing = size - this.memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE));
    if (this.#views.bytes.buffer !== this.memory.buffer) this.#views = viewsOf(this.memory.buffer);
    return this.#views;
  }

  #grow(pages: number): void {
    try {
      this.memory.grow(pages);
    } catch {
      throw new ShapeError("WebAssembly: no room for the operands and the result", {
        got: `${pages * PAGE} bytes beyond ${this.memory.buffer.byteLength}`,
        hint: "work in parts, or give the process more memory",
      });
    }
  }
}

function start(): Machine | null {
  try {
    const bytes = Uint8Array.from(atob(embedded), (character) => character.charCodeAt(0));
    const memory = new WebAssembly.Memory({ initial: 1 });
    // No kernel aborts, but the compiler asks for the import.
    const abort = (): void => {};
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, abort } });
    return new Machine(exports as Kernels, memory);
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
