import { sum } from "./definitions.js";
import type { Named, Values } from "./make-case.js";

/** How PyTorch's multi-head attention is called; masks are true, or −∞, where one may not attend. */
export interface AttentionCall {
  readonly heads: number;
  /** [T, S] or [B · H, T, S]: bool as 0 and 1 to hide, or numbers to add. */
  readonly mask?: { readonly values: Values; readonly bool: boolean };
  /** [B, S]: the same. */
  readonly padding?: { readonly values: Values; readonly bool: boolean };
  readonly zeroAttention?: boolean;
}

const added = (x: AttentionCall["mask"], index: number): number => {
  const value = x?.values.data[index] ?? 0;
  return x?.bool === true ? (value === 0 ? 0 : Number.NEGATIVE_INFINITY) : value;
};

/**
 * PyTorch's multi-head attention in plain numbers, batch first, with weights averaged over the heads. A query from which
 * all keys are hidden gets 0 / 0.
 */
export function multiheadAttention({ heads, mask, padding, zeroAttention = false }: AttentionCall) {
  return (tensors: Named): Named => {
    const { query, key = query, value = key } = tensors as { query: Values; key?: Values; value?: Values };
    const unbatched = query.shape.length === 2;
    const [items, rows, width] = (unbatched ? [1, ...query.shape] : query.shape) as [number, number, number];
    const columns = key!.shape.at(-2)!;
    const depth = width / heads;
    const project = (x: Values, part: number, n: number, position: number, d: number): number => {
      const inner = x.shape.at(-1)!;
      const row = x.data.slice((n * x.shape.at(-2)! + position) * inner, (n * x.shape.at(-2)! + position + 1) * inner);
      const own = tensors[["q_proj_weight", "k_proj_weight", "v_proj_weight"][part]!];
      const weight = own?.data ?? tensors.in_proj_weight!.data;
      const start = (own ? d : part * width + d) * inner;
      const bias = tensors.in_proj_bias?.data[part * width + d] ?? 0;
      return bias + sum(row.map((number, c) => number * weight[start + c]!));
    };
    const learned = tensors.bias_k ? 1 : 0;
    const all = columns + learned + (zeroAttention ? 1 : 0);
    const extended = (x: Values, part: number, n: number, j: number, d: number): number => {
      if (j < columns) return project(x, part, n, j, d);
      return j < columns + learned ? tensors[part === 1 ? "bias_k" : "bias_v"]!.data[d]! : 0;
    };
    const out: number[] = [];
    const weights: number[] = [];
    for (let n = 0; n < items; n++) {
      for (let i = 0; i < rows; i++) {
        const average = new Array<number>(all).fill(0);
        const joined: number[] = [];
        for (let h = 0; h < heads; h++) {
          const dims = Array.from({ length: depth }, (_, d) => h * depth + d);
          const powers = average.map((_, j) => {
            const score = sum(dims.map((d) => project(query, 0, n, i, d) * extended(key!, 1, n, j, d)));
            if (j >= columns) return Math.exp(score / Math.sqrt(depth));
            const plane = mask?.values.shape.length === 3 ? n * heads + h : 0;
            const more = added(mask, (plane * rows + i) * columns + j) + added(padding, n * columns + j);
            return Math.exp(score / Math.sqrt(depth) + more);
          });
          const shares = powers.map((power) => power / sum(powers));
          for (const [j, share] of shares.entries()) average[j]! += share / heads;
          for (const d of dims) joined.push(sum(shares.map((share, j) => share * extended(value!, 2, n, j, d))));
        }
        weights.push(...average);
        const { data } = tensors["out_proj.weight"]!;
        for (let d = 0; d < width; d++) {
          const bias = tensors["out_proj.bias"]?.data[d] ?? 0;
          out.push(bias + sum(joined.map((number, c) => number * data[d * width + c]!)));
        }
      }
    }
    return {
      attn_output: { shape: query.shape, data: out },
      attn_output_weights: { shape: unbatched ? [rows, all] : [items, rows, all], data: weights },
    };
  };
}
