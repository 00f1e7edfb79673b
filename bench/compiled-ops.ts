import { compile, noGrad, ones, randn, type Tensor, tensor, zeros } from "@typegrad/autograd";
import { Adam } from "@typegrad/trainer";
import { median, type Row, row, rowOf, timed } from "./measure.js";

/** An operation from a tensor in WebAssembly's memory to one that is there already. */
function compiled(name: string, x: Tensor, op: (x: Tensor) => Tensor): Row {
  const out = zeros(x.shape);
  const run = compile(() => noGrad(() => void out.assign(op(x))));
  const result = row(`${name}, compiled`, x.size, run);
  run.dispose();
  return result;
}

const CHAIN = 100;

/** Products and sums of four elements, and the way back through them: what a call costs each of them. */
function chain(): Row {
  const x = randn([4]);
  x.requiresGrad = true;
  const run = compile(() => {
    let y: Tensor = x;
    for (let i = 0; i < CHAIN; i += 2) y = y.mul(1.01).add(0.1);
    y.sum().backward();
    const gradient = x.grad!;
    x.grad = null;
    return gradient;
  });
  return row(`one of ${CHAIN} operations on [4], forward and backward, compiled`, 4, run, CHAIN);
}

const MATRICES = 10;
const SIDE = 1000;

/** An optimizer of ten million parameters whose gradients are there, zero in the lower half of every matrix if asked for. */
function optimization(halfTouched: boolean): { step: () => void; begin: (first: number, second: number) => void } {
  const touched = Float32Array.from({ length: SIDE }, (_, i) => Number(!halfTouched || i < SIDE / 2));
  const mask = tensor(touched, { shape: [SIDE, 1] });
  const pairs = Array.from({ length: MATRICES }, () => {
    const parameter = randn([SIDE, SIDE]);
    parameter.requiresGrad = true;
    return [parameter, randn([SIDE, SIDE]).mul(mask)] as const;
  });
  const optimizer = new Adam(
    pairs.map(([parameter]) => parameter),
    { lr: 1e-6 },
  );
  const step = compile(() => {
    for (const [parameter, gradient] of pairs) parameter.grad = gradient;
    optimizer.step();
    optimizer.zeroGrad();
  });
  const begin = (first: number, second: number): void => {
    const state = Object.entries(optimizer.stateDict()).map(([key, x]) => {
      const value = key.endsWith("exp_avg") ? first : key.endsWith("exp_avg_sq") ? second : null;
      return [key, value === null ? x : ones(x.shape).mul(value)] as const;
    });
    optimizer.loadStateDict(Object.fromEntries(state));
  };
  return { step, begin };
}

const ROUNDS = 5;
const STEPS = 40;

/**
 * Adam, and Adam when the moments of parameters that are no longer touched have fallen below the smallest normal number,
 * in the steps in which they would be subnormal if they were not set to 0.
 */
function adam(): Row[] {
  const count = MATRICES * SIDE * SIDE;
  const whole = row(`Adam step, ${MATRICES} × [${SIDE}, ${SIDE}], compiled`, count, optimization(false).step);
  const { step, begin } = optimization(true);
  const run = (first: number, second: number): number => {
    begin(first, second);
    step();
    return timed(step, STEPS) / STEPS;
  };
  const rounds = Array.from({ length: ROUNDS }, () => [run(1e-3, 1e-3), run(1e-38, 1e-38)] as const);
  const [normal, subnormal] = [0, 1].map((i) => median(rounds.map((times) => times[i]!)));
  const each = (name: string, time: number): Row =>
    rowOf(`Adam step, half of the rows untouched, ${name}`, count, time);
  return [whole, each("normal moments", normal!), each("moments below the normal ones", subnormal!)];
}

/** Operations inside a compiled function, float32; what they write lies in memory that has been touched before. */
export function compiledOps(): Row[] {
  const x = randn([4096, 1024]);
  const weight = ones([1024]);
  return [
    compiled("softmax [4096, 1024]", x, (x) => x.softmax(-1)),
    compiled("layerNorm [4096, 1024]", x, (x) => x.layerNorm([1024], { weight, bias: weight })),
    compiled("gelu, tanh, of 4 M", x, (x) => x.gelu({ approximate: "tanh" })),
    ...adam(),
    chain(),
  ];
}
