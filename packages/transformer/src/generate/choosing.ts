import { type Generator, math, rand } from "@typegrad/autograd";
import { greatest, largest } from "./probabilities.js";

/** Takes a token from the processed logits of each row; `places` are the rows' numbers in the batch. */
export type Chooser = (logits: readonly Float64Array[], places: readonly number[]) => number[];

/** The most likely token; of equally likely ones the lowest id. */
export const chooseGreedily: Chooser = (logits) => logits.map((row) => largest(row, 1)[0]!);

/**
 * Draws a token with its probability. There is one draw a step, with a number for each row of the batch whether it is
 * still written or not: what a row gets follows from the generator, its place and its own tokens alone.
 */
export function chooseAtRandom(batch: number, generator: Generator | undefined): Chooser {
  return (logits, places) => {
    const uniform = rand([batch], { dtype: "float64", ...(generator && { generator }) }).data;
    return logits.map((row, i) => tokenAt(row, uniform[places[i]!]!));
  };
}

/** The token in which the distribution function of softmax(logits), in the order of ids, passes u in [0, 1). */
export function tokenAt(logits: Float64Array, u: number): number {
  const max = greatest(logits);
  const weights = Float64Array.from(logits, (logit) => math.exp(logit - max));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let possible = 0;
  for (let id = 0; id < weights.length; id++) {
    if (weights[id] === 0) continue;
    possible = id;
    sum += weights[id]!;
    if (u * total < sum) break;
  }
  return possible;
}
