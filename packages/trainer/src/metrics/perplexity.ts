import { ArgumentError, formatShape, math, ShapeError, Tensor } from "@typegrad/autograd";

/**
 * e^loss: among how many equally likely tokens the model, on average, still has to choose.
 *
 * @param loss the mean cross entropy in nats a token, a number or a tensor of one element; for several batches the mean
 * over all their tokens, since a mean of perplexities is none
 * @throws ArgumentError for what is neither a number nor a tensor; ShapeError for a tensor of several elements.
 * @example
 * ```ts
 * perplexity(0); // 1
 * perplexity(crossEntropy(zeros([3, 50]), tensor([4, 7, 9], { dtype: "int32" }))); // 50.000
 * ```
 */
export function perplexity(loss: number | Tensor): number {
  if (typeof loss === "number") return math.exp(loss);
  if (!(loss instanceof Tensor)) {
    throw new ArgumentError("perplexity: the loss must be a number or a tensor", {
      got: loss === null ? "null" : typeof loss,
      hint: "the mean of crossEntropy over all tokens",
    });
  }
  if (loss.size === 1) return math.exp(loss.item());
  throw new ShapeError("perplexity: the loss must have one element", {
    got: formatShape(loss.shape),
    hint: "take the mean over all tokens first",
  });
}
