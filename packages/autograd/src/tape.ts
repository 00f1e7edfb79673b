import * as kind from "./kinds.js";
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

/** What {@link measureTape} has counted. */
export interface TapeMeasure<T> {
  /** What the function returned. */
  readonly result: T;
  /** The most bytes that were held at one moment. */
  readonly peakBytes: number;
  /** The bytes still held at the end: 0 once a backward pass has walked the whole graph. */
  readonly heldBytes: number;
}

/**
 * Runs `fn` and counts the bytes that the tape holds meanwhile: the storages that recorded operations keep for their
 * backward pass, and the inputs of {@link checkpoint}, each storage once and whole. What exists anyway does not count:
 * leaves that require a gradient, and storages older than the call. A graph that is dropped without a backward pass
 * counts to the end.
 *
 * @param fn forward and backward pass
 * @example
 * ```ts
 * const x = randn([8, 8], { requiresGrad: true });
 * measureTape(() => x.exp().sum().backward()).peakBytes; // 256: exp keeps its output
 * ```
 */
export function measureTape<T>(fn: () => T): TapeMeasure<T> {
  kind.checkArgument("measureTape", "fn", fn, kind.function);
  const tape = new Tape(current);
  current = tape;
  try {
    const result = fn();
    return { result, peakBytes: tape.peakBytes, heldBytes: tape.heldBytes };
  } finally {
    current = tape.outer;
  }
}
