import { Node } from "./node.js";
import { add } from "./primitives/pointwise.js";
import { Tensor } from "./tensor.js";

/** A place where gradients collect: an operation on the way, or a leaf. */
export type Place = Node | Tensor;

let walks = 0;

/** One walk back: its nodes in their order, and the gradients collected so far. */
export class Walk {
  readonly id = ++walks;
  /** Those on a way from the root to a leaf (or to the targets), latest first: operands after their results. */
  readonly nodes: readonly Node[];
  /** The gradients of the nodes, by their place in the order. */
  readonly ofNodes: (Tensor | null)[] = [];
  readonly ofLeaves = new Map<Tensor, Tensor>();

  constructor(
    root: Place,
    readonly targets: ReadonlySet<Place> | null,
  ) {
    const nodes = root instanceof Node ? this.#reach(root) : [];
    this.nodes = targets === null ? nodes : onTheWay(nodes, targets);
    for (let i = 0; i < this.nodes.length; i++) {
      this.nodes[i]!.place = i;
      this.ofNodes.push(null);
    }
  }

  /** Every node that is reached from `root` and may have a target behind it, latest first. */
  #reach(root: Node): Node[] {
    const first = this.targets === null ? 0 : firstId(this.targets);
    const nodes = [root];
    root.walk = this.id;
    for (let i = 0; i < nodes.length; i++) {
      const { edges } = nodes[i]!;
      for (let k = 0; k < edges.length; k++) {
        const edge = edges[k]!;
        if (!(edge instanceof Node) || edge.walk === this.id || edge.id < first) continue;
        edge.walk = this.id;
        edge.place = -1;
        nodes.push(edge);
      }
    }
    return nodes.length > 1 ? nodes.sort(latestFirst) : nodes;
  }

  /** −1 for a node that is not on the way. A hook that walks back itself may have marked the node anew. */
  placeOf(node: Node): number {
    return node.walk === this.id ? node.place : this.nodes.indexOf(node);
  }

  wants(place: Place): boolean {
    if (place instanceof Node) return this.placeOf(place) >= 0;
    return this.targets === null || this.targets.has(place);
  }

  /** False for a target from which the way leads no further: its vjps do not run, and what it saved stays. */
  passes(node: Node): boolean {
    return this.targets?.has(node) !== true || node.edges.some((edge) => edge !== null && this.wants(edge));
  }

  gradientOf(place: Place): Tensor | null {
    if (place instanceof Tensor) return this.ofLeaves.get(place) ?? null;
    return this.ofNodes[this.placeOf(place)] ?? null;
  }

  collect(place: Place, gradient: Tensor): void {
    const before = this.gradientOf(place);
    const sum = before === null ? gradient : add(before, gradient);
    if (place instanceof Tensor) this.ofLeaves.set(place, sum);
    else this.ofNodes[this.placeOf(place)] = sum;
  }
}

const latestFirst = (a: Node, b: Node): number => b.id - a.id;

/** No way to a target leads over a node with a smaller number. */
function firstId(targets: ReadonlySet<Place>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const target of targets) first = Math.min(first, target instanceof Node ? target.id : 0);
  return first;
}

/** Those of `nodes` from which one of `targets` is reached. */
function onTheWay(nodes: readonly Node[], targets: ReadonlySet<Place>): Node[] {
  const useful = new Set<Place>(targets);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (node.edges.some((edge) => edge !== null && useful.has(edge))) useful.add(node);
  }
  return nodes.filter((node) => {
    node.place = -1;
    return useful.has(node);
  });
}
