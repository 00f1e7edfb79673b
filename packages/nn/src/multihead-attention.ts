import {
  cat,
  checkOptions,
  checkTensors,
  formatShape,
  ShapeError,
  scaledDotProductAttention,
  type Tensor,
  ValueError,
  zeros,
} from "@typegrad/autograd";
import { type AttentionMasks, combineMasks, withBatch } from "./attention-masks.js";
import * as init from "./init/index.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkSize } from "./sizes.js";

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
export interface AttendOptions extends AttentionMasks {
  /** Whether the weights are returned, as they are before dropout. Default true; false is faster. */
  readonly needWeights?: boolean;
  /** Whether they are averaged over the heads. Default true. */
  readonly averageWeights?: boolean;
}

const callOptions = ["mask", "keyMask", "bias", "causal", "needWeights", "averageWeights"];

/**
 * Concat(head₁, …, head_H) Wᴼ with headᵢ = Attention(Q Wᵢ^Q, K Wᵢ^K, V Wᵢ^V) (Vaswani et al. 2017, section 3.2.2).
 *
 * A query that may attend to nothing gets the bias of the output projection and passes a gradient of zero.
 * @throws ValueError when the heads do not divide the width, or for a dropout outside [0, 1].
 * @example
 * ```ts
 * const attention = new MultiheadAttention(8, 2);
 * const x = randn([3, 5, 8]);
 * const [out, weights] = attention.forward(x, x, x, { causal: true });
 * [out.shape, weights!.shape]; // [[3, 5, 8], [3, 5, 5]]
 * ```
 */
export class MultiheadAttention extends Module {
  /** Queries, keys and values in one, [3D, D]; null when widths differ. */
  inProjWeight: Parameter | null = null;
  /** [D, D], where widths differ. */
  qProjWeight: Parameter | null = null;
  /** [D, kdim], where widths differ. */
  kProjWeight: Parameter | null = null;
  /** [D, vdim], where widths differ. */
  vProjWeight: Parameter | null = null;
  /** [3D] */
  inProjBias: Parameter | null;
  /** [1, 1, D], with `addBiasKv`. */
  biasK: Parameter | null;
  /** [1, 1, D], with `addBiasKv`. */
  biasV: Parameter | null;
  /** Wᴼ: from the heads side by side to the result. */
  outProj: Linear;
  /** The width D. */
  readonly embedDim: number;
  /** The number of heads H. */
  readonly numHeads: number;
  /** The probability with which a weight is dropped in training. */
  readonly dropout: number;
  /** Whether a key and value of zeros are appended. */
  readonly addZeroAttn: boolean;

  /**
   * @param embedDim the width D
   * @param numHeads the number of heads H
   */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    checkOptions("MultiheadAttention", options, moduleOptions);
    const { dropout = 0, bias = true, kdim = embedDim, vdim = embedDim, addBiasKv = false } = options;
    checkSizes({ embedDim, numHeads, kdim, vdim }, dropout);
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
    const appended = () => init.xavierNormal(new Parameter(zeros([1, 1, embedDim]))) as Parameter;
    this.biasK = addBiasKv ? appended() : null;
    this.biasV = addBiasKv ? appended() : null;
  }

  /**
   * @param query [B, T, D] or [T, D]
   * @param key [B, S, kdim] or [S, kdim]
   * @param value [B, S, vdim] or [S, vdim]
   * @returns [B, T, D] and the weights: [B, T, S] averaged over the heads or [B, H, T, S], or null; without a batch
   *   both without B. What `addBiasKv` and `addZeroAttn` append counts in S.
   * @throws ShapeError, DTypeError for inputs and masks that do not fit.
   */
  forward(query: Tensor, key: Tensor, value: Tensor, options: AttendOptions = {}): [Tensor, Tensor | null] {
    checkTensors("MultiheadAttention", query, key, value);
    checkOptions("MultiheadAttention.forward", options, callOptions);
    const single = query.ndim === 2 && key.ndim === 2 && value.ndim === 2;
    if (!single) return this.#attend(query, key, value, options);
    const q = query.unsqueeze(0); // [1, T, D]
    const k = key === query ? q : key.unsqueeze(0);
    const v = value === key ? k : value.unsqueeze(0);
    const [out, weights] = this.#attend(q, k, v, { ...options, ...withBatch(options) });
    return [out.squeeze(0), weights?.squeeze(0) ?? null];
  }

  #attend(query: Tensor, key: Tensor, value: Tensor, options: AttendOptions): [Tensor, Tensor | null] {
    this.#checkInputs(query, key, value);
    const { needWeights = true, averageWeights = true, ...masks } = options;
    const [batch, rows] = query.shape as [number, number];
    const [q, projectedKey, projectedValue] = this.#projected(query, key, value);
    const k = this.#appended(projectedKey, this.biasK); // [B, H, S, K]
    const v = this.#appended(projectedValue, this.biasV); // [B, H, S, K]
    const columns = key.shape[1]!;
    const extents = { batch, heads: this.numHeads, rows, columns, appended: k.shape[2]! - columns };
    const settings = { ...combineMasks(masks, extents), dropoutP: this.training ? this.dropout : 0 };
    if (!needWeights) return [this.#merge(scaledDotProductAttention(q, k, v, settings)), null];
    const [out, weights] = scaledDotProductAttention(q, k, v, { ...settings, needWeights });
    return [this.#merge(out), averageWeights ? weights.mean(1) : weights];
  }

  /** Queries [B, H, T, K], keys and values [B, H, S, K]. What is one tensor goes through one product. */
  #projected(query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    if (this.inProjWeight === null || key !== value) {
      return [this.#project(query, 0, 1)[0]!, this.#project(key, 1, 2)[0]!, this.#project(value, 2, 3)[0]!];
    }
    if (query === key) return this.#project(query, 0, 3) as [Tensor, Tensor, Tensor];
    const [k, v] = this.#project(key, 1, 3);
    return [this.#project(query, 0, 1)[0]!, k!, v!];
  }

  /** x through the projections of queries (0), keys (1) and values (2) from `start` up to `stop`: [B, H, S, K] each. */
  #project(x: Tensor, start: number, stop: number): Tensor[] {
    const rows = [start * this.embedDim, stop * this.embedDim] as const;
    const own = [this.qProjWeight, this.kProjWeight, this.vProjWeight][start] ?? null;
    const weight = own ?? this.inProjWeight!.slice(0, ...rows);
    const product = x.matmul(weight.transpose(0, 1));
    const sum = this.inProjBias === null ? product : product.add(this.inProjBias.slice(0, ...rows));
    const heads = this.#heads(sum); // [B, (stop − start) H, S, K]
    return Array.from({ length: stop - start }, (_, i) => heads.slice(1, i * this.numHeads, (i + 1) * this.numHeads));
  }

  /** Keys or values with what `addBiasKv` and `addZeroAttn` put behind them. */
  #appended(x: Tensor, learned: Parameter | null): Tensor {
    const shape = [x.shape[0]!, this.numHeads, 1, x.shape[3]!];
    const parts = learned === null ? [x] : [x, this.#heads(learned).expand(shape)];
    if (this.addZeroAttn) parts.push(zeros(shape, { dtype: x.dtype }));
    return parts.length === 1 ? x : cat(parts, 2);
  }

  /** The last dim cut into heads: [B, S, n K] to [B, n, S, K]. */
  #heads(x: Tensor): Tensor {
    const [batch, length, width] = x.shape as [number, number, number];
    const head = this.embedDim / this.numHeads;
    return x.reshape([batch, length, width / head, head]).permute([0, 2, 1, 3]);
  }

  #merge(x: Tensor): Tensor {
    const [batch, , length] = x.shape as [number, number, number];
    return this.outProj.forward(x.permute([0, 2, 1, 3]).reshape([batch, length, this.embedDim])); // [B, T, D]
  }

  #checkInputs(query: Tensor, key: Tensor, value: Tensor): void {
    const kdim = this.kProjWeight?.shape[1] ?? this.embedDim;
    const vdim = this.vProjWeight?.shape[1] ?? this.embedDim;
    const [batch, , width] = query.shape;
    const [keys, length, keyWidth] = key.shape;
    const [values, valueLength, valueWidth] = value.shape;
    const threeDims = query.ndim === 3 && key.ndim === 3 && value.ndim === 3;
    const widths = width === this.embedDim && keyWidth === kdim && valueWidth === vdim;
    if (threeDims && widths && keys === batch && values === batch && length === valueLength) return;
    throw new ShapeError("MultiheadAttention: query, key and value do not fit", {
      got: [query, key, value].map(({ shape }) => formatShape(shape)).join(", "),
      hint: `batch first: [B, T, ${this.embedDim}], [B, S, ${kdim}], [B, S, ${vdim}], or all three without B`,
    });
  }

  protected override extraRepr(): string {
    const dropout = this.dropout === 0 ? "" : `, dropout=${this.dropout}`;
    return `embedDim=${this.embedDim}, numHeads=${this.numHeads}${dropout}`;
  }
}

function checkSizes(sizes: Readonly<Record<string, number>>, dropout: number): void {
  for (const [name, size] of Object.entries(sizes)) checkSize("MultiheadAttention", name, size, 1);
  const { embedDim, numHeads } = sizes as { embedDim: number; numHeads: number };
  if (embedDim % numHeads !== 0) {
    throw new ValueError("MultiheadAttention: the heads do not divide the width", {
      got: `${numHeads} heads for a width of ${embedDim}`,
      hint: "embedDim must be a multiple of numHeads",
    });
  }
  if (!(dropout >= 0 && dropout <= 1)) {
    throw new ValueError("MultiheadAttention: dropout is not a probability", {
      got: String(dropout),
      hint: "dropout lies in [0, 1]",
    });
  }
}
