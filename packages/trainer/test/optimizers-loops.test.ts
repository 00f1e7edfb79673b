import { expect, test } from "@jest/globals";
import { Generator, randn, type Tensor } from "@typegrad/autograd";
import { Adagrad, Adam, AdamW, type Optimizer, RMSprop, SGD } from "@typegrad/trainer";

type Options = Readonly<Record<string, unknown>>;
type Numbers = Readonly<Record<string, number>>;

/** What PyTorch's documentation says is done to one number with gradient g; `state` begins empty, s counts from 1. */
type Loop = (x: number, g: number, s: number, state: Record<string, number>, options: Options) => number;

const sgd: Loop = (x, gradient, s, state, options) => {
  const { lr, momentum, dampening, weightDecay } = options as Numbers;
  const g = gradient + weightDecay! * x;
  if (momentum === 0) return x - lr! * g;
  state.b = s === 1 ? g : momentum! * state.b! + (1 - dampening!) * g;
  return x - lr! * (options.nesterov === true ? g + momentum! * state.b : state.b);
};

const adam =
  (decoupled: boolean): Loop =>
  (before, gradient, s, state, options) => {
    const { lr, eps, weightDecay } = options as Numbers;
    const [beta1, beta2] = options.betas as [number, number];
    const x = decoupled ? before * (1 - lr! * weightDecay!) : before;
    const g = decoupled ? gradient : gradient + weightDecay! * x;
    state.m = beta1 * (state.m ?? 0) + (1 - beta1) * g;
    state.v = beta2 * (state.v ?? 0) + (1 - beta2) * g * g;
    state.max = Math.max(state.max ?? 0, state.v);
    const v = options.amsgrad === true ? state.max : state.v;
    return x - (lr! * (state.m / (1 - beta1 ** s))) / (Math.sqrt(v / (1 - beta2 ** s)) + eps!);
  };

const rmsprop: Loop = (x, gradient, _, state, options) => {
  const { lr, alpha, eps, momentum, weightDecay } = options as Numbers;
  const g = gradient + weightDecay! * x;
  state.v = alpha! * (state.v ?? 0) + (1 - alpha!) * g * g;
  state.a = alpha! * (state.a ?? 0) + (1 - alpha!) * g;
  const direction = g / (Math.sqrt(options.centered === true ? state.v - state.a * state.a : state.v) + eps!);
  state.b = momentum! * (state.b ?? 0) + direction;
  return x - lr! * state.b;
};

const adagrad: Loop = (x, gradient, s, state, options) => {
  const { lr, lrDecay, eps, initialAccumulatorValue, weightDecay } = options as Numbers;
  const g = gradient + weightDecay! * x;
  state.sum = (state.sum ?? initialAccumulatorValue!) + g * g;
  return x - ((lr! / (1 + (s - 1) * lrDecay!)) * g) / (Math.sqrt(state.sum) + eps!);
};

const adamDefaults = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false };
const classes = {
  SGD: { Class: SGD, loop: sgd, defaults: { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false } },
  Adam: { Class: Adam, loop: adam(false), defaults: adamDefaults },
  AdamW: { Class: AdamW, loop: adam(true), defaults: { ...adamDefaults, weightDecay: 0.01 } },
  RMSprop: {
    Class: RMSprop,
    loop: rmsprop,
    defaults: { lr: 0.01, alpha: 0.99, eps: 1e-8, momentum: 0, centered: false, weightDecay: 0 },
  },
  Adagrad: {
    Class: Adagrad,
    loop: adagrad,
    defaults: { lr: 0.01, lrDecay: 0, eps: 1e-10, initialAccumulatorValue: 0, weightDecay: 0 },
  },
};

// The options of all, and those of the second parameter's group.
const cases: [keyof typeof classes, Options, Options][] = [
  ["SGD", {}, { lr: 0.25 }],
  ["SGD", { momentum: 0.9, dampening: 0.25, weightDecay: 0.1 }, { dampening: 0 }],
  ["SGD", { momentum: 0.9, nesterov: true }, { nesterov: false, momentum: 0, dampening: 0.5 }],
  ["Adam", {}, { betas: [0.5, 0.75], eps: 0.01 }],
  ["Adam", { amsgrad: true, betas: [0.8, 0.3], lr: 0.1 }, { weightDecay: 0.5, amsgrad: false }],
  ["AdamW", {}, { weightDecay: 0 }],
  ["AdamW", { amsgrad: true, betas: [0.8, 0.3], lr: 0.1 }, { weightDecay: 0.5 }],
  ["RMSprop", {}, { alpha: 0.5, eps: 0.1 }],
  ["RMSprop", { momentum: 0.75, alpha: 0.9 }, { centered: true, weightDecay: 0.2 }],
  ["RMSprop", { centered: true, alpha: 0.8 }, { momentum: 0.5, centered: false }],
  ["Adagrad", {}, { lr: 0.5, eps: 0.1 }],
  ["Adagrad", { lrDecay: 0.3, initialAccumulatorValue: 0.2 }, { weightDecay: 0.3, initialAccumulatorValue: 0 }],
];

/** Every third step the first parameter has no gradient; its count of steps then stands still. */
const rests = (parameter: number, step: number): boolean => parameter === 0 && step % 3 === 0;

test.each(cases.flatMap((row) => [[...row, "float64", 1e-11] as const, [...row, "float32", 2e-4] as const]))(
  "%s %j, second group %j: what the loops give, %s%s",
  (name, options, own, dtype, tolerance) => {
    const { Class, loop, defaults } = classes[name];
    const generator = new Generator(7);
    const parameters = [3, 5].map((size) => randn([size], { dtype, generator }));
    const expected = parameters.map((x) => Array.from(x.data));
    for (const x of parameters) x.requiresGrad = true;
    const groups = [{ params: [parameters[0]!] }, { params: [parameters[1]!], ...own }];
    const optimizer = new (Class as new (groups: unknown, options: Options) => Optimizer)(groups, options);
    const states = expected.map((row) => row.map((): Record<string, number> => ({})));
    const steps = [0, 0];
    for (let step = 1; step <= 40; step++) {
      const gradients = parameters.map((x): Tensor => randn(x.shape, { dtype, generator }));
      for (const [p, x] of parameters.entries()) {
        x.grad = rests(p, step) ? null : gradients[p]!;
        if (rests(p, step)) continue;
        steps[p]!++;
        const all = { ...defaults, ...options, ...(p === 1 ? own : {}) };
        expected[p] = expected[p]!.map((value, i) =>
          loop(value, gradients[p]!.data[i]!, steps[p]!, states[p]![i]!, all),
        );
      }
      optimizer.step();
    }
    for (const [p, x] of parameters.entries()) {
      for (const [i, value] of expected[p]!.entries()) {
        expect(Math.abs(x.data[i]! - value)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(value)));
      }
    }
  },
);

test("a variance that rounding takes below 0 is 0", () => {
  const x = randn([100], { generator: new Generator(3) });
  const gradient = x.clone();
  const optimizer = new RMSprop([x], { lr: 1e-3, alpha: 0.5, centered: true, eps: 1 });
  // Averages of what never changes: the variance of each element goes to 0, but for the last digit of its terms.
  for (let step = 1; step <= 60; step++) {
    x.grad = gradient;
    optimizer.step();
  }
  expect(Array.from(x.data).filter(Number.isNaN)).toEqual([]);
});
