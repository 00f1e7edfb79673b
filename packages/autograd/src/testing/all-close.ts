import { checkOptions } from "../errors.js";
import { sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** How close is close enough: |a − b| ≤ atol + rtol |b|. */
export interface CloseOptions {
  /** Default 1e-5. */
  readonly rtol?: number;
  /** Default 1e-8. */
  readonly atol?: number;
}

/** Whether the tensors have one shape and |a − b| ≤ atol + rtol |b| everywhere; NaN equals NaN, infinities themselves. */
export function allClose(a: Tensor, b: Tensor, options: CloseOptions = {}): boolean {
  checkOptions("allClose", options, ["rtol", "atol"]);
  const { rtol = 1e-5, atol = 1e-8 } = options;
  if (!sameShape(a.shape, b.shape)) return false;
  const [x, y] = [a.data, b.data];
  return x.every((value: number, i: number) => {
    const wanted = y[i]!;
    if (Object.is(value, wanted) || value === wanted) return true;
    return Number.isFinite(wanted) && Math.abs(value - wanted) <= atol + rtol * Math.abs(wanted);
  });
}
