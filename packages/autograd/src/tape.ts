import type { Node } from "./node.js";
import { type Storage, storageCount } from "./storage.js";
import type { Tensor } from "./tensor.js";

let current: Tape | null = null;

/** The count that is going on, if any. */
export const currentTape = (): Tape | null => current;

/** Counts the bytes of the storages that recorded operations keep for their backward pass. */
export class Tape {
  heldBytes = 0;
  peakBytes = 0;
  readonly #birth = storageCount();
  /** What each operation or region keeps, and by how many each storage is kept. */
  readonly #kept = new Map<object, readonly Storage[]>();
  readonly #keepers = new Map<Storage, number>();
  readonly #ofLeaves = new Set<Storage>();

  constructor(readonly outer: Tape | null) {}

  /** The node keeps its saved values from now on. */
  holdNode(node: Node): void {
    this.outer?.holdNode(node);
    for (const edge of node.edges) if (edge !== null && "storage" in edge) this.#ofLeaves.add(edge.storage);
    this.#hold(node, [...(node.inputs ?? []), node.output, node.auxiliary]);
  }

  /** The owner keeps the tensors from now on. */
  holdTensors(owner: object, tensors: readonly Tensor[]): void {
    this.outer?.holdTensors(owner, tensors);
    for (const tensor of tensors) if (tensor.isLeaf && tensor.requiresGrad) this.#ofLeaves.add(tensor.storage);
    this.#hold(owner, tensors);
  }

  #hold(owner: object, tensors: readonly (Tensor | null | undefined)[]): void {
    this.#release(owner);
    const storages = new Set<Storage>();
    for (const tensor of tensors) {
      if (!tensor || tensor.storage.id < this.#birth || this.#ofLeaves.has(tensor.storage)) continue;
      storages.add(tensor.storage);
    }
    for (const storage of storages) {
      const keepers = this.#keepers.get(storage) ?? 0;
      if (keepers === 0) this.heldBytes += storage.array.byteLength;
      this.#keepers.set(storage, keepers + 1);
    }
    if (storages.size > 0) this.#kept.set(owner, [...storages]);
    this.peakBytes = Math.max(this.peakBytes, this.heldBytes);
  }

  /** The owner keeps nothing any more. */
  drop(owner: object): void {
    this.outer?.drop(owner);
    this.#release(owner);
  }

  #release(owner: object): void {
    for (const storage of this.#kept.get(owner) ?? []) {
      const keepers = this.#keepers.get(storage)! - 1;
      if (keepers === 0) {
        this.heldBytes -= storage.array.byteLength;
        this.#keepers.delete(storage);
      } else this.#keepers.set(storage, keepers);
    }
    this.#kept.delete(owner);
  }
}

/** Runs `fn` without counting: what it records has no memory. */
export function withoutTape<T>(fn: () => T): T {
  const before = current;
  current = null;
  try {
    return fn();
  } finally {
    current = before;
  }
}

/** Counts while `fn` runs; a count around it goes on counting. */
export function withTape<T>(tape: Tape, fn: () => T): T {
  current = tape;
  try {
    return fn();
  } finally {
    current = tape.outer;
  }
}
