import type { Code } from "./code.js";
import type { LaneNode } from "./lanes.js";
import type { Level, Placement } from "./placement.js";

/** Writes the instructions of nodes: each once where the code is, kept in a local where it is read again. */
export class LaneWriter {
  readonly #locals = new Map<number, number>();
  readonly #computed = new Set<number>();

  constructor(
    readonly code: Code,
    readonly nodes: readonly LaneNode[],
    readonly placement: Placement,
  ) {
    nodes.forEach(({ op }, node) => {
      const isRead = placement.levels[node] !== null;
      if (isRead && (op === "input" || placement.kept[node])) this.#locals.set(node, code.local("v128"));
    });
  }

  /** Computes and keeps what other levels read of this one; `load` puts an input on the stack. */
  compute(level: Level, load: (input: number) => void): void {
    this.#load(level, load);
    this.nodes.forEach((_, node) => {
      if (this.placement.levels[node] !== level || !this.placement.kept[node] || this.#computed.has(node)) return;
      this.#compute(node);
      this.#keep(node);
    });
  }

  /** Begins another vector: its inputs are loaded, nothing is computed yet. */
  begin(load: (input: number) => void): void {
    for (const node of this.#computed) if (this.placement.levels[node] === "vector") this.#computed.delete(node);
    this.#load("vector", load);
  }

  /** Puts a node on the stack. */
  value(node: number): void {
    const local = this.#locals.get(node);
    if (this.#computed.has(node)) this.code.get(local!);
    else {
      this.#compute(node);
      if (local === undefined) return;
      this.code.emit("local.tee", local);
      this.#computed.add(node);
    }
  }

  #load(level: Level, load: (input: number) => void): void {
    this.nodes.forEach(({ op, value }, node) => {
      if (op !== "input" || this.placement.levels[node] !== level) return;
      load(value);
      this.#keep(node);
    });
  }

  #keep(node: number): void {
    this.code.set(this.#locals.get(node)!);
    this.#computed.add(node);
  }

  #compute(node: number): void {
    const { op, args, value } = this.nodes[node]!;
    for (const argument of args) this.value(argument);
    if (op === "constant") this.code.lanes(value);
    else if (op === "i32x4.shl" || op === "i32x4.shr_u") this.code.integer(value).emit(op);
    else if (op !== "input") this.code.emit(op);
  }
}
