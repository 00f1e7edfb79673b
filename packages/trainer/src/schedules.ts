import { checkOptions, math, ValueError } from "@typegrad/autograd";

/** The learning rate of step 1, 2, … A pure function: it never looks at the clock or at the run. */
export type Schedule = (step: number) => number;

/** A schedule that refuses steps that do not exist. */
function schedule(name: string, rate: (step: number) => number): Schedule {
  return (step) => {
    if (Number.isInteger(step) && step >= 1) return rate(step);
    throw new ValueError(`${name}: there is no such step`, { got: String(step), hint: "steps are counted 1, 2, 3, …" });
  };
}

/** `rate`: a number from 0 up; `count`: a whole number from 0 up; `positive`: one from 1 up. Those with ? may be left out. */
type Rule = "rate" | "count" | "positive" | "rate?";

function check(name: string, options: object, rules: Readonly<Record<string, Rule>>): void {
  checkOptions(name, options, Object.keys(rules));
  for (const [option, needed] of Object.entries(rules)) {
    const value = (options as Readonly<Record<string, number | undefined>>)[option];
    if (value === undefined && needed === "rate?") continue;
    const rule = needed === "rate?" ? "rate" : needed;
    const least = rule === "positive" ? 1 : 0;
    if (!(value! >= least && Number.isFinite(value) && (rule === "rate" || Number.isInteger(value)))) {
      throw new ValueError(`${name}: ${option} is out of range`, {
        got: String(value),
        hint: rule === "rate" ? "use a number from 0 up" : `use a whole number from ${least} up`,
      });
    }
  }
}

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
 * @throws ValueError for options out of range.
 */
export function noam(options: NoamOptions): Schedule {
  check("noam", options, { dModel: "positive", warmup: "positive", factor: "rate?" });
  const { dModel, warmup, factor = 1 } = options;
  const scale = factor / Math.sqrt(dModel);
  return schedule("noam", (s) => scale * Math.min(1 / Math.sqrt(s), s / (warmup * Math.sqrt(warmup))));
}

/** The same rate at every step. */
export function constant(options: { readonly lr: number }): Schedule {
  check("constant", options, { lr: "rate" });
  const { lr } = options;
  return schedule("constant", () => lr);
}

/** Options of {@link linearWarmup}. */
export interface LinearWarmupOptions {
  /** The highest rate. */
  readonly lr: number;
  /** Steps of rising rate. */
  readonly warmup: number;
}

/** lr · min(1, s / warmup): up in a line, then constant. */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  check("linearWarmup", options, { lr: "rate", warmup: "count" });
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
 * @throws ValueError for options out of range.
 */
export function linearWarmupDecay(options: LinearWarmupDecayOptions): Schedule {
  check("linearWarmupDecay", options, { lr: "rate", warmup: "count", total: "positive" });
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
 * @throws ValueError for options out of range.
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  check("warmupCosine", options, { lr: "rate", warmup: "count", total: "positive", minLr: "rate?" });
  const { lr, warmup, total, minLr = 0 } = options;
  checkOrder("warmupCosine", warmup, total);
  return schedule("warmupCosine", (s) => {
    if (s <= warmup) return (lr * s) / warmup;
    const t = s < total ? (s - warmup) / (total - warmup) : 1;
    return minLr + ((lr - minLr) * (1 + math.cos(Math.PI * t))) / 2;
  });
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

/** lr · gamma^⌊(s − 1) / stepSize⌋, PyTorch's `StepLR`. */
export function stepDecay(options: StepDecayOptions): Schedule {
  check("stepDecay", options, { lr: "rate", stepSize: "positive", gamma: "rate?" });
  const { lr, stepSize, gamma = 0.1 } = options;
  return schedule("stepDecay", (s) => lr * math.pow(gamma, Math.floor((s - 1) / stepSize)));
}
