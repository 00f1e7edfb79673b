import { checkOptions, math, ValueError } from "@typegrad/autograd";

/** The learning rate of step 1, 2, …: a pure function, so that a resumed run goes on where it was. */
export type Schedule = (step: number) => number;

function check(
  name: string,
  options: object,
  least: Readonly<Record<string, number>>,
  optional: readonly string[] = [],
): void {
  const known = [...Object.keys(least), ...optional];
  checkOptions(name, options, known);
  for (const [key, bound] of Object.entries(least)) {
    const value = (options as Record<string, unknown>)[key];
    if (typeof value === "number" && value >= bound && Number.isFinite(value)) continue;
    throw new ValueError(`${name}: ${key} must be a number of at least ${bound}`, {
      got: String(value),
      hint: `options: ${known.join(", ")}`,
    });
  }
}

/** The same rate at every step. */
export function constant(options: { readonly lr: number }): Schedule {
  check("constant", options, { lr: 0 });
  return () => options.lr;
}

/** factor · D^−½ · min(step^−½, step · warmup^−1½): up in a line, down with the root (Vaswani et al. 2017, section 5.3). */
export function noam(options: {
  readonly dModel: number;
  readonly warmup: number;
  readonly factor?: number;
}): Schedule {
  check("noam", options, { dModel: 1, warmup: 1 }, ["factor"]);
  const { dModel, warmup, factor = 1 } = options;
  const scale = factor / Math.sqrt(dModel);
  return (step) => scale * Math.min(1 / Math.sqrt(step), step / (warmup * Math.sqrt(warmup)));
}

/** From lr / warmup in a line to lr at step `warmup`, and on at lr. */
export function linearWarmup(options: { readonly lr: number; readonly warmup: number }): Schedule {
  check("linearWarmup", options, { lr: 0, warmup: 0 });
  return (step) => (step < options.warmup ? (options.lr * step) / options.warmup : options.lr);
}

/** In a line up to lr at step `warmup`, and in a line down to 0 at step `total`. */
export function linearWarmupDecay(options: {
  readonly lr: number;
  readonly warmup: number;
  readonly total: number;
}): Schedule {
  check("linearWarmupDecay", options, { lr: 0, warmup: 0, total: 1 });
  const { lr, warmup, total } = options;
  return (step) =>
    step < warmup ? (lr * step) / warmup : (lr * Math.max(0, total - step)) / Math.max(1, total - warmup);
}

/** In a line up to lr at step `warmup`, and along half a cosine down to minLr at step `total` (Loshchilov & Hutter 2017). */
export function warmupCosine(options: {
  readonly lr: number;
  readonly warmup: number;
  readonly total: number;
  readonly minLr?: number;
}): Schedule {
  check("warmupCosine", options, { lr: 0, warmup: 0, total: 1 }, ["minLr"]);
  const { lr, warmup, total, minLr = 0 } = options;
  return (step) => {
    if (step <= warmup && warmup > 0) return (lr * step) / warmup;
    const t = Math.min(1, (step - warmup) / Math.max(1, total - warmup));
    return minLr + ((lr - minLr) * (1 + math.cos(Math.PI * t))) / 2;
  };
}

/** lr · gamma^⌊(step − 1) / stepSize⌋. */
export function stepDecay(options: {
  readonly lr: number;
  readonly stepSize: number;
  readonly gamma?: number;
}): Schedule {
  check("stepDecay", options, { lr: 0, stepSize: 1 }, ["gamma"]);
  const { lr, stepSize, gamma = 0.1 } = options;
  return (step) => lr * math.pow(gamma, Math.floor((step - 1) / stepSize));
}
