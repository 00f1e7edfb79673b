import { arange } from "../create.js";
import { checkFloat, promote } from "../dtype.js";
import { checkOptions, DTypeError, ShapeError } from "../errors.js";
import { type AttentionArgs, attend, attentionWeights } from "../fused/attention.js";
import * as kind from "../kinds.js";
import { product } from "../primitives/linear.js";
import { add, both, ge, le, lt, sub } from "../primitives/pointwise.js";
import { castTo, expandTo, reshapeTo } from "../primitives/views.js";
import { Generator } from "../random.js";
import { broadcastShapes, checkShape, format, type Shape, sameShape, sizeOf } from "../shape.js";
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

const known = {
  mask: kind.nullable(kind.tensor),
  bias: kind.nullable(kind.tensor),
  causal: kind.boolean,
  scale: kind.number,
  dropoutP: kind.number,
  generator: kind.instanceOf(Generator),
  needWeights: kind.boolean,
  keyStart: kind.tensor,
  keyLength: kind.tensor,
};

/**
 * The operand as [B, H, T, K]. Of more leading dims than two those of extent 1 go first, as they do not keep the others from
 * being a view; what is left over is merged in front.
 */
function asFour(x: Tensor): Tensor {
  const all = x.shape.slice(0, -2);
  const lead = all.length > 2 ? all.filter((extent) => extent !== 1) : all;
  const two = lead.length > 2 ? [sizeOf(lead.slice(0, -1)), lead.at(-1)!] : [1, 1].slice(lead.length).concat(lead);
  return reshapeTo(x, { shape: [...two, ...x.shape.slice(-2)] });
}

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
  kind.checkTensors("scaledDotProductAttention", query, key, value);
  checkOptions("scaledDotProductAttention", options, known);
  const { scale, dropoutP = 0, generator, needWeights = false, keyLength } = options;
  const lead = checkOperands(query, key, value);
  const dtype = promote([query, key, value]);
  checkFloat("scaledDotProductAttention", dtype);
  const four = [query, key, value].map((x) => asFour(castTo(expandLead(x, lead), dtype))) as [Tensor, Tensor, Tensor];
  const full = checkShape("scaledDotProductAttention", [...lead, query.shape.at(-2)!, key.shape.at(-2)!]); // [.., T, S]
  const mask = keysAlive(options, options.mask ? spread("mask", checkMask(options.mask), full) : null, full);
  const bias = options.bias ? castTo(spread("bias", options.bias, full), dtype) : null;
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

function checkMask(mask: Tensor): Tensor {
  if (mask.dtype === "bool") return mask;
  throw new DTypeError("scaledDotProductAttention: the mask must be bool, true where one may attend", {
    got: mask.dtype,
    hint: "pass numbers to be added to the scores as bias",
  });
}

/** What is broadcast to the scores [.., T, S], as [B, H, T, S]. */
function spread(name: string, x: Tensor, full: Shape): Tensor {
  const operation = `scaledDotProductAttention ${name}`;
  if (!sameShape(broadcastShapes(operation, [x.shape, full]), full)) {
    throw new ShapeError(`${operation}: does not fit the scores`, {
      got: `${format(x.shape)} for ${format(full)}`,
      hint: "it broadcasts to [.., T, S]",
    });
  }
  return asFour(expandTo(x, { shape: full }));
}

function checkBound(name: string, x: Tensor, ndim: number): Tensor {
  if (x.dtype === "int32" && x.ndim === ndim) return x;
  throw new ShapeError(`scaledDotProductAttention: ${name} must be int32 with ${ndim} dims`, {
    got: `${x.dtype} ${format(x.shape)}`,
    hint: "keyStart has one position for each item of the batch, keyLength is a single one",
  });
}

/** The mask, narrowed to the keys that exist. */
function keysAlive(
  { keyStart, keyLength, causal = false }: AttentionOptions,
  mask: Tensor | null,
  full: Shape,
): Tensor | null {
  let result = mask;
  const narrow = (name: string, alive: Tensor): void => {
    const wide = spread(name, alive, full);
    result = result === null ? wide : both(result, wide);
  };
  const [rows, columns] = full.slice(-2) as [number, number];
  const position = arange(columns);
  if (keyStart !== undefined) {
    const start = checkBound("keyStart", keyStart, 1);
    // [B, 1, …, 1, 1]: one dim for each of the scores', the first being the batch.
    const shape = [start.size, ...new Array<number>(Math.max(0, full.length - 3)).fill(1), 1, 1];
    narrow("keyStart", ge(position, reshapeTo(start, { shape })));
  }
  if (keyLength !== undefined) {
    const length = checkBound("keyLength", keyLength, 0);
    narrow("keyLength", lt(position, length));
    const query = reshapeTo(arange(rows), { shape: [rows, 1] });
    if (causal) narrow("keyLength", le(position, add(query, sub(length, rows))));
  }
  return result;
}
