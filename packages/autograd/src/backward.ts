import { onesLike } from "./create.js";
import { checkOptions, GradError, ShapeError } from "./errors.js";
import { withGradMode } from "./mode.js";
import { Node } from "./node.js";
import type { Saved } from "./primitive.js";
import { add } from "./primitives/pointwise.js";
import { sumTo } from "./primitives/reductions.js";
import { castTo, reshapeTo } from "./primitives/views.js";
import { format, sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** A place where gradients collect: an operation on the way, or a leaf. */
type Place = Node | Tensor;

/** What {@link backward} and {@link grad} have in common. */
export interface BackwardOptions {
  /** Keep what the graph saved, so that it can be walked again. Default: as `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the backward pass itself, so that gradients can be differentiated. Default false. */
  readonly createGraph?: boolean;
}

/** The nodes that lie on a way from `root` to a leaf (or to `targets`), latest first: operands after their results. */
function order(root: Place, targets: ReadonlySet<Place> | null): Node[] {
  if (!(root instanceof Node)) return [];
  const seen = new Set<Node>([root]);
  const stack = [root];
  while (stack.length > 0) {
    for (const edge of stack.pop()!.edges) {
      if (edge instanceof Node && !seen.has(edge)) {
        seen.add(edge);
        stack.push(edge);
      }
    }
  }
  const nodes = [...seen].sort((a, b) => b.id - a.id);
  return targets === null ? nodes : onTheWay(nodes, targets);
}

/** Those of `nodes` from which one of `targets` is reached. */
function onTheWay(nodes: readonly Node[], targets: ReadonlySet<Place>): Node[] {
  const useful = new Set<Place>(targets);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (node.edges.some((edge) => edge !== null && useful.has(edge))) useful.add(node);
  }
  return nodes.filter((node) => useful.has(node));
}

/** Everything that can be wrong with a graph is found before the first vjp runs. */
function checkGraph(operation: string, nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (node.freed) {
      throw new GradError(`${operation}: the graph was freed by an earlier backward pass`, {
        got: `a second pass through ${node.primitive.name}`,
        hint: "compute the loss anew, or pass { retainGraph: true } to the earlier backward",
      });
    }
    if (node.stale) {
      throw new GradError(`${operation}: a value that ${node.primitive.name} saved was assigned since`, {
        got: `an operand among shapes ${node.shapes.map(format).join(", ")}`,
        hint: "run the forward pass again after the assignment, or clone() the operand before it",
      });
    }
  }
}

/**
 * The walk back: from the gradient of `root` the gradients at every place that `collect` names.
 * Nodes are visited latest first, so that a gradient is complete before it is passed on; nothing recurses.
 */
function walk(
  operation: string,
  root: Place,
  seed: Tensor,
  targets: ReadonlySet<Place> | null,
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
): Map<Place, Tensor> {
  const nodes = order(root, targets);
  checkGraph(operation, nodes);
  const gradients = new Map<Place, Tensor>([[root, seed]]);
  const wanted = targets === null ? null : new Set<Place>([...targets, ...nodes]);
  withGradMode(createGraph, () => {
    for (const node of nodes) {
      const gradient = gradients.get(node);
      if (gradient === undefined) continue;
      const hooked = runHooks(node, gradient);
      if (targets?.has(node)) gradients.set(node, hooked);
      else gradients.delete(node);
      propagate(node, hooked, createGraph, wanted, gradients);
      if (!retainGraph) node.free();
    }
    for (const [place, gradient] of gradients) {
      if (place instanceof Tensor) gradients.set(place, runHooks(place, gradient));
    }
  });
  return gradients;
}

function runHooks(place: Place, gradient: Tensor): Tensor {
  let result = gradient;
  if (place.hooks !== null) for (const hook of place.hooks) result = hook(result) ?? result;
  return result;
}

/** Passes the gradient of a node's output on to the operands that want one. */
function propagate(
  node: Node,
  gradient: Tensor,
  createGraph: boolean,
  wanted: ReadonlySet<Place> | null,
  gradients: Map<Place, Tensor>,
): void {
  const { edges, primitive, shapes } = node;
  const saved = node as unknown as Saved<unknown>;
  const composed = createGraph && primitive.composite !== undefined ? differentiateComposite(node, gradient) : null;
  const joint = composed ?? primitive.joint?.(gradient, saved) ?? null;
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i]!;
    if (edge === null || (wanted !== null && !wanted.has(edge))) continue;
    const vjp = primitive.vjps[Math.min(i, primitive.vjps.length - 1)]!;
    const raw = composed !== null || vjp === "joint" ? joint![i]! : vjp!(gradient, saved, i);
    if (raw === null) continue;
    const own = castTo(sumTo(raw, shapes[i]!), edge.dtype);
    const before = gradients.get(edge);
    gradients.set(edge, before === undefined ? own : add(before, own));
  }
}

/** The gradients of a fused operation by way of its composite, so that they can be differentiated again. */
function differentiateComposite({ primitive, inputs, edges, args }: Node, gradient: Tensor): readonly (Tensor | null)[] {
  // Each operand gets a handle of its own: one tensor may stand at several places, with a gradient for each.
  const handles = inputs!.map((input, i) => (edges[i] === null ? input! : reshapeTo(input!, { shape: input!.shape })));
  const wanted = handles.filter((_, i) => edges[i] !== null);
  const output = primitive.composite!(handles, args);
  const found = grad(output, wanted, { gradOutput: gradient, createGraph: true, allowUnused: true });
  return handles.map((handle, i) => (edges[i] === null ? null : found[wanted.indexOf(handle)]!));
}

/** The gradient to start from: what was handed in, or 1 for a single value. */
function seedFor(operation: string, output: Tensor, gradient: Tensor | undefined): Tensor {
  if (!output.requiresGrad) {
    throw new GradError(`${operation}: the tensor does not require a gradient`, {
      got: `a ${output.dtype} tensor of shape ${format(output.shape)} with nothing recorded behind it`,
      hint: "set requiresGrad on the leaves before the forward pass, and do not compute it under noGrad",
    });
  }
  if (gradient === undefined) {
    if (output.size !== 1) {
      throw new GradError(`${operation}: without a gradient the tensor must have one element`, {
        got: format(output.shape),
        hint: "reduce it to a loss, or pass the gradient of the output",
      });
    }
    return onesLike(output);
  }
  if (!sameShape(gradient.shape, output.shape)) {
    throw new ShapeError(`${operation}: the gradient must have the output's shape`, {
      got: `${format(gradient.shape)} for an output of ${format(output.shape)}`,
      hint: "pass one number for each element of the output",
    });
  }
  return castTo(gradient, output.dtype);
}

const backwardOptions = ["retainGraph", "createGraph"];

/**
 * Adds the gradients of `output` to `.grad` of every leaf it was computed from.
 *
 * The graph is walked without recursion and freed on the way; nothing is added to any `.grad` unless the whole walk
 * succeeds.
 * @param gradient the gradient of the output, of its shape; may be left out for a single value, where it is 1
 * @throws GradError when nothing requires a gradient, when the graph was freed, or when a saved leaf was assigned since.
 */
export function backward(output: Tensor, gradient?: Tensor, options: BackwardOptions = {}): void {
  checkOptions("backward", options, backwardOptions);
  const seed = seedFor("backward", output, gradient);
  const gradients = walk("backward", output.node ?? output, seed, null, options);
  withGradMode(options.createGraph ?? false, () => {
    for (const [place, own] of gradients) {
      if (!(place instanceof Tensor)) continue;
      place.grad = place.grad === null ? own : add(place.grad, own);
      place.grad.storage.frozen = true;
    }
  });
}

/** Options of {@link grad}. */
export interface GradOptions extends BackwardOptions {
  /** The gradient of the output; 1 for a single value when left out. */
  readonly gradOutput?: Tensor;
  /** Give `null` for an input that the output does not depend on, instead of throwing. Default false. */
  readonly allowUnused?: boolean;
}

const gradOptions = [...backwardOptions, "gradOutput", "allowUnused"];

/**
 * The gradients of `output` with respect to `inputs`, in their order, without touching any `.grad`.
 *
 * @param inputs leaves or results on the way to the output
 * @returns one tensor per input, of its shape; `null` for one that plays no part, under `allowUnused`
 * @throws GradError as {@link backward}, and for an input that plays no part.
 * @example
 * ```ts
 * const x = tensor(3, { requiresGrad: true });
 * const [slope] = grad(x.mul(x), [x], { createGraph: true }); // 6
 * const [bend] = grad(slope, [x]); // 2
 * ```
 */
export function grad(output: Tensor, inputs: readonly Tensor[], options: GradOptions & { allowUnused: true }): (Tensor | null)[];
export function grad(output: Tensor, inputs: readonly Tensor[], options?: GradOptions): Tensor[];
export function grad(output: Tensor, inputs: readonly Tensor[], options: GradOptions = {}): (Tensor | null)[] {
  checkOptions("grad", options, gradOptions);
  const places = inputs.map((input, i) => {
    if (!input.requiresGrad) {
      throw new GradError(`grad: input ${i} does not require a gradient`, {
        got: `a ${input.dtype} tensor of shape ${format(input.shape)}`,
        hint: "set requiresGrad = true before the forward pass",
      });
    }
    return input.node ?? input;
  });
  const seed = seedFor("grad", output, options.gradOutput);
  const gradients = walk("grad", output.node ?? output, seed, new Set(places), options);
  return places.map((place, i) => {
    const own = gradients.get(place) ?? null;
    if (own === null && options.allowUnused !== true) {
      throw new GradError(`grad: the output does not depend on input ${i}`, {
        got: `an input of shape ${format(inputs[i]!.shape)}`,
        hint: "leave it out, or pass { allowUnused: true } to get null for it",
      });
    }
    return own;
  });
}
