import { declareMany } from "../primitives/declare.js";
import { product, swapLast } from "../primitives/linear.js";
import { add, both, div, eq, exp, mul, sub, where } from "../primitives/pointwise.js";
import { maxOver, sumOver } from "../primitives/reductions.js";
import { reshapeTo, sliceGrid } from "../primitives/views.js";
import { contiguousStrides, type Shape, sizeOf } from "../shape.js";
import type { Strided } from "../storage.js";
import type { AttentionGradients, AttentionOperands, AttentionSettings } from "../targets/target.js";
import type { Tensor } from "../tensor.js";
import { wrap } from "../tensor.js";

/** Operands: query [B, H, T, K], key [B, H, S, K], value [B, H, S, E], then mask and bias [B, H, T, S] as `has` says. */
export interface AttentionArgs extends AttentionSettings {
  readonly hasMask: boolean;
  readonly hasBias: boolean;
}

function operandsOf(inputs: readonly Strided[], { hasMask, hasBias }: AttentionArgs): AttentionOperands {
  const [query, key, value] = inputs as [Strided, Strided, Strided];
  return { query, key, value, mask: hasMask ? inputs[3]! : null, bias: hasBias ? inputs[hasMask ? 4 : 3]! : null };
}

/** The three gradients, one behind the other in `flat`, each in row-major order. */
export function partsOf({ storage, dtype, offset }: Strided, operands: AttentionOperands): AttentionGradients {
  let next = offset;
  const like = ({ shape, size }: Strided): Strided => {
    const part = { storage, dtype, shape, size, offset: next, strides: contiguousStrides(shape) };
    next += size;
    return part;
  };
  return { query: like(operands.query), key: like(operands.key), value: like(operands.value) };
}

const gradients = declareMany<AttentionArgs>({
  name: "attentionGrad",
  infer: ([, , query, key, value]) => ({ shape: [query!.size + key!.size + value!.size], dtype: query!.dtype }),
  run: (target, [gradient, logSumExp, ...inputs], args, flat) => {
    const operands = operandsOf(inputs, args);
    target.attentionGrad(operands, args, gradient!, logSumExp!, partsOf(flat, operands));
  },
  vjps: [null],
  reads: [],
});

/** The part of a flat tensor from `start` on, as `shape`. */
const part = (flat: Tensor, start: number, shape: Shape): Tensor =>
  reshapeTo(sliceGrid(flat, { starts: [start], steps: [1], shape: [sizeOf(shape)] }), { shape });

/** True [T, S] where j ≤ i: position i may look at itself and what came before. */
export function lowerTriangle(rows: number, columns: number): Tensor {
  const array = new Uint8Array(rows * columns);
  for (let i = 0; i < rows; i++) array.fill(1, i * columns, i * columns + Math.min(columns, i + 1));
  return wrap(array, "bool", [rows, columns]);
}

/**
 * The weights of {@link attend}, [B, H, T, S], in differentiable operations. A query that may attend to nothing has
 * weights 0.
 */
export function attentionWeights(inputs: readonly Tensor[], args: AttentionArgs): Tensor {
  const [query, key] = inputs as [Tensor, Tensor];
  const mask = args.hasMask ? inputs[3]! : null;
  const bias = args.hasBias ? inputs[args.hasMask ? 4 : 3]! : null;
  let scores = mul(product([query, swapLast(key)], null), args.scale); // [B, H, T, S]
  if (bias !== null) scores = add(scores, bias);
  let allowed = mask;
  if (args.causal) {
    const triangle = lowerTriangle(scores.shape[2]!, scores.shape[3]!);
    allowed = allowed === null ? triangle : both(allowed, triangle);
  }
  if (allowed !== null) scores = where(allowed, scores, Number.NEGATIVE_INFINITY);
  const keep = [...scores.shape.slice(0, -1), 1];
  const dims = { dims: [3] };
  const largest = reshapeTo(maxOver(scores.detach(), dims), { shape: keep });
  const nothing = eq(largest, Number.NEGATIVE_INFINITY);
  const powers = exp(sub(scores, where(nothing, 0, largest)));
  const total = reshapeTo(sumOver(powers, dims), { shape: keep });
  return div(powers, where(nothing, 1, total));
}

/** softmax(scale · Q Kᵀ + bias) V over the keys that the mask leaves (Vaswani et al. 2017, section 3.2.1). */
export const attend = declareMany<AttentionArgs>({
  name: "scaledDotProductAttention",
  infer: ([query, , value]) => ({ shape: [...query!.shape.slice(0, 3), value!.shape[3]!], dtype: query!.dtype }),
  run: (target, inputs, args, output, logSumExp) => target.attention(operandsOf(inputs, args), args, output, logSumExp),
  auxiliary: ([query]) => ({ shape: query!.shape.slice(0, 3), dtype: "float64" }),
  vjps: ["joint", "joint", "joint", null],
  reads: [[0, 1, 2, 3, 4, "auxiliary"]],
  joint: (g, { inputs, auxiliary, args }) => {
    const flat = gradients([g, auxiliary, ...inputs], args);
    const [query, key, value] = inputs as [Tensor, Tensor, Tensor];
    return [
      part(flat, 0, query.shape),
      part(flat, query.size, key.shape),
      part(flat, query.size + key.size, value.shape),
    ];
  },
  composite: (inputs, args) => product([attentionWeights(inputs, args), inputs[2]!], null),
});
