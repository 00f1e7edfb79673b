import { math } from "@typegrad/autograd";
import { greatest } from "./probabilities.js";

/** Changes the logits of a row in place, given the tokens that the row holds so far. */
export type LogitProcessor = (logits: Float64Array, written: readonly number[]) => void;

/** What shapes the distribution that the next token is taken from; `undefined` leaves it as it is. */
export interface ProcessorSettings {
  readonly repetitionPenalty?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
}

/**
 * Makes every token that the row holds less likely: a positive logit is divided by the penalty, a negative one
 * multiplied, once however often the token stands there (Keskar et al. 2019, "CTRL", section 4.1; the case of negative
 * logits as in Hugging Face's Transformers).
 */
export function penalizeRepetition(penalty: number): LogitProcessor {
  return (logits, written) => {
    for (const id of new Set(written)) logits[id] = logits[id]! > 0 ? logits[id]! / penalty : logits[id]! * penalty;
  };
}

/** (logits − their maximum) / temperature: sharper below 1, flatter above. */
export function applyTemperature(temperature: number): LogitProcessor {
  return (logits) => {
    const max = greatest(logits);
    for (let i = 0; i < logits.length; i++) logits[i] = (logits[i]! - max) / temperature;
  };
}

/** Leaves the k most likely tokens, and what is as likely as the last of them (Fan et al. 2018, section 5.4). */
export function keepTopK(k: number): LogitProcessor {
  return (logits) => {
    if (k >= logits.length) return;
    const threshold = Float64Array.from(logits).sort()[logits.length - k]!;
    for (let i = 0; i < logits.length; i++) if (logits[i]! < threshold) logits[i] = Number.NEGATIVE_INFINITY;
  };
}

/**
 * Leaves the nucleus: the fewest most likely tokens whose probabilities add up to p at least (Holtzman et al. 2020, "The
 * Curious Case of Neural Text Degeneration", section 3.1). Of equally likely tokens the lower id comes first.
 */
export function keepTopP(p: number): LogitProcessor {
  return (logits) => {
    if (p >= 1) return;
    const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
    const max = logits[order[0]!]!;
    const weights = Float64Array.from(logits, (logit) => math.exp(logit - max));
    let total = 0;
    for (const id of order) total += weights[id]!;
    let before = 0;
    for (const id of order) {
      if (before >= p * total) logits[id] = Number.NEGATIVE_INFINITY;
      before += weights[id]!;
    }
  };
}

/** The processors that are asked for, in Hugging Face's order: repetition, temperature, top-k, top-p. */
export function processorsOf(settings: ProcessorSettings): LogitProcessor[] {
  const { repetitionPenalty, temperature, topK, topP } = settings;
  const processors: LogitProcessor[] = [];
  if (repetitionPenalty !== undefined) processors.push(penalizeRepetition(repetitionPenalty));
  if (temperature !== undefined) processors.push(applyTemperature(temperature));
  if (topK !== undefined) processors.push(keepTopK(topK));
  if (topP !== undefined) processors.push(keepTopP(topP));
  return processors;
}
