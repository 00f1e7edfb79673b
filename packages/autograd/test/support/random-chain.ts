import type { DType } from "../../src/dtype.js";
import { type Tensor, tensor, zeros } from "../../src/index.js";
import { cos, erf, exp, log, tanh } from "../../src/scalar/elementary.js";
import { branch, constant, input, type Scalar, select, smallestNormal } from "../../src/scalar/expression.js";
import { sizeOf } from "../../src/shape.js";
import { unit } from "../scalar/points.js";
import type { ChainCase } from "./chains.js";

/** Draws that follow from a seed. */
class Draws {
  #count = 0;
  constructor(readonly seed: number) {}

  number(): number {
    return unit(this.seed * 7919 + this.#count++);
  }

  below(count: number): number {
    return Math.floor(this.number() * count);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** A tensor of this shape, laid out in some way: in order, dims swapped, every second element, from the end to the front. */
function laidOut(draws: Draws, shape: readonly number[], make: (shape: readonly number[]) => Tensor): Tensor {
  const { length } = shape;
  switch (length === 0 ? 0 : draws.below(5)) {
    case 1: {
      const order = shape.map((_, d) => d).sort((a, b) => unit(draws.seed + a) - unit(draws.seed + b));
      const back = order.map((_, d) => order.indexOf(d));
      return make(order.map((d) => shape[d]!)).permute(back);
    }
    case 2: {
      const dim = draws.below(length);
      const double = make(shape.map((extent, d) => (d === dim ? 2 * extent : extent)));
      return double.slice(dim, draws.below(2), 2 * shape[dim]!, 2);
    }
    case 3:
      return make([...shape.slice(0, -1), shape[length - 1]! + 3]).slice(-1, 2, shape[length - 1]! + 2);
    default:
      return make(shape);
  }
}

const values = [0, -0, 1, -1, 0.5, 3e-39, -1e-40, 1e30, Number.POSITIVE_INFINITY, Number.NaN];

function elements(draws: Draws, dtype: DType, shape: readonly number[]): Tensor {
  const draw = (): number => {
    if (dtype === "bool") return draws.below(2);
    if (dtype === "int32") return draws.below(2 ** 30) - 2 ** 29;
    return draws.number() < 0.1 ? draws.of(values) : (draws.number() - 0.5) * 10 ** draws.below(4);
  };
  return tensor(Array.from({ length: sizeOf(shape) }, draw), { shape, dtype });
}

const unaries: readonly ((x: Scalar) => Scalar)[] = [
  (x) => x.negate(),
  (x) => x.abs(),
  (x) => x.sqrt(),
  (x) => x.floor(),
  (x) => x.nearest(),
  exp,
  log,
  tanh,
  erf,
  cos,
];

const binaries: readonly ((x: Scalar, y: Scalar) => Scalar)[] = [
  (x, y) => x.plus(y),
  (x, y) => x.minus(y),
  (x, y) => x.times(y),
  (x, y) => x.over(y),
  (x, y) => x.min(y),
  (x, y) => x.max(y),
];

const comparisons = ["lt", "le", "gt", "ge", "eq", "ne"] as const;

/** Expressions over inputs of these kinds: the last few of some nodes that are made of those before. */
function expressions(draws: Draws, kinds: readonly ("number" | "boolean")[], count: number): Scalar[] {
  const inputs = kinds.map((kind, i) => input(i, kind));
  const numbers = [...inputs.filter(({ kind }) => kind === "number"), constant(1.5), constant(0), smallestNormal];
  const conditions = [...inputs.filter(({ kind }) => kind === "boolean"), numbers[0]!.lt(0.25)];
  const last: Scalar[] = [];
  for (let i = 0; i < 4 + draws.below(9); i++) {
    const [a, b, c, d] = [draws.of(numbers), draws.of(numbers), draws.of(conditions), draws.of(conditions)];
    const kind = draws.below(8);
    if (kind < 2) numbers.push(draws.of(unaries)(a));
    else if (kind < 5) numbers.push(draws.of(binaries)(a, b));
    else if (kind < 6) numbers.push((draws.below(2) === 0 ? select : branch)(c, a, b));
    else if (kind < 7) conditions.push(a[draws.of(comparisons)](b));
    else conditions.push(draws.of([c.and(d), c.or(d), c.not(), select(c, d, c.not())]));
    last.unshift(kind < 6 ? numbers.at(-1)! : conditions.at(-1)!);
  }
  return last.slice(0, count);
}

const dtypes: readonly DType[] = ["float32", "float32", "float32", "bool", "int32", "float64"];

/** A chain that follows from the seed: its expressions, shape, and its operands' dtypes, broadcasting and layouts. */
export function randomChain(seed: number): ChainCase {
  const draws = new Draws(seed);
  const shape = [3, 5, 2, 9].slice(draws.below(4)).map((extent) => (draws.number() < 0.1 ? 1 : extent));
  if (draws.number() < 0.3) shape[draws.below(shape.length)] = 70 + draws.below(9);
  const inputs = Array.from({ length: 1 + draws.below(4) }, () => {
    const own = shape.map((extent) => (draws.number() < 0.25 ? 1 : extent)).slice(draws.below(2) * draws.below(3));
    const dtype = draws.of(dtypes);
    return laidOut(draws, own, (drawn) => elements(draws, dtype, drawn));
  });
  const kinds = inputs.map(({ dtype }) => (dtype === "bool" ? "boolean" : "number"));
  const roots = expressions(draws, kinds, 1 + draws.below(3));
  const seeds = roots.map(() => draws.below(1000));
  const outputs = () =>
    roots.map(({ kind }, i) =>
      laidOut(new Draws(seeds[i]!), shape, (drawn) => zeros(drawn, { dtype: kind === "boolean" ? "bool" : "float32" })),
    );
  return { expressions: roots, make: () => ({ inputs, outputs: outputs() }) };
}
