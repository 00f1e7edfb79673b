import type { Operand } from "../../../compile/graph.js";
import { broadcastStrides } from "../../../shape.js";
import type { AddressOf, Lowering, Step } from "../../step.js";
import { type Dim, dimsOf, joinDims } from "../dims.js";
import type { Access, Chain } from "../encoder/chain.js";
import { type EncodedChain, encodeChain } from "../encoder/encode-chain.js";
import { elementBytes } from "../encoder/operands.js";

/**
 * Elementwise expressions of broadcast inputs, one an output, in a function that is generated for them: settings
 * `expressions`, outputs of float32 or bool.
 */
export const chain: Lowering = ({ inputs, outputs, settings }, addressOf) => {
  const { shape, size } = outputs[0]!;
  if (size === 0 || outputs.some(({ dtype }) => dtype !== "float32" && dtype !== "bool")) return null;
  const operands = [...inputs, ...outputs];
  const strides = operands.map((x) => broadcastStrides(x.shape, x.strides, shape));
  const dims = joinDims(dimsOf(shape, strides));
  // A single element is a row of its own.
  if (dims.length === 0) dims.push({ extent: 1, strides: operands.map(() => 1) });
  const walked = operands.map(({ dtype }, i) => ({ dtype, access: accessOf(dims, i) }));
  const encoded = encodeChain({
    expressions: settings.expressions as Chain["expressions"],
    outer: dims.length - 1,
    inputs: walked.slice(0, inputs.length),
    outputs: walked.slice(inputs.length),
  });
  return stepOf(encoded, dims, size, operands, addressOf);
};

function accessOf(dims: readonly Dim[], operand: number): Access {
  const inner = dims.at(-1)!.strides[operand]!;
  if (inner !== 0) return inner === 1 ? "unit" : "strided";
  return dims.every(({ strides }) => strides[operand] === 0) ? "fixed" : "row";
}

/** Elements in a task: some ten to thirty microseconds of work, a power of two. */
function elementsInTask(cost: number): number {
  return 2 ** Math.max(10, Math.min(15, Math.floor(Math.log2(2 ** 19 / (cost + 8)))));
}

/** The descriptor is that of `encoder/chain.ts`. */
function stepOf(
  { generated, cost }: EncodedChain,
  dims: readonly Dim[],
  size: number,
  operands: readonly Operand[],
  addressOf: AddressOf,
): Step {
  const row = dims.at(-1)!;
  const around = dims.slice(0, -1);
  const total = around.length === 0 ? row.extent : size / row.extent;
  const grain = around.length === 0 ? elementsInTask(cost) : Math.ceil(elementsInTask(cost) / row.extent);
  const places = operands.flatMap((x, i) => {
    const steps = [row, ...around].map(({ strides }) => strides[i]! * elementBytes[x.dtype]);
    return [addressOf(x), ...steps];
  });
  return {
    kernel: generated,
    words: [row.extent, grain, total, ...around.map(({ extent }) => extent), ...places],
    tasks: Math.ceil(total / grain),
    scratchBytes: 0,
    flops: cost * size,
    bytes: operands.reduce((sum, x) => sum + elementBytes[x.dtype] * x.size, 0),
  };
}
