import { arange } from "../create.js";
import { promote } from "../dtype.js";
import { checkOptions, DTypeError, ShapeError } from "../errors.js";
import { type AttentionArgs, attend, attentionWeights } from "../fused/attention.js";
import { product } from "../primitives/linear.js";
import { add, both, ge, le, lt } from "../primitives/pointwise.js";
import { castTo, expandTo, reshapeTo } from "../primitives/views.js";
import type { Generator } from "../random.js";
import { broadcastShapes, format, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { dropout } from "./networks.js";

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions {
  /** bool, broadcast to [.., T, S]: true where a query may attend to a key. */
  readonly mask?: Tensor | null;
  /** float, broadcast to [.., T, S]: added to the scaled scores. */
  readonly bias?: Tensor | null;
  /** Hide key j from query i where j > i. Default false. */
  readonly causal?: boolean;
  /** What scores are multiplied with. Default 1 / √K. */
  readonly scale?: number;
  /** The probability with which a weight is dropped. Default 0. */
  readonly dropoutP?: number;
  /** Where dropped weights are drawn. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Return the weights as well. Default false. */
  readonly needWeights?: boolean;
  /** int32 [B]: keys before it do not exist. */
  readonly keyStart?: Tensor;
  /** int32 []: keys from it on do not exist; with `causal`, query i stands at keyLength − T + i. */
  readonly keyLength?: Tensor;
}

const known = ["mask", "bias", "causal", "scale", "dropoutP", "generator", "needWeights", "keyStart", "keyLength"];

/** The operand with as many dims in front as make it four. */
const asFour = (x: Tensor): Tensor =>
  reshapeTo(x, {
    shape: x.ndim <= 4 ? [1, 1, 1, 1].slice(x.ndim).concat(x.shape) : [x.size / tail(x, 3), ...x.shape.slice(-3)],
  });

const tail = (x: Tensor, dims: number): number => x.shape.slice(-dims).reduce((a, b) => a * b, 1);

/**
 * softmax(Q Kᵀ / √K) V (Vaswani et al. 2017, section 3.2.1).
 *
 * @param query [.., T, K]
 * @param key [.., S, K]
 * @param value [.., S, E]
 * @returns [.., T, E], or with `needWeights` also the weights [.., T, S]. A query that may attend to nothing gets zeros
 *   and passes a gradient of zero.
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions & { readonly needWeights: true },
): [Tensor, Tensor];
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options?: AttentionOptions,
): Tensor;
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor | [Tensor, Tensor] {
  checkOptions("scaledDotProductAttention", options, known);
  const { scale, dropoutP = 0, generator, needWeights = false, keyLength } = options;
  const lead = checkOperands(query, key, value);
  const dtype = promote([query, key, value]);
  const four = [query, key, value].map((x) => asFour(castTo(expandLead(x, lead), dtype))) as [Tensor, Tensor, Tensor];
  const shape = [...four[0].shape.slice(0, 3), key.shape.at(-2)!]; // [B, H, T, S]
  const rows = query.shape.at(-2)!;
  const mask = keysAlive(options, maskFor(options.mask ?? null, lead, shape), rows, shape);
  const bias = options.bias ? expandTo(asFour(expandLead(castTo(options.bias, dtype), lead)), { shape }) : null;
  const args: AttentionArgs = {
    scale: scale ?? 1 / Math.sqrt(query.shape.at(-1)!),
    causal: (options.causal ?? false) && keyLength === undefined,
    hasMask: mask !== null,
    hasBias: bias !== null,
  };
  const inputs = [...four, ...(mask ? [mask] : []), ...(bias ? [bias] : [])];
  const restore = (x: Tensor): Tensor => reshapeTo(x, { shape: [...lead, ...x.shape.slice(-2)] });
  if (!needWeights && dropoutP === 0 && bias?.requiresGrad !== true) return restore(attend(inputs, args));
  const weights = attentionWeights(inputs, args);
  const dropped = dropout(weights, generator === undefined ? { p: dropoutP } : { p: dropoutP, generator });
  const out = restore(product([dropped, four[2]], null));
  return needWeights ? [out, restore(weights)] : out;
}

/** The common leading dims. */
function checkOperands(query: Tensor, key: Tensor, value: Tensor): readonly number[] {
  const got = `query ${format(query.shape)}, key ${format(key.shape)}, value ${format(value.shape)}`;
  if (Math.min(query.ndim, key.ndim, value.ndim) < 2) {
    throw new ShapeError("scaledDotProductAttention: at least two dims are needed", { got, hint: "[.., T, K]" });
  }
  if (query.shape.at(-1) !== key.shape.at(-1) || key.shape.at(-2) !== value.shape.at(-2)) {
    throw new ShapeError("scaledDotProductAttention: query and key differ in width, or key and value in length", {
      got,
      hint: "query [.., T, K], key [.., S, K], value [.., S, E]",
    });
  }
  return broadcastShapes(
    "scaledDotProductAttention",
    [query, key, value].map((x) => x.shape.slice(0, -2)),
  );
}

const expandLead = (x: Tensor, lead: readonly number[]): Tensor => {
  const rest = x.shape.slice(-2);
  const shape = [...lead, ...rest];
  return sameShape(x.shape, shape) || x.ndim < 2 ? x : expandTo(x, { shape });
};

function maskFor(mask: Tensor | null, lead: readonly number[], shape: readonly number[]): Tensor | null {
  if (mask === null) return null;
  if (mask.dtype !== "bool") {
    throw new DTypeError("scaledDotProductAttention: the mask must be bool, true where one may attend", {
      got: mask.dtype,
      hint: "pass numbers to be added to the scores as bias",
    });
  }
  broadcastShapes("scaledDotProductAttention mask", [mask.shape, [...lead, ...shape.slice(-2)]]);
  return expandTo(asFour(mask.ndim > 4 ? expandLead(mask, lead) : mask), { shape });
}

/** The mask, narrowed to the keys that exist. */
function keysAlive(
  { keyStart, keyLength, causal = false }: AttentionOptions,
  mask: Tensor | null,
  rows: number,
  shape: readonly number[],
): Tensor | null {
  let result = mask;
  const narrow = (alive: Tensor): void => {
    const wide = expandTo(alive, { shape });
    result = result === null ? wide : both(result, wide);
  };
  const position = arange(shape[3]!, { dtype: "int32" });
  if (keyStart !== undefined) narrow(ge(position, reshapeTo(keyStart, { shape: [keyStart.size, 1, 1, 1] })));
  if (keyLength !== undefined) {
    narrow(lt(position, keyLength));
    const query = reshapeTo(arange(rows, { dtype: "int32" }), { shape: [rows, 1] });
    if (causal) narrow(le(position, add(query, keyLength.sub(rows))));
  }
  return result;
}
