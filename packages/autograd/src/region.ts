import type { TypedArray } from "./dtype.js";
import { GradError } from "./errors.js";
import { withGradMode } from "./mode.js";
import { Node } from "./node.js";
import { type Storage, type Strided, storageCount } from "./storage.js";
import { currentTape } from "./tape.js";
import type { Tensor } from "./tensor.js";
import { currentTracing } from "./tracing.js";

let current: Region | null = null;

/** The innermost region whose function is running, if any. */
export const currentRegion = (): Region | null => current;

/** What a storage held, and at which version. */
interface Content {
  readonly elements: unknown;
  readonly version: number;
}

/** A copy of what a storage holds now. */
function contentOf(storage: Storage): Content {
  const tracing = currentTracing();
  const elements = tracing === null ? storage.array.slice() : tracing.contentOf(storage);
  return { elements, version: storage.version };
}

/** Puts elements into a storage for a while. Returns a function that brings back those that were there. */
function exchange(storage: Storage, { elements, version }: Content): () => void {
  const tracing = currentTracing();
  const { array, version: found } = storage;
  const before = tracing?.contentOf(storage);
  if (tracing === null) storage.array = (elements as TypedArray).slice();
  else tracing.restore(storage, elements);
  storage.version = version;
  return () => {
    if (tracing === null) storage.array = array;
    else tracing.restore(storage, before);
    storage.version = found;
  };
}

/**
 * A part of the graph that is recomputed rather than kept. Its nodes lose what they saved as soon as the function has
 * run; when a backward pass asks for it, the function runs once more, and the operations it calls find their nodes
 * again, in order. So each recomputed tensor belongs to the node that its forerunner came from, and gradients of
 * gradients go the same ways as without.
 */
export class Region {
  /** Whether the nodes have what they saved: while the function runs, and until {@link release}. */
  filled = false;
  /** The nodes and the regions inside this one, in the order in which the first run made them. */
  readonly #members: (Node | Region)[] = [];
  #complete = false;
  #next = 0;
  /** Nodes, also of regions inside, that no backward pass has freed: without any the function is not needed again. */
  #live = 0;
  #running = false;
  #run: (() => unknown) | null = null;
  /** Storages that are older than a run are state to it: those it reads, with their versions, */
  readonly #read = new Map<Storage, number>();
  /** and those it assigns, with what they held before. Recomputing starts from there, and ends as it found them. */
  readonly #assigned = new Map<Storage, Content>();
  #birth = 0;
  #noting = false;

  constructor(readonly parent: Region | null) {}

  /** Whether the function and its inputs are there: {@link parent} holds those of a region inside it by recomputing. */
  get ready(): boolean {
    return this.#run !== null;
  }

  /** True when a leaf that the function reads was assigned since it ran: it would not give the same again. */
  get stale(): boolean {
    for (const [storage, version] of this.#read) {
      if (storage.version !== version && !this.#assigned.has(storage)) return true;
    }
    return false;
  }

  contains(other: Region | null): boolean {
    return other !== null && (other === this || this.contains(other.parent));
  }

  /** Runs the function as a part of the graph, and lets go of everything its operations saved. */
  forward<T>(run: () => T, inputs: readonly Tensor[]): T {
    this.#forget();
    this.#run = run;
    this.#birth = storageCount();
    currentTape()?.holdTensors(this, inputs);
    this.#noting = true;
    try {
      const result = this.#pass(run);
      this.release();
      return result;
    } finally {
      this.#noting = false;
    }
  }

  /** Runs the function again, from the state it started from, so that the nodes have what they saved. */
  fill(): void {
    const restorers = Array.from(this.#assigned, ([storage, before]) => exchange(storage, before));
    try {
      this.#pass(this.#run!);
    } catch (error) {
      this.release();
      throw error;
    } finally {
      for (const restore of restorers) restore();
    }
  }

  #pass<T>(run: () => T): T {
    const before = current;
    const freed = this.#members.filter((member) => member instanceof Node && member.freed) as Node[];
    current = this;
    this.#next = 0;
    this.#running = true;
    this.filled = true;
    try {
      const result = withGradMode(true, run);
      if (this.#complete && this.#next < this.#members.length) this.#differs("nothing more");
      this.#complete = true;
      return result;
    } finally {
      this.#running = false;
      current = before;
      for (const node of freed) node.free();
    }
  }

  /** Drops what the nodes saved and what regions inside were called with; both come back by recomputing. */
  release(): void {
    this.filled = false;
    for (const member of this.#members) {
      if (member instanceof Node) member.release();
      else member.#forget();
    }
    if (this.#live === 0) this.#forget();
  }

  #forget(): void {
    if (this.filled) this.release();
    this.#run = null;
    this.#read.clear();
    this.#assigned.clear();
    currentTape()?.drop(this);
  }

  /** A node that was just made: in the first run a new member, later the member whose place it takes. */
  admit(node: Node): Node {
    if (!this.#complete) {
      node.region = this;
      this.#members.push(node);
      this.#count(1);
      return node;
    }
    const member = this.#members[this.#next++];
    if (!(member instanceof Node) || !member.isRepeatedBy(node, this.#birth)) {
      return this.#differs(node.primitive.name, member);
    }
    if (member.freed) this.#count(1);
    member.refill(node);
    return member;
  }

  /** The region of a checkpoint inside this one. */
  inner(): Region {
    if (!this.#complete) {
      const region = new Region(this);
      this.#members.push(region);
      return region;
    }
    const member = this.#members[this.#next++];
    return member instanceof Region ? member : this.#differs("a checkpoint", member);
  }

  /** A backward pass has freed one of the nodes. */
  leave(): void {
    this.#count(-1);
  }

  #count(change: number): void {
    this.#live += change;
    if (this.#live === 0 && !this.#running) this.#forget();
    if (this.parent !== null) this.parent.#count(change);
  }

  /** Notes which versions an operation reads. */
  reads(inputs: readonly Strided[]): void {
    for (const { storage } of inputs) {
      if (this.#isState(storage) && !this.#read.has(storage)) this.#read.set(storage, storage.version);
    }
    this.parent?.reads(inputs);
  }

  /** Keeps what a storage holds before the function assigns it: a generator's state, running statistics. */
  assigns(storage: Storage): void {
    if (this.#isState(storage) && !this.#assigned.has(storage)) {
      this.#assigned.set(storage, contentOf(storage));
    }
    this.parent?.assigns(storage);
  }

  #isState(storage: Storage): boolean {
    return this.#noting && storage.id < this.#birth;
  }

  /** Whether the function has run before: what it does to the graph is done. */
  get repeating(): boolean {
    return this.#complete;
  }

  #differs(found: string, wanted: Node | Region | undefined = this.#members[this.#next]): never {
    const name = wanted === undefined ? "nothing more" : wanted instanceof Node ? describe(wanted) : "a checkpoint";
    throw new GradError("checkpoint: the function did something else when it was run again", {
      got: `${found} where the first run had ${name}`,
      hint: "let it depend on nothing but its inputs and on leaves that stay as they are, training mode included",
    });
  }
}

const describe = ({ primitive, shape }: Node): string => `${primitive.name} of shape [${shape.join(", ")}]`;
