import { declareMany } from "../primitives/declare.js";
import { gatherAlong } from "../primitives/indexing.js";
import { add, div, eq, mul, neg, where } from "../primitives/pointwise.js";
import { sumOver } from "../primitives/reductions.js";
import { reshapeTo } from "../primitives/views.js";
import type { CrossEntropySettings } from "../targets/target.js";
import { logSoftmaxLast } from "./softmax.js";

const gradientOfLogits = declareMany<CrossEntropySettings>({
  name: "crossEntropyGrad",
  infer: ([, logits]) => ({ shape: logits!.shape, dtype: logits!.dtype }),
  run: (target, [gradient, logits, classes, logSumExp], args, output) =>
    target.crossEntropyGrad(gradient!, logits!, classes!, logSumExp!, args, output),
  vjps: [null],
  reads: [],
});

/**
 * The cross entropy of each row of logits [N, V] against its class (int32 [N]), 0 for ignored rows. Label smoothing ε
 * (Szegedy et al. 2016) gives every class ε / V of the target and the right one 1 − ε more.
 */
export const crossEntropyRows = declareMany<CrossEntropySettings>({
  name: "crossEntropy",
  infer: ([logits]) => ({ shape: [logits!.shape[0]!], dtype: logits!.dtype }),
  run: (target, [logits, classes], args, output, logSumExp) =>
    target.crossEntropy(logits!, classes!, args, output, logSumExp),
  auxiliary: ([logits]) => ({ shape: [logits!.shape[0]!], dtype: "float64" }),
  vjps: [
    (g, { inputs: [logits, classes], auxiliary, args }) => gradientOfLogits([g, logits!, classes!, auxiliary], args),
    null,
  ],
  reads: [[0, 1, "auxiliary"]],
  composite: ([logits, classes], { ignoreIndex, labelSmoothing }) => {
    const [rows, width] = logits!.shape as [number, number];
    const logs = logSoftmaxLast(logits!, null);
    const ignored = eq(classes!, ignoreIndex);
    const index = reshapeTo(where(ignored, 0, classes!), { shape: [rows, 1] });
    const own = neg(reshapeTo(gatherAlong([logs, index], { dim: 1, what: "crossEntropy: target" }), { shape: [rows] }));
    const spread = neg(div(sumOver(logs, { dims: [1] }), width));
    return where(ignored, 0, add(mul(own, 1 - labelSmoothing), mul(spread, labelSmoothing)));
  },
});
