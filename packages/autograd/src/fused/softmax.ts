import { declare, declareMany } from "../primitives/declare.js";
import { div, exp, log, sub } from "../primitives/pointwise.js";
import { maxOver, sumOver } from "../primitives/reductions.js";
import { reshapeTo } from "../primitives/views.js";
import type { Strided } from "../storage.js";
import type { Tensor } from "../tensor.js";

const same = ([x]: readonly Strided[]) => ({ shape: x!.shape, dtype: x!.dtype });

const last = (x: Tensor) => ({ dims: [x.ndim - 1] });

const keepLast = (reduced: Tensor): Tensor => reshapeTo(reduced, { shape: [...reduced.shape, 1] });

/** x − max x, which no exponential overflows; the maximum is a constant to the gradient. */
const shifted = (x: Tensor): Tensor => sub(x, keepLast(maxOver(x.detach(), last(x))));

const softmaxBackward = declareMany<null>({
  name: "softmaxGrad",
  infer: same,
  run: (target, [gradient, output], _, result) => target.softmaxGrad(gradient!, output!, result),
  vjps: [null],
  reads: [],
});

/** e^x / Σ e^x along the last dim. */
export const softmaxLast = declare<null>({
  name: "softmax",
  infer: same,
  run: (target, [x], _, output) => target.softmax(x!, output),
  vjps: [(g, { output }) => softmaxBackward([g, output], null)],
  reads: [["output"]],
  composite: ([x]) => {
    const powers = exp(shifted(x!));
    return div(powers, keepLast(sumOver(powers, last(x!))));
  },
});

const logSoftmaxBackward = declareMany<null>({
  name: "logSoftmaxGrad",
  infer: same,
  run: (target, [gradient, output], _, result) => target.logSoftmaxGrad(gradient!, output!, result),
  vjps: [null],
  reads: [],
});

/** x − ln Σ e^x along the last dim. */
export const logSoftmaxLast = declare<null>({
  name: "logSoftmax",
  infer: same,
  run: (target, [x], _, output) => target.logSoftmax(x!, output),
  vjps: [(g, { output }) => logSoftmaxBackward([g, output], null)],
  reads: [["output"]],
  composite: ([x]) => {
    const moved = shifted(x!);
    return sub(moved, keepLast(log(sumOver(exp(moved), last(x!)))));
  },
});
