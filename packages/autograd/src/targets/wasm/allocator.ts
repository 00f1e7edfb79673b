/** Blocks start at multiples of this and are padded to it: a cache line, and reading a vector beyond the end is safe. */
const ALIGNMENT = 64;

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

interface Hole {
  start: number;
  end: number;
}

/**
 * Hands out blocks of a range of addresses. A block comes from the smallest hole that it fits into; neighbouring holes
 * are one.
 */
export class Allocator {
  /** By address. */
  readonly #holes: Hole[] = [];
  /** The padded length of each block by its address. */
  readonly #blocks = new Map<number, number>();
  #end: number;
  #used = 0;

  constructor(start: number, end: number) {
    this.#end = aligned(start);
    this.extend(end);
  }

  /** Bytes in blocks, with their padding. */
  get used(): number {
    return this.#used;
  }

  /** The address of a new block, or `null` where no hole is large enough. */
  allocate(bytes: number): number | null {
    const length = Math.max(aligned(bytes), ALIGNMENT);
    const holes = this.#holes;
    let best = -1;
    let room = Number.POSITIVE_INFINITY;
    for (let i = 0; i < holes.length; i++) {
      const own = holes[i]!.end - holes[i]!.start;
      if (own < length || own >= room) continue;
      best = i;
      room = own;
    }
    if (best < 0) return null;
    const address = holes[best]!.start;
    if (room === length) holes.splice(best, 1);
    else holes[best]!.start += length;
    this.#blocks.set(address, length);
    this.#used += length;
    return address;
  }

  /** Gives a block back. */
  free(address: number): void {
    const length = this.#blocks.get(address);
    if (length === undefined) throw new Error(`no block starts at ${address}`);
    this.#blocks.delete(address);
    this.#used -= length;
    this.#open(address, address + length);
  }

  /** Bytes that have to be added at the end so that a block fits. */
  missing(bytes: number): number {
    const last = this.#holes.at(-1);
    return aligned(bytes) - (last?.end === this.#end ? last.end - last.start : 0);
  }

  /** The range now goes to `end`, rounded down. */
  extend(end: number): void {
    const start = this.#end;
    this.#end = Math.max(start, Math.floor(end / ALIGNMENT) * ALIGNMENT);
    if (this.#end > start) this.#open(start, this.#end);
  }

  #open(start: number, end: number): void {
    const holes = this.#holes;
    let [low, high] = [0, holes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holes[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    const before = holes[low - 1];
    const after = holes[low];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    if (joinsBefore && joinsAfter) {
      before.end = after.end;
      holes.splice(low, 1);
    } else if (joinsBefore) before.end = end;
    else if (joinsAfter) after.start = start;
    else holes.splice(low, 0, { start, end });
  }
}
