import {
  ArgumentError,
  argmax,
  checkOptions,
  DTypeError,
  formatShape,
  type Kind,
  noGrad,
  ShapeError,
  sameShape,
  Tensor,
  ValueError,
} from "@typegrad/autograd";

/** Options of {@link accuracy}. */
export interface AccuracyOptions {
  /** The target of positions that do not count, padding for instance. Default −100, as in `crossEntropy`. */
  readonly ignoreIndex?: number;
}

const ignoreIndexKind: Kind = {
  what: "a whole number",
  hint: "the id of padding, for instance",
  accepts: Number.isSafeInteger,
};

function check(logits: Tensor, targets: Tensor): void {
  for (const [name, value] of Object.entries({ logits, targets })) {
    if (value instanceof Tensor) continue;
    throw new ArgumentError(`accuracy: ${name} must be a tensor`, {
      got: value === null ? "null" : typeof value,
      hint: "make one of numbers: tensor(data)",
    });
  }
  if (targets.dtype !== "int32") {
    throw new DTypeError("accuracy: targets must be class ids", {
      got: targets.dtype,
      hint: 'int32: tensor(data, { dtype: "int32" }) or targets.to("int32")',
    });
  }
  if (logits.ndim === 0 || logits.shape.at(-1) === 0 || !sameShape(targets.shape, logits.shape.slice(0, -1))) {
    throw new ShapeError("accuracy: the targets need one class id for each position", {
      got: `targets ${formatShape(targets.shape)} for logits ${formatShape(logits.shape)}`,
      hint: "logits [..., V] with classes on the last dim, targets [...]",
    });
  }
}

/**
 * The share of positions at which the largest logit is that of the target: of tokens, for a language model. Of equal
 * logits the first counts. NaN where no position counts, as the mean of `crossEntropy` is.
 *
 * @param logits [..., V], the classes on the last dim
 * @param targets class ids int32 [...]
 * @returns 0 to 1
 * @throws ArgumentError for what is no tensor; DTypeError for targets that are not int32; ShapeError for shapes that do not
 * fit; ValueError for a class outside 0 … V − 1 that is not `ignoreIndex`; OptionError for unknown options.
 * @example
 * ```ts
 * const logits = tensor([[2, 1, 0], [0, 3, 1], [1, 0, 5], [7, 0, 0]]);
 * const targets = tensor([0, 2, 2, -100], { dtype: "int32" });
 * accuracy(logits, targets); // 0.6667
 * ```
 */
export function accuracy(logits: Tensor, targets: Tensor, options: AccuracyOptions = {}): number {
  check(logits, targets);
  checkOptions("accuracy", options, { ignoreIndex: ignoreIndexKind });
  const { ignoreIndex = -100 } = options;
  const classes = logits.shape.at(-1)!;
  const best = noGrad(() => argmax(logits, -1)).data;
  let [right, counted] = [0, 0];
  targets.data.forEach((target, i) => {
    if (target === ignoreIndex) return;
    if (target < 0 || target >= classes) {
      throw new ValueError("accuracy: there is no such class", {
        got: `target ${target}, ${classes} classes`,
        hint: `classes are 0 to ${classes - 1}; ignoreIndex, ${ignoreIndex}, marks what does not count`,
      });
    }
    counted++;
    if (best[i] === target) right++;
  });
  return right / counted;
}
