import {
  cat,
  checkOptions,
  formatShape,
  ones,
  ShapeError,
  scaledDotProductAttention,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from "@typegrad/autograd";
import * as init from "./init.js";
import { checkSize, Linear } from "./linear.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions {
  /** The probability with which a weight is dropped in training. Default 0. */
  readonly dropout?: number;
  /** Whether the projections have biases. Default true. */
  readonly bias?: boolean;
  /** The width of the keys. Default embedDim. */
  readonly kdim?: number;
  /** The width of the values. Default embedDim. */
  readonly vdim?: number;
  /** Append a learned key and value. Default false. */
  readonly addBiasKv?: boolean;
  /** Append a key and value of zeros. Default false. */
  readonly addZeroAttn?: boolean;
}

const moduleOptions = ["dropout", "bias", "kdim", "vdim", "addBiasKv", "addZeroAttn"];

/** Options of a call. */
export interface AttendOptions {
  /** bool [T, S], [B, T, S] or [B, H, T, S]: true where a query may attend. */
  readonly mask?: Tensor | null;
  /** bool [B, S]: true where a key may be attended to; or float, added to the scores. */
  readonly keyMask?: Tensor | null;
  /** float [T, S], [B, T, S] or [B, H, T, S]: added to the scores. */
  readonly bias?: Tensor | null;
  /** Hide key j from query i where j > i. Default false. */
  readonly causal?: boolean;
  /** Whether the weights are returned. Default true; false is faster. */
  readonly needWeights?: boolean;
  /** Whether they are averaged over the heads. Default true. */
  readonly averageWeights?: boolean;
}

const callOptions = ["mask", "keyMask", "bias", "causal", "needWeights", "averageWeights"];

/**
 * Concat(head₁, …, head_H) Wᴼ with headᵢ = Attention(Q Wᵢ^Q, K Wᵢ^K, V Wᵢ^V) (Vaswani et al. 2017, section 3.2.2).
 *
 * @throws ValueError when the heads do not divide the width.
 */
export class MultiheadAttention extends Module {
  /** [3D, D]: queries, keys, values; null when widths differ. */
  inProjWeight: Parameter | null = null;
  qProjWeight: Parameter | null = null;
  kProjWeight: Parameter | null = null;
  vProjWeight: Parameter | null = null;
  inProjBias: Parameter | null;
  biasK: Parameter | null;
  biasV: Parameter | null;
  outProj: Linear;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly addZeroAttn: boolean;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    checkOptions("MultiheadAttention", options, moduleOptions);
    const { dropout = 0, bias = true, kdim = embedDim, vdim = embedDim, addBiasKv = false } = options;
    checkSize("MultiheadAttention", "embedDim", embedDim, 1);
    checkSize("MultiheadAttention", "numHeads", numHeads, 1);
    if (embedDim % numHeads !== 0) {
      throw new ValueError("MultiheadAttention: the heads do not divide the width", {
        got: `${numHeads} heads for a width of ${embedDim}`,
        hint: "embedDim must be a multiple of numHeads",
      });
    }
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.dropout = dropout;
    this.addZeroAttn = options.addZeroAttn ?? false;
    const weight = (rows: number, columns: number) =>
      init.xavierUniform(new Parameter(zeros([rows, columns]))) as Parameter;
    if (kdim === embedDim && vdim === embedDim) this.inProjWeight = weight(3 * embedDim, embedDim);
    else {
      this.qProjWeight = weight(embedDim, embedDim);
      this.kProjWeight = weight(embedDim, kdim);
      this.vProjWeight = weight(embedDim, vdim);
    }
    this.inProjBias = bias ? new Parameter(zeros([3 * embedDim])) : null;
    this.outProj = new Linear(embedDim, embedDim, { bias });
    if (this.outProj.bias !== null) init.zeros(this.outProj.bias);
    const extra = () => init.xavierNormal(new Parameter(zeros([1, 1, embedDim]))) as Parameter;
    this.biasK = addBiasKv ? extra() : null;
    this.biasV = addBiasKv ? extra() : null;
  }

  /**
   * @param query [B, T, D] or [T, D]
   * @param key [B, S, kdim] or [S, kdim]
   * @param value [B, S, vdim] or [S, vdim]
   * @returns [B, T, D] and the weights: [B, T, S] averaged over the heads or [B, H, T, S], or null
   */
  forward(query: Tensor, key: Tensor, value: Tensor, options: AttendOptions = {}): [Tensor, Tensor | null] {
    checkOptions("MultiheadAttention.forward", options, callOptions);
    if (query.ndim === 2) return this.#unbatched(query, key, value, options);
    if (query.ndim !== 3 || query.shape[2] !== this.embedDim) {
      throw new ShapeError("MultiheadAttention: the query must be [B, T, D] or [T, D]", {
        got: `${formatShape(query.shape)} for a width of ${this.embedDim}`,
        hint: "batch first; the last extent is the width",
      });
    }
    const { needWeights = true, averageWeights = true } = options;
    const q = this.#heads(this.#project(query, 0)); // [B, H, T, K]
    const [k, v, extra] = this.#extended(this.#project(key, 1), this.#project(value, 2));
    const settings = {
      ...this.#masks(query.shape[1]!, key.shape[1]!, extra, options),
      dropoutP: this.training ? this.dropout : 0,
    };
    if (!needWeights) return [this.#merge(scaledDotProductAttention(q, k, v, settings)), null];
    const [out, weights] = scaledDotProductAttention(q, k, v, { ...settings, needWeights });
    return [this.#merge(out), averageWeights ? weights.mean(1) : weights];
  }

  #unbatched(query: Tensor, key: Tensor, value: Tensor, options: AttendOptions): [Tensor, Tensor | null] {
    const keyMask = options.keyMask?.ndim === 1 ? options.keyMask.unsqueeze(0) : (options.keyMask ?? null);
    const one = (x: Tensor | null | undefined): Tensor | null => (x?.ndim === 3 ? x.unsqueeze(0) : (x ?? null));
    const inner = { ...options, keyMask, mask: one(options.mask), bias: one(options.bias) };
    const [out, weights] = this.forward(query.unsqueeze(0), key.unsqueeze(0), value.unsqueeze(0), inner);
    return [out.squeeze(0), weights === null ? null : weights.squeeze(0)];
  }

  /** x through the query (0), key (1) or value (2) projection: [B, S, D]. */
  #project(x: Tensor, part: number): Tensor {
    const [start, stop] = [part * this.embedDim, (part + 1) * this.embedDim];
    const own = [this.qProjWeight, this.kProjWeight, this.vProjWeight][part] ?? null;
    const weight = own ?? this.inProjWeight!.slice(0, start, stop);
    const product = x.matmul(weight.transpose(0, 1));
    return this.inProjBias === null ? product : product.add(this.inProjBias.slice(0, start, stop));
  }

  #heads(x: Tensor): Tensor {
    const [batch, length] = x.shape as [number, number];
    return x.reshape([batch, length, this.numHeads, -1]).permute([0, 2, 1, 3]); // [B, H, T, K]
  }

  #merge(x: Tensor): Tensor {
    const [batch, , length] = x.shape as [number, number, number];
    return this.outProj.forward(x.permute([0, 2, 1, 3]).reshape([batch, length, this.embedDim])); // [B, T, D]
  }

  /** Keys and values by head, with what `addBiasKv` and `addZeroAttn` put behind them. */
  #extended(key: Tensor, value: Tensor): [Tensor, Tensor, number] {
    let [k, v] = [key, value];
    const batch = key.shape[0]!;
    if (this.biasK !== null && this.biasV !== null) {
      k = cat([k, this.biasK.expand([batch, 1, this.embedDim])], 1);
      v = cat([v, this.biasV.expand([batch, 1, this.embedDim])], 1);
    }
    if (this.addZeroAttn) {
      const nothing = zeros([batch, 1, this.embedDim], { dtype: k.dtype });
      k = cat([k, nothing], 1);
      v = cat([v, nothing], 1);
    }
    return [this.#heads(k), this.#heads(v), k.shape[1]! - key.shape[1]!];
  }

  /** The masks as attention takes them; keys that were appended are open to all. */
  #masks(rows: number, columns: number, extra: number, options: AttendOptions) {
    const byHead = (x: Tensor): Tensor => (x.ndim === 3 ? x.unsqueeze(1) : x); // [B, 1, T, S]
    const opened = (x: Tensor, fill: number): Tensor =>
      extra === 0
        ? x
        : x.dtype === "bool"
          ? cat([x, ones([...x.shape.slice(0, -1), extra], { dtype: "bool" })], -1)
          : x.pad([0, extra], { value: fill });
    let mask: Tensor | null = options.mask ? byHead(options.mask) : null;
    let bias: Tensor | null = options.bias ? byHead(options.bias) : null;
    const keyMask = options.keyMask ?? null;
    if (keyMask !== null) {
      const wide = keyMask.reshape([keyMask.shape[0]!, 1, 1, columns]);
      if (keyMask.dtype === "bool") mask = mask === null ? wide : mask.logicalAnd(wide);
      else bias = bias === null ? wide : bias.add(wide);
    }
    let causal = options.causal ?? false;
    if (causal && extra > 0) {
      const triangle = ones([rows, columns]).tril().ne(tensor(0));
      mask = mask === null ? triangle : mask.logicalAnd(triangle);
      causal = false;
    }
    return { mask: mask && opened(mask, 1), bias: bias && opened(bias, 0), causal };
  }
}
