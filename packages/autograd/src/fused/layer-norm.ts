import { declareMany } from "../primitives/declare.js";
import { add, div, mul, rsqrt, sub } from "../primitives/pointwise.js";
import { sumOver } from "../primitives/reductions.js";
import { reshapeTo } from "../primitives/views.js";
import type { Strided } from "../storage.js";
import type { Tensor } from "../tensor.js";

/** Operands: rows [N, D], then the weight [D] and the bias [D] where there are any. */
interface Norm {
  readonly eps: number;
  /** Leave the mean out: root mean square norm (Zhang & Sennrich 2019). */
  readonly rms: boolean;
}

const same = ([x]: readonly Strided[]) => ({ shape: x!.shape, dtype: x!.dtype });

const gradientOfInput = declareMany<{ rms: boolean }>({
  name: "layerNormGrad",
  infer: same,
  run: (target, [gradient, x, statistics, weight], { rms }, output) =>
    target.layerNormGrad(gradient!, x!, weight ?? null, statistics!, rms, output),
  vjps: [null],
  reads: [],
});

const standardized = declareMany<null>({
  name: "standardize",
  infer: same,
  run: (target, [x, statistics], _, output) => target.standardize(x!, statistics!, output),
  vjps: [null],
  reads: [],
});

const rowMean = (x: Tensor): Tensor => {
  const [rows, width] = x.shape as [number, number];
  return reshapeTo(div(sumOver(x, { dims: [1] }), width), { shape: [rows, 1] });
};

/** (x − mean) / √(variance + eps) · weight + bias, row by row (Ba et al. 2016); the variance is the biased one. */
export const normalizeRows = declareMany<Norm>({
  name: "layerNorm",
  infer: same,
  run: (target, [input, weight, bias], { eps, rms }, output, statistics) =>
    target.layerNorm({ input: input!, weight: weight ?? null, bias: bias ?? null }, eps, rms, output, statistics),
  auxiliary: ([x]) => ({ shape: [2, x!.shape[0]!], dtype: "float64" }),
  vjps: [
    (g, { inputs, auxiliary, args: { rms } }) => {
      const weight = inputs[1];
      return gradientOfInput([g, inputs[0]!, auxiliary, ...(weight ? [weight] : [])], { rms });
    },
    (g, { inputs, auxiliary }) => mul(g, standardized([inputs[0]!, auxiliary], null)),
    (g) => g,
  ],
  reads: [[0, 1, "auxiliary"], [0, "auxiliary"], []],
  composite: ([x, weight, bias], { eps, rms }) => {
    const centred = rms ? x! : sub(x!, rowMean(x!));
    let result = mul(centred, rsqrt(add(rowMean(mul(centred, centred)), eps)));
    if (weight) result = mul(result, weight);
    if (bias) result = add(result, bias);
    return result;
  },
});
