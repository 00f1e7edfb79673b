import { arange, type CreateOptions, createOptions } from "../create.js";
import { checkDType } from "../dtype.js";
import { checkOptions, DTypeError, ValueError } from "../errors.js";
import * as kind from "../kinds.js";
import { eq } from "../primitives/pointwise.js";
import { castTo, reshapeTo } from "../primitives/views.js";
import { checkShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { currentTracing } from "../tracing.js";

/**
 * A row of zeros with a single 1 for each class id.
 * @param ids int32, any shape
 * @param count the number of classes; left out (or −1), the largest id plus one
 * @returns [...ids.shape, classes], int32 unless a dtype is given
 * @throws ValueError for an id outside 0 … classes − 1.
 */
export function oneHot(ids: Tensor, count = -1, options: CreateOptions = {}): Tensor {
  kind.checkTensors("oneHot", ids);
  checkOptions("oneHot", options, createOptions);
  if (ids.dtype !== "int32") {
    throw new DTypeError("oneHot: ids must be int32", { got: ids.dtype, hint: 'convert them: ids.to("int32")' });
  }
  const classes = count === -1 ? (ids.data as Int32Array).reduce((most, id) => Math.max(most, id + 1), 0) : count;
  checkShape("oneHot", [...ids.shape, classes]);
  const dtype = checkDType("oneHot", options.dtype ?? "int32");
  checkIds(ids, classes);
  const result = castTo(eq(reshapeTo(ids, { shape: [...ids.shape, 1] }), arange(classes)), dtype);
  if (options.requiresGrad) result.requiresGrad = true;
  return result;
}

function checkIds(ids: Tensor, classes: number): void {
  const tracing = currentTracing();
  if (tracing !== null) {
    tracing.checkIndices(ids, classes, "oneHot: id");
    return;
  }
  const wrong = (ids.data as Int32Array).find((id) => id < 0 || id >= classes);
  if (wrong === undefined) return;
  throw new ValueError("oneHot: id out of range", {
    got: `${wrong} for ${classes} classes`,
    hint: `ids lie in 0 … ${classes - 1}`,
  });
}
