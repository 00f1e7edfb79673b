import { math, ValueError } from "@typegrad/autograd";
import { checkSchedule, type Schedule, schedule } from "./schedule.js";

function checkOrder(name: string, warmup: number, total: number): void {
  if (warmup <= total) return;
  throw new ValueError(`${name}: the warm-up is longer than the whole`, {
    got: `warmup ${warmup}, total ${total}`,
    hint: "both are counted in steps, total from the very first one",
  });
}

/** Options of {@link noam}. */
export interface NoamOptions {
  /** The model's width. */
  readonly dModel: number;
  /** Steps of rising rate; the paper's: 4000. */
  readonly warmup: number;
  /** Multiplies every rate. Default 1. */
  readonly factor?: number;
}

/**
 * factor · dModel^−½ · min(s^−½, s · warmup^−³ᐟ²): up in a line, then down with the root of the step. Vaswani et al.,
 * "Attention Is All You Need", section 5.3, equation 3.
 * @throws ValueError for options out of range, a warm-up of 0 steps among them.
 */
export function noam(options: NoamOptions): Schedule {
  checkSchedule("noam", options, { dModel: "positive", warmup: "positive", factor: "rate?" });
  const { dModel, warmup, factor = 1 } = options;
  const scale = factor / Math.sqrt(dModel);
  return schedule("noam", (s) => scale * Math.min(1 / Math.sqrt(s), s / (warmup * Math.sqrt(warmup))));
}

/** Options of {@link linearWarmup}. */
export interface LinearWarmupOptions {
  /** The highest rate. */
  readonly lr: number;
  /** Steps of rising rate. */
  readonly warmup: number;
}

/**
 * lr · min(1, s / warmup): up in a line, then constant.
 * @throws ValueError for options out of range; without a warm-up the schedule is {@link constant}.
 */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  checkSchedule("linearWarmup", options, { lr: "rate", warmup: "positive" });
  const { lr, warmup } = options;
  return schedule("linearWarmup", (s) => (s < warmup ? (lr * s) / warmup : lr));
}

/** Options of {@link linearWarmupDecay}. */
export interface LinearWarmupDecayOptions extends LinearWarmupOptions {
  /** The step at which the rate reaches 0, counted from the first. */
  readonly total: number;
}

/**
 * lr · s / warmup up to s = warmup, then down in a line to 0 at s = total, and 0 from there.
 * @throws ValueError for options out of range, a warm-up of 0 steps among them.
 */
export function linearWarmupDecay(options: LinearWarmupDecayOptions): Schedule {
  checkSchedule("linearWarmupDecay", options, { lr: "rate", warmup: "positive", total: "positive" });
  const { lr, warmup, total } = options;
  checkOrder("linearWarmupDecay", warmup, total);
  return schedule("linearWarmupDecay", (s) => {
    if (s <= warmup) return (lr * s) / warmup;
    return s < total ? (lr * (total - s)) / (total - warmup) : 0;
  });
}

/** Options of {@link warmupCosine}. */
export interface WarmupCosineOptions extends LinearWarmupDecayOptions {
  /** The rate from s = total on. Default 0. */
  readonly minLr?: number;
}

/**
 * lr · s / warmup up to s = warmup, then minLr + (lr − minLr) · (1 + cos πt) / 2 with
 * t = min(1, (s − warmup) / (total − warmup)).
 * @throws ValueError for options out of range, a warm-up of 0 steps among them.
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  checkSchedule("warmupCosine", options, { lr: "rate", warmup: "positive", total: "positive", minLr: "rate?" });
  const { lr, warmup, total, minLr = 0 } = options;
  checkOrder("warmupCosine", warmup, total);
  return schedule("warmupCosine", (s) => {
    if (s <= warmup) return (lr * s) / warmup;
    const t = s < total ? (s - warmup) / (total - warmup) : 1;
    return minLr + ((lr - minLr) * (1 + math.cos(Math.PI * t))) / 2;
  });
}
