import { math } from "@typegrad/autograd";
import { checkSchedule, type Schedule, schedule } from "./schedule.js";

/** The same rate at every step. @throws ValueError for a negative one. */
export function constant(options: { readonly lr: number }): Schedule {
  checkSchedule("constant", options, { lr: "rate" });
  const { lr } = options;
  return schedule("constant", () => lr);
}

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** The first rate. */
  readonly lr: number;
  /** After how many steps the rate falls. */
  readonly stepSize: number;
  /** What it is multiplied by. Default 0.1. */
  readonly gamma?: number;
}

/**
 * lr · gamma^⌊(s − 1) / stepSize⌋, PyTorch's `StepLR`.
 * @throws ValueError for options out of range.
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkSchedule("stepDecay", options, { lr: "rate", stepSize: "positive", gamma: "rate?" });
  const { lr, stepSize, gamma = 0.1 } = options;
  return schedule("stepDecay", (s) => lr * math.pow(gamma, Math.floor((s - 1) / stepSize)));
}

/** Options of {@link multiStepDecay}. */
export interface MultiStepDecayOptions {
  /** The first rate. */
  readonly lr: number;
  /** After which steps the rate falls, in any order; twice after one that comes twice. */
  readonly milestones: readonly number[];
  /** What it is multiplied by. Default 0.1. */
  readonly gamma?: number;
}

/**
 * lr · gamma^(number of milestones up to s − 1), PyTorch's `MultiStepLR`.
 * @throws ValueError for options out of range.
 */
export function multiStepDecay(options: MultiStepDecayOptions): Schedule {
  checkSchedule("multiStepDecay", options, { lr: "rate", milestones: "steps", gamma: "rate?" });
  const { lr, milestones, gamma = 0.1 } = options;
  const after = [...milestones];
  return schedule("multiStepDecay", (s) => lr * math.pow(gamma, after.filter((step) => step < s).length));
}

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions {
  /** The first rate. */
  readonly lr: number;
  /** What it is multiplied by after each step. */
  readonly gamma: number;
}

/**
 * lr · gamma^(s − 1), PyTorch's `ExponentialLR`.
 * @throws ValueError for options out of range.
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  checkSchedule("exponentialDecay", options, { lr: "rate", gamma: "rate" });
  const { lr, gamma } = options;
  return schedule("exponentialDecay", (s) => lr * math.pow(gamma, s - 1));
}

/** Options of {@link cosineAnnealing}. */
export interface CosineAnnealingOptions {
  /** The first rate. */
  readonly lr: number;
  /** After how many steps the rate is at its least; after as many again it is back at the first. */
  readonly tMax: number;
  /** The least rate. Default 0. */
  readonly etaMin?: number;
}

/**
 * etaMin + (lr − etaMin) · (1 + cos(π (s − 1) / tMax)) / 2, PyTorch's `CosineAnnealingLR`. Loshchilov and Hutter,
 * https://arxiv.org/abs/1608.03983, equation 5, but without restarts: it goes up again as it came down.
 * @throws ValueError for options out of range.
 */
export function cosineAnnealing(options: CosineAnnealingOptions): Schedule {
  checkSchedule("cosineAnnealing", options, { lr: "rate", tMax: "positive", etaMin: "rate?" });
  const { lr, tMax, etaMin = 0 } = options;
  return schedule("cosineAnnealing", (s) => {
    const t = (s - 1) % (2 * tMax);
    return etaMin + ((lr - etaMin) * (1 + math.cos((Math.PI * t) / tMax))) / 2;
  });
}

/** Options of {@link linear}. */
export interface LinearOptions {
  /** The rate that the factors multiply. */
  readonly lr: number;
  /** The factor of step 1. Default ⅓. */
  readonly startFactor?: number;
  /** The factor from step totalIters + 1 on. Default 1. */
  readonly endFactor?: number;
  /** In how many steps the one becomes the other. Default 5. */
  readonly totalIters?: number;
}

/**
 * lr · (startFactor + (endFactor − startFactor) · min(1, (s − 1) / totalIters)), PyTorch's `LinearLR`.
 * @throws ValueError for options out of range.
 */
export function linear(options: LinearOptions): Schedule {
  checkSchedule("linear", options, {
    lr: "rate",
    startFactor: "rate?",
    endFactor: "rate?",
    totalIters: "positive?",
  });
  const { lr, startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
  return schedule("linear", (s) => {
    if (s > totalIters) return lr * endFactor;
    return lr * (startFactor + ((endFactor - startFactor) * (s - 1)) / totalIters);
  });
}
