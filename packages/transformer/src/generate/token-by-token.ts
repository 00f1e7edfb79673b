import type { Chooser } from "./choosing.js";
import type { DecodingState } from "./decoding-state.js";
import type { Decoding, GeneratedToken } from "./hypothesis.js";
import { logitRows, logNormalizer } from "./probabilities.js";
import type { LogitProcessor } from "./processors.js";
import { hasEnded, type StopRule } from "./stopping.js";

/** How one token after the other is written. */
export interface TokenSettings extends StopRule {
  readonly maxTokens: number;
  readonly processors: readonly LogitProcessor[];
  readonly choose: Chooser;
}

/**
 * Writes one token to each row, again and again, until every row has ended: greedy decoding and sampling. A row that has
 * ended leaves the state. Log-probabilities are the model's own, before any processor.
 */
export function* decodeTokens(state: DecodingState, settings: TokenSettings): Decoding {
  const ids: number[][] = state.rows.map(() => []);
  const logProbabilities = ids.map(() => 0);
  let live = [...ids.keys()];
  for (let length = 0; length < settings.maxTokens && live.length > 0; length++) {
    const logits = logitRows(state.logits());
    const tokens = settings.choose(processedRows(logits, state.rows, settings.processors), live);
    const step = live.map((row, i): GeneratedToken => {
      const token = tokens[i]!;
      const logProbability = logits[i]![token]! - logNormalizer(logits[i]!);
      ids[row]!.push(token);
      logProbabilities[row]! += logProbability;
      return { row, token, logProbability };
    });
    state.append(tokens);
    const going = [...live.keys()].filter((i) => !hasEnded(ids[live[i]!]!, settings));
    if (going.length < live.length && going.length > 0) state.select(going);
    live = going.map((i) => live[i]!);
    yield step;
  }
  return ids.map((own, row) => [{ ids: own, logProbability: logProbabilities[row]!, score: logProbabilities[row]! }]);
}

function processedRows(
  logits: readonly Float64Array[],
  written: DecodingState["rows"],
  processors: readonly LogitProcessor[],
): readonly Float64Array[] {
  if (processors.length === 0) return logits;
  return logits.map((row, i) => {
    const copy = row.slice();
    for (const process of processors) process(copy, written[i]!);
    return copy;
  });
}
