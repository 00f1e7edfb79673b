import { checkOptions, type Tensor } from "@typegrad/autograd";
import { decode } from "./generate/generate.js";
import { inference } from "./generate/inference.js";
import type { Seq2SeqTransformer } from "./seq2seq.js";

/** Options of {@link greedyDecode}. */
export interface GreedyOptions {
  /** The most tokens to write, the end token included. Default: as many as the model has positions. */
  readonly maxTokens?: number;
}

/**
 * The most likely next token, again and again, for every row of a batch until its end token: {@link generate}'s greedy
 * strategy at one go, without turns of the event loop.
 *
 * @param src int32 [B, S], padded with the model's padId
 * @returns the tokens of each row, without begin and end token, up to the first padding
 */
export function greedyDecode(model: Seq2SeqTransformer, src: Tensor, options: GreedyOptions = {}): number[][] {
  checkOptions("greedyDecode", options, ["maxTokens"]);
  const steps = decode("greedyDecode", model, src, options);
  return inference(model, () => {
    for (;;) {
      const step = steps.next();
      if (!step.done) continue;
      const ends = [model.eosId, model.padId];
      return step.value.map(([best]) => {
        const { ids } = best!;
        const end = ids.findIndex((id) => ends.includes(id));
        return ids.slice(0, end < 0 ? undefined : end);
      });
    }
  });
}
