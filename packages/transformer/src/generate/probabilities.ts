import { math, type Tensor, ValueError } from "@typegrad/autograd";

/** The rows of logits [R, V], each as numbers of its own in float64. */
export function logitRows(logits: Tensor): Float64Array[] {
  const [rows, vocab] = logits.shape as [number, number];
  const data = logits.data;
  return Array.from({ length: rows }, (_, row) => Float64Array.from(data.subarray(row * vocab, (row + 1) * vocab)));
}

/** The greatest of the numbers. */
export function greatest(values: Float64Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > max) max = value;
  return max;
}

/**
 * ln Σ exp(logits): what is to be subtracted from a logit to make it a log-probability.
 * @throws ValueError when the model gave something that is no distribution: NaN, +∞, or nothing but −∞.
 */
export function logNormalizer(logits: Float64Array): number {
  const max = greatest(logits);
  let sum = 0;
  for (const logit of logits) sum += math.exp(logit - max);
  const result = max + math.log(sum);
  if (Number.isFinite(result)) return result;
  throw new ValueError("generate: the model's logits are no distribution", {
    got: `a logarithm of the sum of exponentials of ${result}`,
    hint: "look for NaN or infinity in the weights, for instance after a training that diverged",
  });
}

/** The positions of the `count` greatest values, greatest first, of equal ones the first. */
export function largest(values: Float64Array, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && !(values[i]! > values[best[count - 1]!]!)) continue;
    let place = best.length;
    while (place > 0 && values[i]! > values[best[place - 1]!]!) place--;
    best.splice(place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}
