import type { DType, TypedArray } from "../../dtype.js";
import { CompileError } from "../../errors.js";
import { Allocator } from "./allocator.js";

/** The whole memory, element type by element type. */
export interface Views {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  bytes: new Uint8Array(buffer),
  words: new Int32Array(buffer),
  floats: new Float32Array(buffer),
  doubles: new Float64Array(buffer),
});

/** The unit in which a memory grows. */
const PAGE = 65536;

/** What a 32-bit address reaches. */
const MOST_BYTES = 2 ** 32;

/** The least that it grows by: each time costs more than some pages that nobody touches. */
const LEAST_GROWTH = 2 ** 20;

/** WebAssembly's one memory, handed out in blocks. It grows and never shrinks. */
export class LinearMemory {
  readonly #allocator: Allocator;
  readonly #grown = new Set<() => void>();
  #views: Views;
  #arena = { address: 0, bytes: 0 };

  /**
   * @param start the address from which on it may be handed out
   * @param shared whether threads can share it: then arrays over it stay good when it grows, otherwise they lose their
   *   elements
   */
  constructor(
    readonly memory: WebAssembly.Memory,
    start: number,
    readonly shared: boolean,
  ) {
    this.#allocator = new Allocator(start, memory.buffer.byteLength);
    this.#views = viewsOf(memory.buffer);
  }

  /** All bytes; another buffer after the memory has grown. */
  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  /** Its size, in pages of 64 KiB. */
  get pages(): number {
    return this.memory.buffer.byteLength / PAGE;
  }

  /** Bytes that are handed out. */
  get used(): number {
    return this.#allocator.used;
  }

  /** The whole memory, as arrays; others after it has grown. */
  get views(): Views {
    if (this.#views.bytes.buffer !== this.memory.buffer) this.#views = viewsOf(this.memory.buffer);
    return this.#views;
  }

  /** An array of `length` elements at an address. */
  view(dtype: DType, address: number, length: number): TypedArray {
    const { buffer } = this.memory;
    switch (dtype) {
      case "float32":
        return new Float32Array(buffer, address, length);
      case "float64":
        return new Float64Array(buffer, address, length);
      case "int32":
        return new Int32Array(buffer, address, length);
      case "bool":
        return new Uint8Array(buffer, address, length);
    }
  }

  /**
   * The address of a new block, a multiple of 64, padded to a multiple of 64. What it holds is undefined.
   * @throws CompileError where there is no room for it.
   */
  allocate(bytes: number): number {
    const address = this.#allocator.allocate(bytes);
    if (address !== null) return address;
    this.#grow(bytes);
    return this.#allocator.allocate(bytes)!;
  }

  /** Gives a block back. */
  free(address: number): void {
    this.#allocator.free(address);
  }

  /** Where the {@link arena} is. */
  get arenaAddress(): number {
    return this.#arena.address;
  }

  /**
   * The address of the one block for what lives no longer than the run of a program, at least `bytes` long. All programs
   * share it. A larger one may be elsewhere, and what the old one held is lost.
   * @throws CompileError where there is no room for it; the old one stays.
   */
  arena(bytes: number): number {
    const old = this.#arena;
    if (bytes <= old.bytes) return old.address;
    // First away with the old one: the new one may then begin in its place.
    if (old.bytes > 0) this.free(old.address);
    this.#arena = { address: 0, bytes: 0 };
    try {
      this.#arena = { address: this.allocate(bytes), bytes };
    } catch (error) {
      if (old.bytes > 0) this.#arena = { address: this.allocate(old.bytes), bytes: old.bytes };
      throw error;
    }
    return this.#arena.address;
  }

  /** Calls `listener` whenever the memory has grown. */
  onGrowth(listener: () => void): void {
    this.#grown.add(listener);
  }

  #grow(bytes: number): void {
    const size = this.memory.buffer.byteLength;
    const missing = this.#allocator.missing(bytes);
    const generous = Math.max(missing, LEAST_GROWTH, Math.floor(size / 8));
    if (!this.#tryToGrow(generous) && !this.#tryToGrow(missing)) {
      throw new CompileError("WebAssembly: its memory is full", {
        got: `${bytes} bytes asked for; ${this.used} of ${size} are in use, and it does not grow by ${missing}`,
        hint: "work in smaller batches, drop programs that are no longer needed, or give the process more memory",
      });
    }
    this.#allocator.extend(this.memory.buffer.byteLength);
    for (const listener of this.#grown) listener();
  }

  #tryToGrow(bytes: number): boolean {
    const pages = Math.ceil(bytes / PAGE);
    if (this.memory.buffer.byteLength + pages * PAGE > MOST_BYTES) return false;
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}
