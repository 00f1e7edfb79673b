import { cat, DTypeError, formatShape, isFloat, ones, ShapeError, type Tensor } from "@typegrad/autograd";

/** What a query may attend to, and what is added to its scores. */
export interface AttentionMasks {
  /** bool [T, S], [B, T, S] or [B, H, T, S] (without a batch [T, S] or [H, T, S]): true where a query may attend. */
  readonly mask?: Tensor | null;
  /** bool [B, S] (without a batch [S]): true where a key may be attended to; or float, added to the scores. */
  readonly keyMask?: Tensor | null;
  /** float of the shapes of `mask`: added to the scores. */
  readonly bias?: Tensor | null;
  /** Hide key j from query i where j > i. Default false. */
  readonly causal?: boolean;
}

/** The extents of a call. */
export interface Extents {
  readonly batch: number;
  readonly heads: number;
  /** T */
  readonly rows: number;
  /** S, without what is appended */
  readonly columns: number;
  /** How many keys are appended, which are open to every query. */
  readonly appended: number;
}

/** The masks of a call without a batch, for a batch of one. */
export const withBatch = ({ mask, keyMask, bias, causal }: AttentionMasks): AttentionMasks => ({
  mask: mask?.ndim === 3 ? mask.unsqueeze(0) : (mask ?? null),
  bias: bias?.ndim === 3 ? bias.unsqueeze(0) : (bias ?? null),
  keyMask: keyMask?.ndim === 1 ? keyMask.unsqueeze(0) : (keyMask ?? null),
  causal: causal ?? false,
});

/**
 * All masks as `scaledDotProductAttention` takes them.
 * @returns mask and bias, broadcasting to [B, H, T, S + appended], or null
 * @throws DTypeError for a mask that is not bool or a bias that is not float.
 * @throws ShapeError for one of another shape.
 */
export function combineMasks({ mask, keyMask, bias, causal = false }: AttentionMasks, extents: Extents) {
  const allowed = mask ? [asScores("mask", mask, extents)] : [];
  const added = bias ? [asScores("bias", bias, extents)] : [];
  if (keyMask) (keyMask.dtype === "bool" ? allowed : added).push(asKeys(keyMask, extents));
  const { rows, columns, appended } = extents;
  // With keys appended the triangle must end before them, so it becomes part of the mask.
  if (causal && appended > 0) allowed.push(ones([rows, columns], { dtype: "bool" }).tril());
  return {
    mask:
      allowed.length === 0
        ? null
        : opened(
            allowed.reduce((a, b) => a.logicalAnd(b)),
            extents,
          ),
    bias:
      added.length === 0
        ? null
        : opened(
            added.reduce((a, b) => a.add(b)),
            extents,
          ),
    causal: causal && appended === 0,
  };
}

function asScores(name: "mask" | "bias", x: Tensor, { batch, heads, rows, columns }: Extents): Tensor {
  if (name === "mask" ? x.dtype !== "bool" : !isFloat(x.dtype)) {
    throw new DTypeError(`MultiheadAttention: ${name} must be ${name === "mask" ? "bool" : "float"}`, {
      got: x.dtype,
      hint: "mask is true where a query may attend; bias is added to the scores",
    });
  }
  const wide = x.ndim === 3 ? x.unsqueeze(1) : x; // [T, S] or [B, 1 or H, T, S]
  const full = [batch, heads, rows, columns].slice(4 - wide.ndim);
  if (wide.ndim < 2 || wide.ndim > 4 || wide.shape.some((extent, d) => extent !== 1 && extent !== full[d])) {
    throw new ShapeError(`MultiheadAttention: ${name} must be [T, S], [B, T, S] or [B, H, T, S]`, {
      got: `${formatShape(x.shape)} with B, H, T, S = ${batch}, ${heads}, ${rows}, ${columns}`,
      hint: "PyTorch's [B · H, T, S] is reshape([B, H, T, S]) here",
    });
  }
  return wide;
}

function asKeys(x: Tensor, { batch, columns }: Extents): Tensor {
  if (x.dtype !== "bool" && !isFloat(x.dtype)) {
    throw new DTypeError("MultiheadAttention: keyMask must be bool or float", {
      got: x.dtype,
      hint: "true where a key may be attended to, or numbers that are added to its scores",
    });
  }
  if (x.ndim !== 2 || x.shape[0] !== batch || x.shape[1] !== columns) {
    throw new ShapeError("MultiheadAttention: keyMask must be [B, S]", {
      got: `${formatShape(x.shape)} for ${batch} items with ${columns} keys`,
      hint: "one value for each key; [S] without a batch",
    });
  }
  return x.reshape([batch, 1, 1, columns]);
}

/** The appended keys behind the others: true in a mask, 0 in a bias. */
function opened(x: Tensor, { columns, appended }: Extents): Tensor {
  if (appended === 0) return x;
  const lead = x.shape.slice(0, -1);
  const wide = x.expand([...lead, columns]);
  if (x.dtype !== "bool") return wide.pad([0, appended]);
  return cat([wide, ones([...lead, appended], { dtype: "bool" })], -1);
}
