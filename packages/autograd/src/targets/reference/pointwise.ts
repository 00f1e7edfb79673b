import type { DType, TypedArray } from "../../dtype.js";
import type { PointwiseDeclaration } from "../../scalar/pointwise.js";
import { broadcastStrides, isContiguous, sameShape } from "../../shape.js";
import type { Strided } from "../../storage.js";
import { forEachRow } from "./loops.js";
import { pointwiseLoops } from "./pointwise.generated.js";

const ONES = [1, 1, 1, 1, 1, 1];

/** Runs a printed loop over broadcast operands: once where all are contiguous, otherwise once a row. */
export function pointwise(
  { name }: PointwiseDeclaration,
  dtype: DType,
  inputs: readonly Strided[],
  output: Strided,
): void {
  const loop = pointwiseLoops[name]![dtype]!;
  const arrays = new Array<TypedArray>(inputs.length);
  const offsets = new Array<number>(inputs.length);
  let together = true;
  for (let k = 0; k < inputs.length; k++) {
    const input = inputs[k]!;
    arrays[k] = input.storage.array;
    offsets[k] = input.offset;
    together &&= sameShape(input.shape, output.shape) && isContiguous(input.shape, input.strides);
  }
  if (output.size === 0) return;
  const result = output.storage.array;
  if (together) {
    loop(output.size, arrays, offsets, ONES, result, output.offset);
    return;
  }
  const strides = inputs.map((input) => broadcastStrides(input.shape, input.strides, output.shape));
  const { shape, joined } = joinDims(output.shape, strides);
  const count = shape.at(-1) ?? 1;
  const steps = joined.map((own) => own.at(-1) ?? 0);
  forEachRow(shape, joined, offsets, (positions, row) => {
    loop(count, arrays, positions, steps, result, output.offset + row * count);
  });
}

/** Neighbouring dims that every operand steps through evenly become one, so that rows are as long as can be. */
function joinDims(shape: readonly number[], strides: readonly (readonly number[])[]) {
  const extents: number[] = [];
  const joined: number[][] = strides.map(() => []);
  for (let d = shape.length - 1; d >= 0; d--) {
    const extent = shape[d]!;
    if (extent === 1) continue;
    const inner = extents[0];
    if (inner !== undefined && strides.every((own, k) => own[d] === joined[k]![0]! * inner)) {
      extents[0] = inner * extent;
    } else {
      extents.unshift(extent);
      strides.forEach((own, k) => {
        joined[k]!.unshift(own[d]!);
      });
    }
  }
  return { shape: extents, joined };
}
