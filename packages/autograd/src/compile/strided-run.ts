import { allocate } from "../dtype.js";
import { contiguousStrides, isContiguous, type Shape, sizeOf } from "../shape.js";
import { Storage, type Strided } from "../storage.js";
import type { Instruction } from "./graph.js";

/** New memory on the heap, in row-major order. */
export function scratch(dtype: Strided["dtype"], shape: Shape): Strided {
  const size = sizeOf(shape);
  const strides = contiguousStrides(shape);
  return { storage: new Storage(allocate(dtype, size)), dtype, shape, strides, offset: 0, size };
}

/**
 * Runs an instruction whose outputs may be strided: kernels of the reference write in row-major order, so such outputs are
 * computed elsewhere and copied.
 */
export function stridedRun({ run, updates }: Pick<Instruction, "run" | "updates">): Instruction["run"] {
  return (target, inputs, outputs) => {
    const own = outputs.map((output) =>
      isContiguous(output.shape, output.strides) ? output : scratch(output.dtype, output.shape),
    );
    const moved = outputs.map((output, i) => ({ output, own: own[i]! })).filter(({ output, own }) => output !== own);
    if (updates) for (const { output, own } of moved) target.copy(output, own);
    run(target, inputs, own);
    for (const { output, own } of moved) target.copy(own, output);
  };
}
