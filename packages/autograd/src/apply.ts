import { currentDetector } from "./anomaly.js";
import { allocate, type DType, isFloat } from "./dtype.js";
import { gradEnabled } from "./mode.js";
import { type Edge, Node } from "./node.js";
import type { Primitive } from "./primitive.js";
import { currentRegion } from "./region.js";
import { type Shape, sizeOf } from "./shape.js";
import { Storage } from "./storage.js";
import { currentTape } from "./tape.js";
import { eager } from "./targets/eager.js";
import { Tensor } from "./tensor.js";
import { currentTracing, type Tracing } from "./tracing.js";

/**
 * The one door every operation goes through: shape rule, kernel or view, and, when a gradient may be asked for, a node
 * on the tape.
 */
export function apply<Args>(primitive: Primitive<Args>, inputs: readonly Tensor[], args: Args): Tensor {
  currentRegion()?.reads(inputs);
  const layout = primitive.view?.(inputs[0]!, args) ?? null;
  if (layout !== null) {
    const { storage, dtype } = inputs[0]!;
    const node = record(primitive, inputs, args, layout.shape, dtype);
    const output = keep(node, new Tensor(storage, dtype, layout.shape, layout.strides, layout.offset, node));
    currentDetector()?.checkForward(primitive, inputs, args, output);
    return output;
  }
  const { shape, dtype } = primitive.infer(inputs, args);
  const node = record(primitive, inputs, args, shape, dtype);
  const tracing = currentTracing();
  const storage = memoryFor(tracing, primitive.name, dtype, shape);
  const output = new Tensor(storage, dtype, shape, undefined, 0, node);
  let auxiliary = output;
  if (primitive.auxiliary !== undefined) {
    const meta = primitive.auxiliary(inputs, args);
    auxiliary = new Tensor(memoryFor(tracing, primitive.name, meta.dtype, meta.shape), meta.dtype, meta.shape);
  }
  if (tracing === null) primitive.run!(eager, inputs, args, output, auxiliary);
  else tracing.record(primitive, inputs, args, output, auxiliary);
  if (node?.wantsAuxiliary) node.auxiliary = auxiliary;
  keep(node, output);
  currentDetector()?.checkForward(primitive, inputs, args, output);
  return output;
}

const memoryFor = (tracing: Tracing | null, operation: string, dtype: DType, shape: Shape): Storage =>
  tracing === null ? new Storage(allocate(dtype, sizeOf(shape), operation)) : tracing.allocate(dtype, sizeOf(shape));

function keep(node: Node | null, output: Tensor): Tensor {
  if (node === null) return output;
  if (node.wantsOutput) node.output = output;
  currentTape()?.holdNode(node);
  return output;
}

function record<Args>(
  primitive: Primitive<Args>,
  inputs: readonly Tensor[],
  args: Args,
  shape: Shape,
  dtype: Tensor["dtype"],
): Node | null {
  if (!gradEnabled() || !isFloat(dtype)) return null;
  const { vjps } = primitive;
  let any = false;
  for (let i = 0; i < inputs.length; i++) any ||= inputs[i]!.requiresGrad && vjpOf(vjps, i) !== null;
  if (!any) return null;
  const edges: Edge[] = [];
  const shapes: Shape[] = [];
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    edges.push(input.requiresGrad && vjpOf(vjps, i) !== null ? (input.node ?? input) : null);
    shapes.push(input.shape);
  }
  const node = new Node(primitive as Primitive, args, edges, inputs, shapes, shape, dtype);
  return currentRegion()?.admit(node) ?? node;
}

const vjpOf = <T>(vjps: readonly T[], i: number): T | null => vjps[i < vjps.length ? i : vjps.length - 1] ?? null;
