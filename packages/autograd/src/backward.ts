import { currentDetector } from "./anomaly.js";
import { wasDetached } from "./compile/detached.js";
import { onesLike } from "./create.js";
import { checkOptions, GradError, ShapeError } from "./errors.js";
import * as kind from "./kinds.js";
import { withGradMode } from "./mode.js";
import type { Node } from "./node.js";
import type { Saved } from "./primitive.js";
import { add } from "./primitives/pointwise.js";
import { sumTo } from "./primitives/reductions.js";
import { castTo, copy, reshapeTo } from "./primitives/views.js";
import { checkRegions, Recomputed, withOuter } from "./recomputed.js";
import type { Region } from "./region.js";
import { format, sameShape } from "./shape.js";
import { show } from "./show.js";
import { Tensor } from "./tensor.js";
import { currentTracing } from "./tracing.js";
import { type Place, Walk } from "./walk.js";

/** What {@link backward} and {@link grad} have in common. */
export interface BackwardOptions {
  /** Keep what the graph saved, so that it can be walked again. Default: as `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the backward pass itself, so that gradients can be differentiated. Default false. */
  readonly createGraph?: boolean;
}

function refuseStale(operation: string, { primitive, shapes }: Node): never {
  throw new GradError(`${operation}: a value that ${primitive.name} saved was assigned since`, {
    got: `an operand among shapes ${shapes.map(format).join(", ")}`,
    hint: "run the forward pass again after the assignment, or clone() the operand before it",
  });
}

/** What can be wrong with a graph is found before the first vjp runs. */
function checkGraph(operation: string, walk: Walk): void {
  let regions: Set<Region> | null = null;
  for (const node of walk.nodes) {
    if (!walk.passes(node)) continue;
    if (node.freed) {
      throw new GradError(`${operation}: the graph was freed by an earlier backward pass`, {
        got: `a second pass through ${node.primitive.name}`,
        hint: "compute the loss anew, or pass { retainGraph: true } to the earlier backward",
      });
    }
    if (node.stale) refuseStale(operation, node);
    if (node.region !== null) regions = withOuter(node.region, regions ?? new Set());
  }
  if (regions !== null) checkRegions(operation, regions);
}

/**
 * The walk back: from the gradient of `root` the gradients at all leaves, or at the targets.
 * Nodes are visited latest first, so that a gradient is complete before it is passed on; nothing recurses.
 */
function walkBack(
  operation: string,
  root: Place,
  seed: Tensor,
  targets: ReadonlySet<Place> | null,
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
): Walk {
  const walk = new Walk(root, targets);
  const { nodes, ofNodes, ofLeaves } = walk;
  checkGraph(operation, walk);
  if (walk.wants(root)) walk.collect(root, seed);
  let recomputed: Recomputed | null = null;
  const visit = () => {
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      const gradient = ofNodes[i]!;
      if (gradient === null) continue;
      const hooked = runHooks(node, gradient);
      ofNodes[i] = targets?.has(node) ? hooked : null;
      if (!walk.passes(node)) continue;
      if (node.region !== null) {
        recomputed ??= new Recomputed();
        recomputed.enter(node.region);
        if (node.stale) refuseStale(operation, node);
      }
      const detector = currentDetector();
      if (detector === null) propagate(node, hooked, createGraph, walk);
      else detector.inBackward(() => propagate(node, hooked, createGraph, walk));
      if (!retainGraph) node.free();
    }
    ofLeaves.forEach((gradient, leaf) => {
      currentTracing()?.guard(leaf, "hooks", () => leaf.hooks);
      if (leaf.hooks !== null) ofLeaves.set(leaf, runHooks(leaf, gradient));
    });
  };
  try {
    withGradMode(createGraph, visit);
  } finally {
    (recomputed as Recomputed | null)?.release();
  }
  return walk;
}

function runHooks(place: Place, gradient: Tensor): Tensor {
  if (place.hooks === null) return gradient;
  let result = gradient;
  for (const hook of place.hooks) result = replacement(hook(result), result);
  return result;
}

/** What a hook returned, or the gradient as it was. */
function replacement(returned: unknown, gradient: Tensor): Tensor {
  if (returned === undefined || returned === null) return gradient;
  const { shape, dtype } = gradient;
  if (returned instanceof Tensor && sameShape(returned.shape, shape) && returned.dtype === dtype) return returned;
  throw new GradError("registerHook: a hook gives a gradient of the same shape and dtype, or nothing", {
    got: `${show(returned)} for a ${dtype} gradient of shape ${format(shape)}`,
    hint: "return a tensor, or undefined to leave the gradient as it is",
  });
}

/** Passes the gradient of a node's output on to the operands that want one. */
function propagate(node: Node, gradient: Tensor, createGraph: boolean, walk: Walk): void {
  const { edges, primitive, shapes } = node;
  const { vjps } = primitive;
  const saved = node as unknown as Saved<unknown>;
  const composed = createGraph && primitive.composite !== undefined ? differentiateComposite(node, gradient) : null;
  const joint = composed ?? primitive.joint?.(gradient, saved) ?? null;
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i]!;
    if (edge === null || !walk.wants(edge)) continue;
    const vjp = vjps[i < vjps.length ? i : vjps.length - 1]!;
    const raw = composed !== null || vjp === "joint" ? joint![i]! : vjp!(gradient, saved, i);
    if (raw === null) continue;
    currentDetector()?.checkBackward(node, gradient, raw, i);
    walk.collect(edge, castTo(sumTo(raw, shapes[i]!), edge.dtype));
  }
}

/** The gradients of a fused operation by way of its composite, so that they can be differentiated again. */
function differentiateComposite(
  { primitive, inputs, edges, args }: Node,
  gradient: Tensor,
): readonly (Tensor | null)[] {
  // Each operand gets a handle of its own: one tensor may stand at several places, with a gradient for each.
  const handles = inputs!.map((input, i) => (edges[i] === null ? input! : reshapeTo(input!, { shape: input!.shape })));
  const wanted = handles.filter((_, i) => edges[i] !== null);
  const output = primitive.composite!(handles, args);
  const found = grad(output, wanted, { gradOutput: gradient, createGraph: true, allowUnused: true });
  return handles.map((handle, i) => (edges[i] === null ? null : found[wanted.indexOf(handle)]!));
}

/** The gradient to start from: what was handed in, or 1 for a single value. */
function seedFor(operation: string, output: Tensor, gradient: Tensor | undefined): Tensor {
  if (wasDetached(output)) {
    throw new GradError(`${operation}: the tensor is a result of a compiled function, which kept its graph inside`, {
      got: `a ${output.dtype} tensor of shape ${format(output.shape)}`,
      hint: "call backward inside the compiled function, or compile under noGrad",
    });
  }
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

const backwardOptions = { retainGraph: kind.boolean, createGraph: kind.boolean };

/**
 * Adds the gradients of `output` to `.grad` of every leaf it was computed from.
 *
 * The graph is walked without recursion and freed on the way; nothing is added to any `.grad` unless the whole walk
 * succeeds.
 * @param gradient the gradient of the output, of its shape; may be left out for a single value, where it is 1
 * @throws GradError when nothing requires a gradient, when the graph was freed, or when a saved leaf was assigned since.
 */
export function backward(output: Tensor, gradient?: Tensor, options: BackwardOptions = {}): void {
  kind.checkTensors("backward", output);
  if (gradient !== undefined) kind.checkArgument("backward", "the gradient", gradient, kind.tensor);
  checkOptions("backward", options, backwardOptions);
  const seed = seedFor("backward", output, gradient);
  const { ofLeaves } = walkBack("backward", output.node ?? output, seed, null, options);
  withGradMode(options.createGraph ?? false, () => keepGradients(ofLeaves, gradient));
}

/** Adds to `.grad` of each leaf what the walk has collected for it. */
function keepGradients(ofLeaves: ReadonlyMap<Tensor, Tensor>, given: Tensor | undefined): void {
  let original: Tensor | null = null;
  let copied: Tensor | null = null;
  for (const [leaf, own] of ofLeaves) {
    let mine = own;
    if (own.storage === given?.storage) {
      // Nothing changed it on its way: it is the caller's own memory, which may be written later.
      if (own !== original) copied = copy(own, null);
      original = own;
      mine = copied!;
    }
    leaf.grad = leaf.grad === null ? mine : add(leaf.grad, mine);
    leaf.grad.storage.frozen = true;
  }
}

/** Options of {@link grad}. */
export interface GradOptions extends BackwardOptions {
  /** The gradient of the output; 1 for a single value when left out. */
  readonly gradOutput?: Tensor;
  /** Give `null` for an input that the output does not depend on, instead of throwing. Default false. */
  readonly allowUnused?: boolean;
}

const gradOptions = { ...backwardOptions, gradOutput: kind.tensor, allowUnused: kind.boolean };

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
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  options: GradOptions & { allowUnused: true },
): (Tensor | null)[];
export function grad(output: Tensor, inputs: readonly Tensor[], options?: GradOptions): Tensor[];
export function grad(output: Tensor, inputs: readonly Tensor[], options: GradOptions = {}): (Tensor | null)[] {
  kind.checkTensors("grad", output);
  kind.checkTensorList("grad", "inputs", inputs);
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
  const walk = walkBack("grad", output.node ?? output, seed, new Set(places), options);
  return places.map((place, i) => {
    const own = walk.gradientOf(place);
    if (own === null && options.allowUnused !== true) {
      throw new GradError(`grad: the output does not depend on input ${i}`, {
        got: `an input of shape ${format(inputs[i]!.shape)}`,
        hint: "leave it out, or pass { allowUnused: true } to get null for it",
      });
    }
    return own;
  });
}
