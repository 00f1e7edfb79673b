import { ShapeError } from "../errors.js";
import { broadcastShapes, format } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { declareMany, type StrictMany } from "./declare.js";
import { permuteDims } from "./views.js";

/** The last two dims swapped, as a view. */
export const swapLast = (x: Tensor): Tensor =>
  permuteDims(x, { dims: x.shape.map((_, d, { length }) => (d < length - 2 ? d : 2 * length - 3 - d)) });

/** Products of matrices: [.., M, K] · [.., K, N] → [.., M, N]; leading dims broadcast. */
export const product: StrictMany<null> = declareMany({
  name: "matmul",
  infer: ([a, b]) => {
    const [k, l] = [a!.shape.at(-1)!, b!.shape.at(-2)!];
    if (k !== l) {
      throw new ShapeError(`matmul: inner dimensions differ, ${k} and ${l}`, {
        got: `${format(a!.shape)} @ ${format(b!.shape)}`,
        hint: "transpose the second operand, or check which dims are rows and columns",
      });
    }
    const batch = broadcastShapes("matmul", [a!.shape.slice(0, -2), b!.shape.slice(0, -2)]);
    return { shape: [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!], dtype: a!.dtype };
  },
  run: (target, [a, b], _, output) => target.matmul(a!, b!, output),
  vjps: [
    (g, { inputs }) => product([g, swapLast(inputs[1]!)], null),
    (g, { inputs }) => product([swapLast(inputs[0]!), g], null),
  ],
  reads: [[1], [0]],
});
