import type { DType } from "./dtype.js";
import type { Primitive } from "./primitive.js";
import type { Region } from "./region.js";
import { type Shape, sameShape } from "./shape.js";
import { currentTape } from "./tape.js";
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
  hooks: ReadonlySet<GradientHook> | null = null;
  /** The operands that vjps read, in their places; `null` where none does. Dropped once the backward pass is done. */
  inputs: (Tensor | null)[] | null = null;
  output: Tensor | null = null;
  auxiliary: Tensor | null = null;
  /** Whether a vjp on a way back reads them: then `apply` leaves them here. */
  wantsOutput = false;
  wantsAuxiliary = false;
  freed = false;
  /** The checkpointed part of the graph that it belongs to, which can give back what was saved. */
  region: Region | null = null;
  /** Where in the user's code it was made: noted while `detectAnomaly` runs. */
  line: string | null = null;
  /** The last walk that came by, and the node's place in its order: cheaper than a map by node. */
  walk = 0;
  place = -1;
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
    const { reads, composite } = primitive;
    if (composite !== undefined) this.inputs = inputs.slice();
    for (let i = 0; i < edges.length; i++) {
      if (edges[i] === null || reads.length === 0) continue;
      const own = reads[i < reads.length ? i : reads.length - 1]!;
      for (let k = 0; k < own.length; k++) {
        const read = own[k]!;
        if (read === "output") this.wantsOutput = true;
        else if (read === "auxiliary") this.wantsAuxiliary = true;
        else if (composite === undefined) {
          this.inputs ??= new Array<Tensor | null>(inputs.length).fill(null);
          this.inputs[read] = inputs[read]!;
        }
      }
    }
    if (this.inputs !== null) this.#versions = this.#sumVersions();
  }

  #sumVersions(): number {
    let sum = 0;
    if (this.inputs !== null) for (const tensor of this.inputs) if (tensor !== null) sum += tensor.storage.version;
    return sum;
  }

  /** True when a saved operand has been assigned since. */
  get stale(): boolean {
    return this.inputs !== null && this.#sumVersions() !== this.#versions;
  }

  /** Drops what was saved: a second backward pass through this node is an error. */
  free(): void {
    this.release();
    if (this.freed) return;
    this.freed = true;
    this.region?.leave();
  }

  /** Drops what was saved; {@link refill} gives it back. */
  release(): void {
    this.inputs = null;
    this.output = null;
    this.auxiliary = null;
    currentTape()?.drop(this);
  }

  /**
   * Whether `other` is the same operation on the same operands. Leaves whose storage has a number from `birth` on were
   * made by the run itself, so another run has others in their place.
   */
  isRepeatedBy(other: Node, birth: number): boolean {
    const sameEdge = (edge: Edge, i: number): boolean => {
      const again = other.edges[i]!;
      if (edge === again) return true;
      return isLeaf(edge) && isLeaf(again) && edge.storage.id >= birth && sameShape(edge.shape, again.shape);
    };
    return (
      this.primitive === other.primitive &&
      this.dtype === other.dtype &&
      sameShape(this.shape, other.shape) &&
      this.edges.length === other.edges.length &&
      this.edges.every(sameEdge)
    );
  }

  /** Takes over what the same operation has saved when it was run again. */
  refill(other: Node): void {
    // A leaf that the run itself made stays the one that gradients were promised for.
    this.inputs =
      other.inputs?.map((input, i) => (input !== null && isLeaf(this.edges[i]) ? this.edges[i] : input)) ?? null;
    this.#versions = other.#versions;
    this.freed = false;
  }
}

const isLeaf = (edge: Edge | undefined): edge is Tensor => !!edge && !(edge instanceof Node);
