import { checkOptions, noGrad, type Tensor, tensor, ValueError } from "@typegrad/autograd";
import type { Seq2SeqTransformer } from "./seq2seq.js";

/** Options of {@link greedyDecode}. */
export interface GreedyOptions {
  /** The most tokens to write, the end token included. Default: as many as the model has positions. */
  readonly maxTokens?: number;
}

/**
 * The most likely next token, again and again, for every row of a batch until its end token.
 *
 * @param src int32 [B, S], padded with the model's padId
 * @returns the tokens of each row, without begin and end token
 */
export function greedyDecode(model: Seq2SeqTransformer, src: Tensor, options: GreedyOptions = {}): number[][] {
  checkOptions("greedyDecode", options, ["maxTokens"]);
  const { maxTokens = model.maxLength } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 1 || maxTokens > model.maxLength) {
    throw new ValueError("greedyDecode: maxTokens out of range", {
      got: String(maxTokens),
      hint: `use a whole number from 1 to the model's ${model.maxLength} positions`,
    });
  }
  const training = model.training;
  model.eval();
  try {
    return noGrad(() => decode(model, src, maxTokens));
  } finally {
    model.train(training);
  }
}

function decode(model: Seq2SeqTransformer, src: Tensor, maxTokens: number): number[][] {
  const batch = src.shape[0]!;
  const rows = Array.from({ length: batch }, () => [model.bosId]);
  const done = new Array<boolean>(batch).fill(false);
  if (batch === 0) return [];
  const memory = model.encode(src);
  for (let step = 0; step < maxTokens && done.includes(false); step++) {
    const tgt = tensor(Int32Array.from(rows.flat()), { shape: [batch, step + 1] });
    const next = model.nextLogits(tgt, memory, src).argmax(-1).data;
    rows.forEach((row, i) => {
      done[i] ||= next[i] === model.eosId;
      row.push(done[i] ? model.padId : next[i]!);
    });
  }
  // A row that is done goes on with padding, to which nothing after it attends.
  return rows.map((row) => {
    const end = row.indexOf(model.padId, 1);
    return row.slice(1, end < 0 ? undefined : end);
  });
}
