import {
  formatShape,
  type RopeOptions,
  rope,
  ShapeError,
  scaledDotProductAttention,
  type Tensor,
  zeros,
} from "@typegrad/autograd";
import { Linear, Module, Parameter } from "@typegrad/nn";
import type { GPTConfig } from "./config.js";

/**
 * Attention of each position to itself and what stands before it, with H query heads on G key/value heads (Ainslie et
 * al. 2023, "GQA"; G = 1 is Shazeer 2019) and, with rotary positions, queries and keys turned by them (Su et al. 2021).
 *
 * @example
 * ```ts
 * const { selfAttn } = new GPT({ vocab: 11, dModel: 8, numHeads: 4, numKeyValueHeads: 2, numLayers: 1, context: 5 })
 *   .blocks.at(0)!;
 * selfAttn.forward(randn([2, 5, 8])).shape; // [2, 5, 8]
 * selfAttn.inProjWeight.shape; // [16, 8]
 * ```
 */
export class CausalSelfAttention extends Module {
  /** Query, key and value projections, one below the other: [(H + 2 G) K, D]. */
  inProjWeight: Parameter;
  /** [(H + 2 G) K]; null without `bias`. */
  inProjBias: Parameter | null;
  /** From the heads side by side to the result: [D, D]. */
  outProj: Linear;
  /** The width D. */
  readonly dModel: number;
  /** The number of query heads H. */
  readonly numHeads: number;
  /** The number of key/value heads G. */
  readonly numKeyValueHeads: number;
  /** How queries and keys are turned; null with learned positions. */
  readonly rotation: RopeOptions | null;

  constructor(config: GPTConfig) {
    super();
    const { dModel, numHeads, numKeyValueHeads, bias } = config;
    this.dModel = dModel;
    this.numHeads = numHeads;
    this.numKeyValueHeads = numKeyValueHeads;
    const { ropeTheta: theta, ropeInterleaved: interleaved } = config;
    this.rotation = config.positions === "rope" ? { theta: theta!, interleaved: interleaved! } : null;
    const rows = (numHeads + 2 * numKeyValueHeads) * (dModel / numHeads);
    this.inProjWeight = new Parameter(zeros([rows, dModel]));
    this.inProjBias = bias ? new Parameter(zeros([rows])) : null;
    this.outProj = new Linear(dModel, dModel, { bias });
  }

  /**
   * @param x [B, T, D]
   * @returns [B, T, D]
   * @throws ShapeError for another shape.
   */
  forward(x: Tensor): Tensor {
    if (x.ndim !== 3 || x.shape[2] !== this.dModel) {
      throw new ShapeError("CausalSelfAttention: the input does not fit", {
        got: formatShape(x.shape),
        hint: `batch first: [B, T, ${this.dModel}]`,
      });
    }
    const [batch, length] = x.shape as [number, number, number];
    const groups = this.numKeyValueHeads;
    const product = x.matmul(this.inProjWeight.transpose(0, 1));
    const projected = this.inProjBias === null ? product : product.add(this.inProjBias); // [B, T, (H + 2 G) K]
    const heads = this.#heads(projected); // [B, H + 2 G, T, K]
    const end = this.numHeads + groups;
    const query = this.#turned(heads.slice(1, 0, this.numHeads)); // [B, H, T, K]
    const key = this.#turned(heads.slice(1, this.numHeads, end)); // [B, G, T, K]
    const value = heads.slice(1, end, end + groups); // [B, G, T, K]
    const shared = query.reshape([batch, groups, this.numHeads / groups, ...query.shape.slice(2)]); // [B, G, H / G, T, K]
    const out = scaledDotProductAttention(shared, key.unsqueeze(2), value.unsqueeze(2), { causal: true });
    const merged = out.reshape(query.shape).permute([0, 2, 1, 3]).reshape([batch, length, this.dModel]);
    return this.outProj.forward(merged); // [B, T, D]
  }

  #heads(x: Tensor): Tensor {
    const [batch, length] = x.shape as [number, number];
    const heads = this.numHeads + 2 * this.numKeyValueHeads;
    return x.reshape([batch, length, heads, this.dModel / this.numHeads]).permute([0, 2, 1, 3]);
  }

  #turned(x: Tensor): Tensor {
    return this.rotation === null ? x : rope(x, this.rotation);
  }

  protected override extraRepr(): string {
    const rotation = this.rotation === null ? "" : `, theta=${this.rotation.theta}`;
    return `dModel=${this.dModel}, numHeads=${this.numHeads}, numKeyValueHeads=${this.numKeyValueHeads}${rotation}`;
  }
}
