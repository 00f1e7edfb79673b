import { checkOptions, noGrad, ones, type Tensor, zeros } from "@typegrad/autograd";
import * as init from "./init.js";
import { checkSize } from "./linear.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** The row that starts as zeros and gets no gradient. */
  readonly paddingIdx?: number;
}

/** A table of vectors: int32 ids [...] → [..., dim]; the weight is [count, dim]. */
export class Embedding extends Module {
  weight: Parameter;
  readonly paddingIdx: number | undefined;

  constructor(count: number, dim: number, options: EmbeddingOptions = {}) {
    super();
    checkOptions("Embedding", options, ["paddingIdx"]);
    this.weight = new Parameter(zeros([checkSize("Embedding", "count", count), checkSize("Embedding", "dim", dim)]));
    this.paddingIdx = options.paddingIdx;
    init.normal(this.weight);
    if (this.paddingIdx !== undefined) noGrad(() => this.weight.assign(withoutRow(this.weight, this.paddingIdx!)));
  }

  /**
   * @param ids int32 [...]
   * @throws ValueError for an id outside 0 … count − 1.
   */
  forward(ids: Tensor): Tensor {
    return this.weight.embedding(ids, this.paddingIdx === undefined ? {} : { paddingIdx: this.paddingIdx });
  }
}

function withoutRow(weight: Tensor, row: number): Tensor {
  const [count] = weight.shape as [number, number];
  const keep = ones([count, 1], { dtype: "bool" });
  keep.data[row < 0 ? row + count : row] = 0;
  return keep.where(weight, 0);
}
