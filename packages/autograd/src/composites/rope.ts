import { arange } from "../create.js";
import { checkFloat } from "../dtype.js";
import { checkOptions, ShapeError, ValueError } from "../errors.js";
import * as kind from "../kinds.js";
import { pow } from "../math.js";
import { add, cos, mul, sin, sub } from "../primitives/pointwise.js";
import { castTo, reshapeTo } from "../primitives/views.js";
import { format } from "../shape.js";
import { type Tensor, wrap } from "../tensor.js";
import { stack } from "./joining.js";
import { select } from "./slicing.js";

/** Options of {@link rope}. */
export interface RopeOptions {
  /** The base of the frequencies: pair i turns by theta^(−2i / D) a position. Default 10000. */
  readonly theta?: number;
  /** The position of the first row; int32 [], or [B] for one of its own for each item of the first dim. Default 0. */
  readonly offset?: number | Tensor;
  /** Pairs are (2i, 2i + 1), as in the paper; otherwise (i, i + D / 2), as in most weights. Default false. */
  readonly interleaved?: boolean;
}

/** The positions of the rows as they broadcast to [.., L]. */
function positionsOf({ shape, ndim }: Tensor, offset: number | Tensor): Tensor {
  const rows = arange(shape[ndim - 2]!);
  if (typeof offset === "number") {
    if (Number.isInteger(offset) && offset >= -(2 ** 31) && offset + rows.size <= 2 ** 31) return add(rows, offset);
  } else if (offset.dtype === "int32") {
    if (offset.ndim === 0) return add(rows, offset);
    if (offset.ndim === 1 && ndim > 2 && offset.size === shape[0]) {
      return add(rows, reshapeTo(offset, { shape: [offset.size, ...new Array<number>(ndim - 2).fill(1)] }));
    }
  }
  throw new ValueError("rope: the offset is a whole number, int32 [], or int32 [B] for x [B, .., L, D]", {
    got: typeof offset === "number" ? String(offset) : `${offset.dtype} ${format(offset.shape)} for x ${format(shape)}`,
    hint: "the position of the first row, one for all items or one for each; positions have 32 bits",
  });
}

/**
 * Rotary position embedding (Su et al. 2021, section 3.4.2): each pair of elements turns by position · theta^(−2i / D), so
 * that the product of two rows depends on the distance of their positions.
 *
 * @param x [.., L, D], D even: queries or keys
 * @returns the shape of x
 * @throws ShapeError when x has less than two dims or D is odd.
 */
export function rope(x: Tensor, options: RopeOptions = {}): Tensor {
  kind.checkTensors("rope", x);
  checkOptions("rope", options, { theta: kind.number, offset: kind.numberOrTensor, interleaved: kind.boolean });
  checkFloat("rope", x.dtype);
  const { theta = 10000, offset = 0, interleaved = false } = options;
  const width = x.shape.at(-1) ?? 1;
  if (x.ndim < 2 || width % 2 !== 0) {
    throw new ShapeError("rope: x is [.., L, D] with an even D", {
      got: format(x.shape),
      hint: "elements are turned in pairs",
    });
  }
  if (!(theta > 0 && theta < Number.POSITIVE_INFINITY)) {
    throw new ValueError("rope: theta is a positive number", { got: String(theta), hint: "10000 in most models" });
  }
  const half = width / 2;
  const frequencies = Float64Array.from({ length: half }, (_, i) => pow(theta, (-2 * i) / width));
  const positions = castTo(positionsOf(x, offset), "float64");
  const column = reshapeTo(positions, { shape: [...positions.shape, 1] });
  // In double precision: an angle in float32 would be off by 10^-4 after some thousand positions.
  const angles = mul(column, wrap(frequencies, "float64", [half])); // [.., L, D / 2]
  const [cosine, sine] = [castTo(cos(angles), x.dtype), castTo(sin(angles), x.dtype)];
  const pairs = interleaved ? [half, 2] : [2, half];
  const dim = interleaved ? -1 : -2;
  const apart = reshapeTo(x, { shape: [...x.shape.slice(0, -1), ...pairs] });
  const [a, b] = [select(apart, dim, 0), select(apart, dim, 1)];
  const turned = stack([sub(mul(a, cosine), mul(b, sine)), add(mul(b, cosine), mul(a, sine))], dim);
  return reshapeTo(turned, { shape: x.shape });
}
