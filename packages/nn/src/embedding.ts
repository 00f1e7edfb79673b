import { checkOptions, noGrad, ones, type Tensor, ValueError, zeros } from "@typegrad/autograd";
import * as init from "./init/index.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkSize } from "./sizes.js";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** The row that starts as zeros and gets no gradient; counted from the end if negative. */
  readonly paddingIdx?: number;
}

/**
 * A table of vectors. The weight is [count, dim] and starts standard normal.
 *
 * @throws ValueError for sizes that are not whole numbers, or a padding row that does not exist.
 * @example
 * ```ts
 * new Embedding(10, 3).forward(tensor(Int32Array.of(7, 2))).shape; // [2, 3]
 * ```
 */
export class Embedding extends Module {
  /** A row for each id: [count, dim]. */
  weight: Parameter;
  /** The row that gets no gradient. */
  readonly paddingIdx: number | undefined;

  constructor(count: number, dim: number, options: EmbeddingOptions = {}) {
    super();
    checkOptions("Embedding", options, ["paddingIdx"]);
    this.weight = new Parameter(zeros([checkSize("Embedding", "count", count), checkSize("Embedding", "dim", dim)]));
    this.paddingIdx = rowOf(options.paddingIdx, count);
    init.normal(this.weight);
    if (this.paddingIdx !== undefined) noGrad(() => this.weight.assign(withoutRow(this.weight, this.paddingIdx!)));
  }

  /**
   * @param ids int32 [...]
   * @returns [..., dim]
   * @throws ValueError for an id outside 0 … count − 1.
   */
  forward(ids: Tensor): Tensor {
    return this.weight.embedding(ids, this.paddingIdx === undefined ? {} : { paddingIdx: this.paddingIdx });
  }

  protected override extraRepr(): string {
    const padding = this.paddingIdx === undefined ? "" : `, paddingIdx=${this.paddingIdx}`;
    return `${this.weight.shape.join(", ")}${padding}`;
  }
}

function rowOf(row: number | undefined, count: number): number | undefined {
  if (row === undefined || (Number.isInteger(row) && row >= -count && row < count)) return row;
  throw new ValueError("Embedding: there is no such padding row", {
    got: `${row} of ${count} rows`,
    hint: `paddingIdx lies in ${-count} … ${count - 1}`,
  });
}

function withoutRow(weight: Tensor, row: number): Tensor {
  const [count] = weight.shape as [number, number];
  const keep = ones([count, 1], { dtype: "bool" });
  keep.data[row < 0 ? row + count : row] = 0;
  return keep.where(weight, 0);
}
