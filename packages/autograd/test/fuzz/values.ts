import * as tg from "../../src/index.js";

const freed = (): tg.Tensor => {
  const x = tg.tensor(Float64Array.of(1, 2, 3), { requiresGrad: true });
  const y = x.exp().sum();
  y.backward();
  return y;
};

/** Sizes that could be allocated, but would take seconds, are not among them: what is too large is far too large. */
const numbers = [-1, 0, 1, 2, 3, 7, -2, 0.5, -0, 1e12, 2 ** 31, -(2 ** 31), 2 ** 53, 1e300, NaN, Infinity, -Infinity];

const tensors: Record<string, () => tg.Tensor> = {
  "0-d": () => tg.tensor(0.5),
  "0-d int32": () => tg.tensor(1, { dtype: "int32" }),
  "0-d bool": () => tg.tensor(true),
  empty: () => tg.zeros([0]),
  "empty [2, 0, 3]": () => tg.zeros([2, 0, 3], { dtype: "float64" }),
  "[3]": () => tg.tensor(Float64Array.of(0.3, -0.7, 2)),
  "[2, 3] int32": () => tg.arange(6).reshape([2, 3]),
  "[3] bool": () => tg.tensor([true, false, true]),
  "[1, 3] requiring a gradient": () => tg.ones([1, 3], { dtype: "float64", requiresGrad: true }),
  "[2, 3, 5] turned": () => tg.linspace(-1, 1, 30).reshape([5, 3, 2]).transpose(0, 2),
  "[2, 3] stretched": () => tg.tensor([[1], [2]]).expand([2, 3]),
  "[3] of what is no number": () => tg.tensor([NaN, Infinity, -Infinity]),
  "of a freed graph": freed,
};

/** What may stand in the place of an argument, by its name in a report. */
export const intruders: Readonly<Record<string, () => unknown>> = {
  ...Object.fromEntries(numbers.map((value) => [String(Object.is(value, -0) ? "-0" : value), () => value])),
  ...Object.fromEntries(Object.entries(tensors).map(([name, make]) => [`tensor ${name}`, make])),
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  '"x"': () => "x",
  '"int32"': () => "int32",
  "5n": () => 5n,
  "a symbol": () => Symbol("s"),
  "a function": () => () => 1,
  "[]": () => [],
  "[1]": () => [1],
  "[0, 1]": () => [0, 1],
  "[-1, 2]": () => [-1, 2],
  "[0.5, NaN]": () => [0.5, NaN],
  '["x", null]': () => ["x", null],
  "[[1, 2], [3]]": () => [[1, 2], [3]],
  "[1e12, 1e12]": () => [1e12, 1e12],
  "[tensor]": () => [tg.ones([3])],
  "an array with holes": () => new Array(3),
  "{}": () => ({}),
  "{ keepdim: true }": () => ({ keepdim: true }),
  "{ unheard: 1 }": () => ({ unheard: 1 }),
  "{ dtype: 5 }": () => ({ dtype: 5 }),
  "an object without prototype": () => Object.create(null),
  "a Map": () => new Map(),
  "a Date": () => new Date(0),
  "a Float32Array": () => Float32Array.of(1, 2),
  "a BigInt64Array": () => BigInt64Array.of(1n),
  "a DataView": () => new DataView(new ArrayBuffer(8)),
  "a Generator": () => new tg.Generator(1),
};

/** Elements that are hard to get right. */
const special = [NaN, Infinity, -Infinity, 0, -0, 1e300, 5e-324, -1, 1, 0.5];

/** The float64 elements of the arguments, changed in one way. */
export const flavours: Readonly<Record<string, (value: number, random: number) => number>> = {
  "as they are": (value) => value,
  perturbed: (value, random) => value * (0.9 + 0.2 * random),
  special: (value, random) => (random < 0.3 ? special[Math.floor((random / 0.3) * special.length)]! : value),
  equal: (value) => Math.sign(value),
};
