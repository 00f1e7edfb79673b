import { math } from "@typegrad/autograd";
import type { DecodingState } from "./decoding-state.js";
import type { Decoding, Hypothesis } from "./hypothesis.js";
import { largest, logitRows, logNormalizer } from "./probabilities.js";
import { hasEnded, type StopRule } from "./stopping.js";

/** How wide and how far beam search looks. */
export interface BeamSettings extends StopRule {
  readonly maxTokens: number;
  /** How many hypotheses of a row are kept. */
  readonly beams: number;
  /** α of the length penalty. */
  readonly lengthPenalty: number;
}

/** A hypothesis that goes on. */
interface Live {
  readonly row: number;
  /** Where in the state the hypothesis stood that it extends. */
  readonly parent: number;
  readonly ids: number[];
  readonly logProbability: number;
}

/**
 * Beam search with a length penalty (Wu et al. 2016, "Google's Neural Machine Translation System", section 7):
 * score = log P(Y | X) / ((5 + |Y|) / 6)^α.
 *
 * Each step orders all extensions of a row's live hypotheses by log-probability and takes the best 2 · beams: those that
 * end are finished, the best `beams` of the others live on. A row's result is its best finished hypotheses by score, or,
 * when none finished, the live ones. A row is left early only once no live hypothesis can beat its finished ones.
 */
export function* beamSearch(state: DecodingState, settings: BeamSettings): Decoding {
  const { maxTokens, beams } = settings;
  const finished: Hypothesis[][] = state.rows.map(() => []);
  let live: Live[] = state.rows.map((_, row) => ({ row, parent: row, ids: [], logProbability: 0 }));
  for (let length = 1; length <= maxTokens && live.length > 0; length++) {
    const next: Live[] = [];
    for (const [row, extensions] of bestExtensions(state, live, 2 * beams)) {
      const ended = extensions.filter(({ ids }) => hasEnded(ids, settings));
      const going = extensions.filter((extension) => !ended.includes(extension)).slice(0, beams);
      finished[row] = bestOf([...finished[row]!, ...ended.map((end) => scored(end, settings))], beams);
      if (!isSettled(finished[row]!, going, length, settings)) next.push(...going);
    }
    live = next;
    if (live.length > 0 && length < maxTokens) {
      state.select(live.map(({ parent }) => parent));
      state.append(live.map(({ ids }) => ids.at(-1)!));
    }
    yield [];
  }
  return finished.map((own, row) => {
    if (own.length > 0) return own;
    const rest = live.filter((hypothesis) => hypothesis.row === row).map((hypothesis) => scored(hypothesis, settings));
    return bestOf(rest, beams);
  });
}

/** The best `count` extensions of each row's hypotheses, best first; of equal ones the older hypothesis, the lower id. */
function bestExtensions(state: DecodingState, live: readonly Live[], count: number): Map<number, Live[]> {
  const rows = new Map<number, Live[]>(live.map(({ row }) => [row, []]));
  logitRows(state.logits()).forEach((logits, parent) => {
    const { row, ids, logProbability } = live[parent]!;
    const normalizer = logNormalizer(logits);
    for (const token of largest(logits, count)) {
      // What cannot be written is no hypothesis.
      if (logits[token] === Number.NEGATIVE_INFINITY) break;
      const sum = logProbability + (logits[token]! - normalizer);
      rows.get(row)!.push({ row, parent, ids: [...ids, token], logProbability: sum });
    }
  });
  for (const [row, extensions] of rows) {
    rows.set(row, extensions.sort((a, b) => b.logProbability - a.logProbability).slice(0, count));
  }
  return rows;
}

/** log P / ((5 + length) / 6)^α. */
function scoreOf(logProbability: number, length: number, lengthPenalty: number): number {
  return logProbability / math.pow((5 + length) / 6, lengthPenalty);
}

function scored({ ids, logProbability }: Live, { lengthPenalty }: BeamSettings): Hypothesis {
  return { ids, logProbability, score: scoreOf(logProbability, ids.length, lengthPenalty) };
}

const bestOf = (hypotheses: Hypothesis[], count: number): Hypothesis[] =>
  hypotheses.sort((a, b) => b.score - a.score).slice(0, count);

/**
 * Whether what is live can no longer change the result. Log-probabilities only fall, and the penalty is monotone in the
 * length: no score to come exceeds the present log-probability's at the next or at the greatest length.
 */
function isSettled(finished: readonly Hypothesis[], going: readonly Live[], length: number, settings: BeamSettings) {
  if (finished.length < settings.beams || going.length === 0) return false;
  const { maxTokens, lengthPenalty } = settings;
  const best = going[0]!.logProbability;
  const ends = [length + 1, Math.max(length + 1, maxTokens)];
  const reachable = Math.max(...ends.map((end) => scoreOf(best, end, lengthPenalty)));
  return finished.at(-1)!.score >= reachable;
}
