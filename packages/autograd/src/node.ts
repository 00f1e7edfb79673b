import type { DType } from "./dtype.js";
import type { Primitive, Read } from "./primitive.js";
import type { Shape } from "./shape.js";
import type { GradientHook, Tensor } from "./tensor.js";

/** Where a gradient goes: on to the operation that made the operand, or to a leaf, which keeps it. */
export type Edge = Node | Tensor | null;

let count = 0;

/**
 * One recorded operation. It holds the ways back and what the vjps of those ways read, and nothing else: an operand
 * that no vjp reads is free to go.
 */
export class Node {
  /** Nodes are numbered as they are made, so that operands always have smaller numbers. */
  readonly id = count++;
  hooks: Set<GradientHook> | null = null;
  /** The operands that vjps read, in their places; `null` where none does. Dropped once the backward pass is done. */
  inputs: (Tensor | null)[] | null = null;
  output: Tensor | null = null;
  auxiliary: Tensor | null = null;
  freed = false;
  /** The sum of the versions of all saved storages: versions only grow, so it differs if any of them was assigned. */
  #versions = 0;

  constructor(
    readonly primitive: Primitive,
    readonly args: unknown,
    readonly edges: readonly Edge[],
    inputs: readonly Tensor[],
    readonly shapes: readonly Shape[],
    readonly shape: Shape,
    readonly dtype: DType,
  ) {
    this.#save(inputs);
  }

  #save(inputs: readonly Tensor[]): void {
    const { primitive, edges } = this;
    if (primitive.composite !== undefined) {
      this.inputs = inputs.slice();
    } else {
      for (let i = 0; i < edges.length; i++) {
        if (edges[i] === null) continue;
        for (const read of this.reads(i)) {
          if (typeof read !== "number") continue;
          this.inputs ??= new Array<Tensor | null>(inputs.length).fill(null);
          this.inputs[read] = inputs[read]!;
        }
      }
    }
    this.#versions = this.#sumVersions();
  }

  /** What the vjp of input `i` reads. */
  reads(i: number): readonly Read[] {
    const { reads } = this.primitive;
    return reads[Math.min(i, reads.length - 1)] ?? [];
  }

  /** Whether any vjp on a way back reads `what`. */
  wants(what: "output" | "auxiliary"): boolean {
    return this.edges.some((edge, i) => edge !== null && this.reads(i).includes(what));
  }

  #sumVersions(): number {
    let sum = 0;
    if (this.inputs !== null) for (const tensor of this.inputs) if (tensor !== null) sum += tensor.storage.version;
    return sum;
  }

  /** True when a saved operand has been assigned since. */
  get stale(): boolean {
    return this.#sumVersions() !== this.#versions;
  }

  /** Drops what was saved: a second backward pass through this node is an error. */
  free(): void {
    this.inputs = null;
    this.output = null;
    this.auxiliary = null;
    this.freed = true;
  }
}
