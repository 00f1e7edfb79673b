import type { Tensor } from "../tensor.js";
import { withTracing } from "../tracing.js";
import type { Operand, Value } from "./graph.js";
import type { Surroundings } from "./guards.js";

/** A leaf from outside, or the argument of a call at a place. */
export type Leaf = Tensor | number;

/** A gradient that is not what it was: written to `.grad` of the leaf when the program has run; `null` takes it away. */
export interface GradientResult {
  readonly leaf: Leaf;
  readonly gradient: Operand | null;
}

/** What a call of the program hands over besides the function's own arguments: the gradient that a leaf has then. */
export interface GradientArgument {
  readonly leaf: Leaf;
  readonly value: Value;
}

/** An argument of the call, and its place. */
export interface Argument {
  readonly given: Tensor;
  readonly place: number;
}

/** What the gradients have to know of the trace that they are part of. */
export interface Leaves {
  /** Whether the function made the leaf itself, so that its gradients stay inside. */
  isOwn(leaf: Tensor): boolean;
  /** What the leaf stands for inside, if it stands for an argument. */
  argumentOf(leaf: Tensor): Argument | undefined;
  /** A tensor inside for a gradient that is there when the call begins. */
  gradient(given: Tensor, place: number): { readonly stand: Tensor; readonly value: Value };
}

/** The gradient of a leaf as the function found it, and as it is now. */
interface Found {
  readonly before: Tensor | null;
  now: Tensor | null;
}

/** `.grad` of leaves while a function is traced: what is found outside is read at each call, what is set is set after it. */
export class Gradients {
  /** The gradients that a call hands over. */
  readonly arguments: GradientArgument[] = [];
  readonly #found = new Map<Tensor, Found>();

  constructor(
    readonly leaves: Leaves,
    readonly surroundings: Surroundings,
  ) {}

  get(leaf: Tensor): Tensor | null {
    return this.#of(leaf).now;
  }

  set(leaf: Tensor, gradient: Tensor | null): void {
    this.#of(leaf).now = gradient;
  }

  #of(leaf: Tensor): Found {
    const known = this.#found.get(leaf);
    if (known !== undefined) return known;
    const before = this.#before(leaf);
    const found = { before, now: before };
    this.#found.set(leaf, found);
    return found;
  }

  #before(leaf: Tensor): Tensor | null {
    const { leaves } = this;
    if (leaves.isOwn(leaf)) return null;
    const argument = leaves.argumentOf(leaf);
    // Whether an argument has a gradient is a part of the signature.
    if (argument === undefined) this.surroundings.guard(leaf, "grad", () => leaf.grad === null);
    const given = withTracing(null, () => (argument?.given ?? leaf).grad);
    if (given === null) return null;
    const { stand, value } = leaves.gradient(given, this.arguments.length);
    stand.storage.frozen = true;
    this.arguments.push({ leaf: argument?.place ?? leaf, value });
    return stand;
  }

  /** What the function leaves otherwise than it found it. */
  results(operandOf: (gradient: Tensor) => Operand): GradientResult[] {
    const { leaves } = this;
    const changed = [...this.#found].filter(([leaf, { before, now }]) => now !== before && !leaves.isOwn(leaf));
    return changed.map(([leaf, { now }]) => ({
      leaf: leaves.argumentOf(leaf)?.place ?? leaf,
      gradient: now === null ? null : operandOf(now),
    }));
  }
}
