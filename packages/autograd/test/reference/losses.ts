import { logSoftmax } from "./networks.js";
import { at, build, common, isFloat, ofFloats, type Plain, promoted, stretched } from "./plain.js";
import { total } from "./reductions.js";

type Reduction = "mean" | "sum" | "none" | "batchmean";

interface Reduced {
  readonly reduction?: Reduction;
}

/** The losses of the elements as one number. */
function reduced(losses: Plain, reduction: Reduction, divisor = losses.data.length): Plain {
  if (reduction === "none") return losses;
  const sum = total(losses.data);
  return { ...losses, shape: [], data: [reduction === "sum" ? sum : sum / divisor] };
}

interface Classes {
  readonly weight?: Plain;
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
  readonly reduction?: Reduction;
}

const classDim = (x: Plain): number => (x.shape.length === 1 ? 0 : 1);
const without = <T>(values: readonly T[], dim: number): T[] => values.filter((_, d) => d !== dim);

/** Log-probabilities against classes: Σ_c of what each class is wanted for, times its weight. */
function nll(
  logs: Plain,
  target: Plain,
  { weight, ignoreIndex = -100, labelSmoothing = 0, reduction = "mean" }: Classes,
): Plain {
  const dim = classDim(logs);
  const count = logs.shape[dim]!;
  const weightOf = (c: number): number => weight?.data[c] ?? 1;
  let divisor = 0;
  const losses = build(without(logs.shape, dim), logs.dtype, (position) => {
    const own = at(target, position);
    if (own === ignoreIndex) return 0;
    divisor += weightOf(own);
    let loss = 0;
    for (let c = 0; c < count; c++) {
      const wanted = (c === own ? 1 - labelSmoothing : 0) + labelSmoothing / count;
      if (wanted !== 0) loss -= wanted * weightOf(c) * at(logs, [...position.slice(0, dim), c, ...position.slice(dim)]);
    }
    return loss;
  });
  return reduced(losses, reduction, divisor);
}

function crossEntropy(logits: Plain, target: Plain, options: Classes = {}): Plain {
  const dim = classDim(logits);
  const logs = logSoftmax(logits, dim);
  if (!isFloat(target)) return nll(logs, target, options);
  const { weight, labelSmoothing = 0, reduction = "mean" } = options;
  const count = logits.shape[dim]!;
  const losses = build(without(logits.shape, dim), promoted([logits, target]), (position) => {
    let loss = 0;
    for (let c = 0; c < count; c++) {
      const place = [...position.slice(0, dim), c, ...position.slice(dim)];
      const wanted = at(target, place) * (1 - labelSmoothing) + labelSmoothing / count;
      loss -= wanted * (weight?.data[c] ?? 1) * at(logs, place);
    }
    return loss;
  });
  return reduced(losses, reduction);
}

const pairs = (operands: readonly Plain[], f: (...values: number[]) => number): Plain =>
  build(common(operands.map(({ shape }) => shape)), promoted(operands), (position) =>
    f(...operands.map((operand) => stretched(operand, position))),
  );

function klDiv(
  input: Plain,
  target: Plain,
  { reduction = "mean", logTarget = false }: { reduction?: Reduction; logTarget?: boolean } = {},
): Plain {
  const term = (x: number, y: number): number => {
    if (logTarget) return Math.exp(y) * (y - x);
    return y === 0 ? 0 : y * (Math.log(y) - x);
  };
  const losses = pairs([input, target], term);
  return reduced(losses, reduction, reduction === "batchmean" ? (input.shape[0] ?? 1) : losses.data.length);
}

const smoothL1 = (d: number, beta: number): number => (d < beta ? (d * d) / (2 * beta) : d - beta / 2);
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

function binaryCrossEntropy(
  x: Plain,
  y: Plain,
  { weight, posWeight, reduction = "mean" }: Reduced & { weight?: Plain; posWeight?: Plain } = {},
): Plain {
  const one: Plain = { shape: [], dtype: x.dtype, data: [1] };
  const losses = pairs([x, y, weight ?? one, posWeight ?? one], (logit, wanted, factor, positive) => {
    // 1 − σ(x) is σ(−x).
    const [yes, no] = [logistic(logit!), logistic(-logit!)];
    return -factor! * (positive! * wanted! * Math.log(yes) + (1 - wanted!) * Math.log(no));
  });
  return reduced(losses, reduction);
}

export const lossReferences = {
  crossEntropy: ofFloats(crossEntropy),
  nllLoss: ofFloats((logs, target: Plain, options: Classes = {}) => nll(logs, target, options)),
  mseLoss: ofFloats((a, b: Plain, { reduction = "mean" }: Reduced = {}) =>
    reduced(
      pairs([a, b], (x, y) => (x! - y!) ** 2),
      reduction,
    ),
  ),
  smoothL1Loss: ofFloats((a, b: Plain, { beta = 1, reduction = "mean" }: Reduced & { beta?: number } = {}) =>
    reduced(
      pairs([a, b], (x, y) => smoothL1(Math.abs(x! - y!), beta)),
      reduction,
    ),
  ),
  binaryCrossEntropyWithLogits: ofFloats(binaryCrossEntropy),
  klDiv: ofFloats(klDiv),
  crossEntropyRows: (
    [logits, classes]: readonly Plain[],
    { ignoreIndex, labelSmoothing }: { ignoreIndex: number; labelSmoothing: number },
  ) => crossEntropy(logits!, classes!, { ignoreIndex, labelSmoothing, reduction: "none" }),
};
