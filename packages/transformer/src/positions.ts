import {
  checkOptions,
  checkTensors,
  DTypeError,
  formatShape,
  isFloat,
  math,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
} from "@typegrad/autograd";
import { Buffer, Dropout, Module } from "@typegrad/nn";

/**
 * PE[p, 2i] = sin(p / 10000^(2i / D)), PE[p, 2i + 1] = cos of the same (Vaswani et al. 2017, section 3.5).
 *
 * @param length the number of positions T
 * @param dModel the width D
 * @returns [T, D], float32 unless a dtype is given
 */
export function sinusoidalEncoding(
  length: number,
  dModel: number,
  options: { readonly dtype?: "float32" | "float64" } = {},
): Tensor {
  checkOptions("sinusoidalEncoding", options, ["dtype"]);
  const { dtype = "float32" } = options;
  if (!isFloat(dtype)) {
    throw new DTypeError("sinusoidalEncoding: waves are no integers", {
      got: String(dtype),
      hint: "float32 or float64",
    });
  }
  if (!Number.isInteger(length) || !Number.isInteger(dModel) || length < 0 || dModel < 1) {
    throw new ValueError("sinusoidalEncoding: length and width are whole numbers", {
      got: `${length} positions of width ${dModel}`,
      hint: "for instance sinusoidalEncoding(100, 512)",
    });
  }
  const table = new Float64Array(length * dModel);
  for (let column = 0; column < dModel; column++) {
    const wavelength = math.pow(10000, (column - (column % 2)) / dModel);
    const wave = column % 2 === 0 ? math.sin : math.cos;
    for (let position = 0; position < length; position++)
      table[position * dModel + column] = wave(position / wavelength);
  }
  return tensor(table, { shape: [length, dModel], dtype });
}

/** Options of {@link PositionalEncoding}. */
export interface PositionalEncodingOptions {
  /** The longest sequence. Default 512. */
  readonly maxLength?: number;
  /** Dropout on the sum, as the paper has it (section 5.4). Default 0. */
  readonly dropout?: number;
}

/** Checks that a sequence has a position for each of its items. */
export function checkLength(operation: string, length: number, maxLength: number): void {
  if (length <= maxLength) return;
  throw new ShapeError(`${operation}: the sequence is longer than the positions`, {
    got: `${length} tokens, ${maxLength} positions`,
    hint: "shorten the sequence, or build the model with more positions",
  });
}

/**
 * x + positions, with dropout on the sum.
 *
 * @example
 * ```ts
 * new PositionalEncoding(4).forward(zeros([1, 2, 4])).toArray();
 * // [[[0, 1, 0, 1], [0.8415, 0.5403, 0.01, 0.99995]]]
 * ```
 */
export class PositionalEncoding extends Module {
  /** The sinusoids [maxLength, D], float64; not part of the state-dict. */
  readonly table: Tensor;
  /** On the sum. */
  readonly dropout: Dropout;
  /** The longest sequence. */
  readonly maxLength: number;

  constructor(dModel: number, options: PositionalEncodingOptions = {}) {
    super();
    checkOptions("PositionalEncoding", options, ["maxLength", "dropout"]);
    const { maxLength = 512, dropout = 0 } = options;
    this.table = Buffer(sinusoidalEncoding(maxLength, dModel, { dtype: "float64" }), { persistent: false });
    this.dropout = new Dropout(dropout);
    this.maxLength = maxLength;
  }

  /**
   * Adds the sinusoids of positions 0 … T − 1.
   * @param x [B, T, D]
   * @returns [B, T, D], of the dtype of x
   * @throws ShapeError for a sequence longer than `maxLength`, or another width.
   */
  forward(x: Tensor): Tensor {
    checkTensors("PositionalEncoding", x);
    const [length, width] = x.shape.slice(-2) as [number, number];
    checkLength("PositionalEncoding", length, this.maxLength);
    if (width !== this.table.shape[1]) {
      throw new ShapeError("PositionalEncoding: the width differs", {
        got: `${formatShape(x.shape)} for a width of ${this.table.shape[1]}`,
        hint: "[B, T, D], batch first",
      });
    }
    return this.dropout.forward(x.add(this.table.slice(0, 0, length).to(x.dtype)));
  }
}
