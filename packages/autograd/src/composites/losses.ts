import { checkFloat, isFloat } from "../dtype.js";
import { checkOptions, DTypeError, OptionError, ShapeError } from "../errors.js";
import { crossEntropyRows } from "../fused/cross-entropy.js";
import * as kind from "../kinds.js";
import { gatherAlong, selectSlices } from "../primitives/indexing.js";
import { abs, add, div, eq, exp, log, lt, mul, ne, neg, sub, where } from "../primitives/pointwise.js";
import { sumOver } from "../primitives/reductions.js";
import { castTo, permuteDims, reshapeTo } from "../primitives/views.js";
import { broadcastShapes, format, sameShape } from "../shape.js";
import { show } from "../show.js";
import type { Tensor } from "../tensor.js";
import { softplus } from "./elementwise.js";
import { logSoftmax } from "./networks.js";
import { mean, sum } from "./reductions.js";

/** How the losses of the single elements become one. */
export type Reduction = "mean" | "sum" | "none";

/** Throws unless all operands are tensors, and the first one of floats. */
function checkOperands(operation: string, ...operands: readonly Tensor[]): void {
  kind.checkTensors(operation, ...operands);
  checkFloat(operation, operands[0]!.dtype);
}

/** Throws unless the operands broadcast. */
function checkBroadcast(operation: string, ...operands: readonly Tensor[]): void {
  broadcastShapes(
    operation,
    operands.map(({ shape }) => shape),
  );
}

/** The factors of the classes, of the logits' dtype. */
function classWeight(operation: string, weight: Tensor | null, logits: Tensor): Tensor | null {
  const classes = logits.shape[logits.ndim === 1 ? 0 : 1]!;
  if (weight === null) return null;
  if (sameShape(weight.shape, [classes])) return castTo(weight, logits.dtype);
  throw new ShapeError(`${operation}: the weight needs one factor for each class`, {
    got: `${format(weight.shape)} for ${classes} classes`,
    hint: `[${classes}]`,
  });
}

function reduced(operation: string, loss: Tensor, reduction: Reduction): Tensor {
  if (reduction === "none") return loss;
  if (reduction === "sum") return sum(loss);
  if (reduction === "mean") return mean(loss);
  throw new OptionError(`${operation}: no such reduction`, { got: show(reduction), hint: '"mean", "sum" or "none"' });
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** A factor for each class, [C]. */
  readonly weight?: Tensor;
  /** The class whose positions do not count. Default −100. */
  readonly ignoreIndex?: number;
  /** The share of the target that is spread over all classes. Default 0. */
  readonly labelSmoothing?: number;
  /** Default "mean": over the positions that count, weighted by their class. */
  readonly reduction?: Reduction;
}

const classOptions = { weight: kind.nullable(kind.tensor), ignoreIndex: kind.integer, reduction: kind.anything };

/** Logits [N, C, ...] as rows [N · ..., C]; the classes stand on dim 1, or on dim 0 of a 1-d tensor. */
function asRows(logits: Tensor): Tensor {
  const { ndim, shape } = logits;
  const dim = ndim === 1 ? 0 : 1;
  const order = [...shape.keys()].filter((d) => d !== dim);
  const width = shape[dim]!;
  const moved = dim === ndim - 1 ? logits : permuteDims(logits, { dims: [...order, dim] });
  return reshapeTo(moved, { shape: [width === 0 ? 0 : logits.size / width, width] });
}

/**
 * −ln of the probability that softmax gives the right class.
 *
 * @param logits [N, C, ...], or [C] with a 0-d target
 * @param target class ids int32 [N, ...], or probabilities of the logits' shape
 * @returns 0-d, or [N, ...] without reduction
 * @throws ValueError for a class outside 0 … C − 1 that is not `ignoreIndex`.
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  kind.checkTensors("crossEntropy", logits, target);
  checkOptions("crossEntropy", options, { ...classOptions, labelSmoothing: kind.anything });
  const { ignoreIndex = -100, labelSmoothing = 0, reduction = "mean" } = options;
  if (logits.ndim === 0 || !isFloat(logits.dtype)) {
    throw new DTypeError("crossEntropy: logits must be floats with a dim of classes", {
      got: `${logits.dtype} ${format(logits.shape)}`,
      hint: "[N, C, ...] or [C]",
    });
  }
  if (!(typeof labelSmoothing === "number" && labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new OptionError("crossEntropy: labelSmoothing lies in [0, 1]", {
      got: show(labelSmoothing),
      hint: "try 0.1",
    });
  }
  const weight = classWeight("crossEntropy", options.weight ?? null, logits);
  if (isFloat(target.dtype)) return againstProbabilities(logits, target, weight, options);
  const positions = logits.ndim === 1 ? [] : [logits.shape[0]!, ...logits.shape.slice(2)];
  if (target.dtype !== "int32" || !sameShape(target.shape, positions)) {
    throw new ShapeError("crossEntropy: the target needs one class id for each position", {
      got: `${target.dtype} ${format(target.shape)} for logits ${format(logits.shape)}`,
      hint: `int32 ${format(positions)}; classes stand on dim 1 of the logits`,
    });
  }
  const rows = asRows(logits);
  const classes = reshapeTo(target, { shape: [target.size] });
  const losses =
    weight === null
      ? crossEntropyRows([rows, classes], { ignoreIndex, labelSmoothing })
      : weighted(rows, classes, weight, ignoreIndex, labelSmoothing);
  if (reduction !== "mean") return reduced("crossEntropy", reshapeTo(losses, { shape: positions }), reduction);
  const counted = ne(classes, ignoreIndex);
  const total =
    weight === null ? castTo(sum(counted), logits.dtype) : sum(where(counted, weightOf(weight, classes, counted), 0));
  return div(sum(losses), total);
}

/** The factor of each position's class; the classes have been looked up before. */
const weightOf = (weight: Tensor, classes: Tensor, counted: Tensor): Tensor =>
  selectSlices([weight, where(counted, classes, 0)], { dim: 0, what: "weight: class" });

function weighted(rows: Tensor, classes: Tensor, weight: Tensor, ignoreIndex: number, smoothing: number): Tensor {
  const counted = ne(classes, ignoreIndex);
  const logs = logSoftmax(rows);
  const index = reshapeTo(where(counted, classes, 0), { shape: [classes.size, 1] });
  const own = mul(
    reshapeTo(gatherAlong([logs, index], { dim: 1, what: "crossEntropy: target" }), { shape: [classes.size] }),
    weightOf(weight, classes, counted),
  );
  const spread = div(sumOver(mul(logs, weight), { dims: [1] }), rows.shape[1]!);
  return where(counted, neg(add(mul(own, 1 - smoothing), mul(spread, smoothing))), 0);
}

function againstProbabilities(
  logits: Tensor,
  target: Tensor,
  weight: Tensor | null,
  options: CrossEntropyOptions,
): Tensor {
  const { ignoreIndex = -100, labelSmoothing = 0, reduction = "mean" } = options;
  if (ignoreIndex >= 0) {
    throw new OptionError("crossEntropy: probabilities have no class to ignore", {
      got: `ignoreIndex ${ignoreIndex}`,
      hint: "leave it out, or pass class ids as int32",
    });
  }
  if (!sameShape(target.shape, logits.shape)) {
    throw new ShapeError("crossEntropy: probabilities need the logits' shape", {
      got: `${format(target.shape)} for ${format(logits.shape)}`,
      hint: "or pass class ids as int32",
    });
  }
  const rows = asRows(logits);
  const width = rows.shape[1]!;
  const wanted = add(mul(asRows(target), 1 - labelSmoothing), labelSmoothing / width);
  const logs = logSoftmax(rows);
  const losses = neg(sumOver(mul(wanted, weight === null ? logs : mul(logs, weight)), { dims: [1] }));
  return reduced(
    "crossEntropy",
    reshapeTo(losses, { shape: logits.ndim === 1 ? [] : [logits.shape[0]!, ...logits.shape.slice(2)] }),
    reduction,
  );
}

/** Options of {@link nllLoss}. */
export type NllLossOptions = Omit<CrossEntropyOptions, "labelSmoothing">;

/** −logProbabilities of the right class; classes stand on dim 1. */
export function nllLoss(logProbabilities: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  checkOperands("nllLoss", logProbabilities, target);
  checkOptions("nllLoss", options, classOptions);
  const { ignoreIndex = -100, reduction = "mean" } = options;
  const { ndim, shape } = logProbabilities;
  const positions = ndim < 2 ? [] : [shape[0]!, ...shape.slice(2)];
  if (ndim === 0 || target.dtype !== "int32" || !sameShape(target.shape, positions)) {
    throw new ShapeError("nllLoss: the target needs one class id for each position", {
      got: `${target.dtype} ${format(target.shape)} for log-probabilities ${format(shape)}`,
      hint: `int32 ${format(positions)}; classes stand on dim 1`,
    });
  }
  const weight = classWeight("nllLoss", options.weight ?? null, logProbabilities);
  const rows = asRows(logProbabilities);
  const classes = reshapeTo(target, { shape: [target.size] });
  const counted = ne(classes, ignoreIndex);
  const index = reshapeTo(where(counted, classes, 0), { shape: [classes.size, 1] });
  const own = neg(
    reshapeTo(gatherAlong([rows, index], { dim: 1, what: "nllLoss: target" }), { shape: [classes.size] }),
  );
  const factor = weight === null ? castTo(counted, rows.dtype) : where(counted, weightOf(weight, classes, counted), 0);
  const losses = where(counted, mul(own, factor), 0);
  if (reduction === "mean") return div(sum(losses), sum(factor));
  return reduced("nllLoss", reshapeTo(losses, { shape: target.shape }), reduction);
}

/** Options of the losses without any of their own. */
export interface LossOptions {
  /** Default "mean". */
  readonly reduction?: Reduction;
}

/** (input − target)². */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOperands("mseLoss", input, target);
  checkOptions("mseLoss", options, { reduction: kind.anything });
  checkBroadcast("mseLoss", input, target);
  const difference = sub(input, target);
  return reduced("mseLoss", mul(difference, difference), options.reduction ?? "mean");
}

/** Quadratic within `beta` of the target, linear beyond: d² / 2β, |d| − β/2 (Girshick 2015). */
export function smoothL1Loss(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { readonly beta?: number } = {},
): Tensor {
  checkOperands("smoothL1Loss", input, target);
  checkOptions("smoothL1Loss", options, { reduction: kind.anything, beta: kind.number });
  checkBroadcast("smoothL1Loss", input, target);
  const { beta = 1, reduction = "mean" } = options;
  if (beta < 0) {
    throw new OptionError("smoothL1Loss: beta must not be negative", { got: String(beta), hint: "0 gives |d|" });
  }
  const difference = sub(input, target);
  const size = abs(difference);
  if (beta === 0) return reduced("smoothL1Loss", size, reduction);
  const near = mul(mul(difference, difference), 0.5 / beta);
  return reduced("smoothL1Loss", where(lt(size, beta), near, sub(size, 0.5 * beta)), reduction);
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** A factor for each element. */
  readonly weight?: Tensor;
  /** A factor for the positive part. */
  readonly posWeight?: Tensor;
}

/** −y ln σ(x) − (1 − y) ln(1 − σ(x)), computed from the logits without overflow. */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  checkOperands("binaryCrossEntropyWithLogits", logits, target);
  const factors = kind.nullable(kind.tensor);
  checkOptions("binaryCrossEntropyWithLogits", options, {
    weight: factors,
    posWeight: factors,
    reduction: kind.anything,
  });
  const { weight = null, posWeight = null, reduction = "mean" } = options;
  if (!sameShape(logits.shape, target.shape)) {
    throw new ShapeError("binaryCrossEntropyWithLogits: logits and target differ in shape", {
      got: `${format(logits.shape)} and ${format(target.shape)}`,
      hint: "one target for each logit",
    });
  }
  for (const factors of [posWeight, weight]) {
    if (factors !== null) checkBroadcast("binaryCrossEntropyWithLogits", logits, factors);
  }
  // ln(1 + e^−x), which beyond e^40 is −x to the last bit of a float64.
  const tail = softplus(neg(logits), { threshold: 40 });
  const factor = posWeight === null ? null : add(mul(sub(posWeight, 1), target), 1);
  const wanted = castTo(target, target.dtype === "float64" ? "float64" : logits.dtype);
  const losses = add(mul(sub(1, wanted), logits), factor === null ? tail : mul(factor, tail));
  return reduced("binaryCrossEntropyWithLogits", weight === null ? losses : mul(losses, weight), reduction);
}

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /** "mean" divides by the number of elements, "batchmean" by the first extent, as the definition has it. Default "mean". */
  readonly reduction?: Reduction | "batchmean";
  /** Whether the target holds log-probabilities too. Default false. */
  readonly logTarget?: boolean;
}

/** target · (ln target − input), the input being log-probabilities. */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkOperands("klDiv", input, target);
  checkOptions("klDiv", options, { reduction: kind.anything, logTarget: kind.boolean });
  checkBroadcast("klDiv", input, target);
  const { reduction = "mean", ...rest } = options;
  if (reduction === "batchmean") return div(klDiv(input, target, { ...rest, reduction: "sum" }), input.shape[0] ?? 1);
  const { logTarget = false } = rest;
  if (logTarget) return reduced("klDiv", mul(exp(target), sub(target, input)), reduction);
  const zero = eq(target, 0);
  const entropy = where(zero, 0, mul(target, log(where(zero, 1, target))));
  return reduced("klDiv", sub(entropy, mul(target, input)), reduction);
}
