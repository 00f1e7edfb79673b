import seedrandom from "seedrandom";
import { checkDType, type DType, isFloat } from "./dtype.js";
import { checkOptions, DTypeError, ValueError } from "./errors.js";
import { indexAt } from "./finite.js";
import * as kind from "./kinds.js";
import { lt } from "./primitives/pointwise.js";
import { integerDraw, nextState, normalDraw, uniformDraw } from "./primitives/random.js";
import { argsortAlong } from "./primitives/reductions.js";
import { copy } from "./primitives/views.js";
import { checkShape, format, type Shape } from "./shape.js";
import { show } from "./show.js";
import { type Tensor, wrap } from "./tensor.js";
import { currentTracing } from "./tracing.js";

/** The state of a {@link Generator} as plain data, for checkpoints. */
export interface GeneratorState {
  /** The key, two 32-bit words. */
  readonly key: readonly [number, number];
  /** How many draws were made, as two 32-bit words, low first. */
  readonly draws: readonly [number, number];
}

/**
 * A counter-based source of random numbers: Philox4x32-10. The numbers of a draw follow from the seed, the number of
 * the draw and the element's position alone, on every machine.
 *
 * @param seed a whole number from 0 to 2^53 − 1, or any string (by way of seedrandom)
 * @throws ValueError for a seed that is neither.
 * @example
 * ```ts
 * const generator = new Generator(7);
 * const state = generator.state();
 * const first = rand([3], { generator });
 * generator.setState(state);
 * rand([3], { generator }).eq(first).toArray(); // [true, true, true]
 * ```
 */
export class Generator {
  /** int32 [4]: key low and high, draw number low and high. A leaf, like all state. */
  readonly tensor: Tensor;

  constructor(seed: number | string) {
    const [low, high] = keyOf(seed);
    this.tensor = wrap(Int32Array.of(low, high, 0, 0), "int32", [4]);
  }

  /** The state as it is now. */
  state(): GeneratorState {
    const [k0, k1, d0, d1] = this.tensor.data as Int32Array;
    return { key: [k0! >>> 0, k1! >>> 0], draws: [d0! >>> 0, d1! >>> 0] };
  }

  /** Goes back to a state that {@link Generator.state} gave. */
  setState(state: GeneratorState): void {
    const { key, draws } = checkState(state);
    this.tensor.assign(wrap(Int32Array.of(key[0], key[1], draws[0], draws[1]), "int32", [4]));
  }

  /** The state for one draw; the draw number counts up. */
  next(): Tensor {
    const now = copy(this.tensor, null);
    this.tensor.assign(nextState(now, null));
    return now;
  }
}

const isWord = (value: unknown): boolean => typeof value === "number" && value === value >>> 0;

function checkState(state: GeneratorState): GeneratorState {
  const { key, draws } = (state ?? {}) as Partial<GeneratorState>;
  const words = [key, draws].map((pair) => (Array.isArray(pair) ? pair : [])) as unknown[][];
  if (words.every((pair) => pair.length === 2 && pair.every(isWord))) return state;
  throw new ValueError("setState: not a state of a generator", {
    got: show(state),
    hint: "{ key, draws }, each two whole numbers of 32 bits, as state() gives them",
  });
}

function keyOf(seed: number | string): [number, number] {
  if (typeof seed === "string") {
    const words = seedrandom(seed);
    return [words.int32(), words.int32()];
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ValueError("Generator: not a seed", {
      got: show(seed),
      hint: "use a whole number from 0 to 2^53 − 1, or a string",
    });
  }
  return [seed | 0, Math.floor(seed / 4294967296) | 0];
}

const defaultGenerator = new Generator(0);

/** Restarts the default generator from a seed, and returns it: the same seed gives the same numbers. */
export function manualSeed(seed: number | string): Generator {
  defaultGenerator.setState(new Generator(seed).state());
  return defaultGenerator;
}

/** Options of the random functions. */
export interface RandomOptions {
  /** float32 or float64; for randint and permutation int32. */
  readonly dtype?: DType;
  /** Whether `backward` computes a gradient for it. Default false. */
  readonly requiresGrad?: boolean;
  /** Default: the one that {@link manualSeed} seeds. */
  readonly generator?: Generator;
}

const drawOptions = { generator: kind.instanceOf(Generator) };
const randomOptions = { dtype: kind.anything, requiresGrad: kind.boolean, ...drawOptions };

function prepared(
  operation: string,
  shape: Shape,
  options: RandomOptions,
): { state: Tensor; shape: Shape; dtype: DType } {
  checkOptions(operation, options, randomOptions);
  checkShape(operation, shape);
  const dtype = checkDType(operation, options.dtype ?? "float32");
  if (!isFloat(dtype)) {
    throw new DTypeError(`${operation}: only floats are drawn`, { got: dtype, hint: "use randint or bernoulli" });
  }
  return { state: (options.generator ?? defaultGenerator).next(), shape: [...shape], dtype };
}

const finish = (x: Tensor, options: RandomOptions): Tensor => {
  if (options.requiresGrad) x.requiresGrad = true;
  return x;
};

/** Uniform numbers in [0, 1). */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  const { state, ...drawn } = prepared("rand", shape, options);
  return finish(uniformDraw(state, drawn), options);
}

/** Standard normal numbers. */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  const { state, ...drawn } = prepared("randn", shape, options);
  return finish(normalDraw(state, drawn), options);
}

/** Options of the functions that draw integers and conditions. */
export type DrawOptions = Pick<RandomOptions, "generator">;

/** Whole numbers from `low` (0 when it is left out) up to but not including `high`, int32. */
export function randint(high: number, shape: Shape, options?: DrawOptions): Tensor;
export function randint(low: number, high: number, shape: Shape, options?: DrawOptions): Tensor;
export function randint(...args: unknown[]): Tensor {
  const [low, high, shape, options = {}] = (typeof args[1] === "number" ? args : [0, ...args]) as [
    number,
    number,
    Shape,
    DrawOptions?,
  ];
  checkOptions("randint", options, drawOptions);
  checkShape("randint", shape);
  if (!Number.isInteger(low) || !Number.isInteger(high) || high <= low || low < -(2 ** 31) || high > 2 ** 31) {
    throw new ValueError("randint: no whole number lies between the bounds", {
      got: `from ${show(low)} to ${show(high)}`,
      hint: "low and high are whole numbers, low < high, of 32 bits",
    });
  }
  const state = (options.generator ?? defaultGenerator).next();
  return integerDraw(state, { shape: [...shape], dtype: "int32", low, count: high - low });
}

/**
 * True with the given probability, bool.
 * @param probability one for all elements of the shape, or a tensor with one for each element
 * @throws ValueError for what is no probability: outside [0, 1], or NaN. Inside a compiled function a tensor's elements
 *   are not looked at.
 */
export function bernoulli(probability: number, shape: Shape, options?: DrawOptions): Tensor;
export function bernoulli(probability: Tensor, options?: DrawOptions): Tensor;
export function bernoulli(probability: number | Tensor, ...rest: unknown[]): Tensor {
  if (typeof probability !== "number")
    kind.checkArgument("bernoulli", "the probability", probability, kind.numberOrTensor);
  const [shape, options = {}] = (typeof probability === "number" ? rest : [probability.shape, ...rest]) as [
    Shape,
    DrawOptions?,
  ];
  checkOptions("bernoulli", options, drawOptions);
  const probabilities = typeof probability === "number" ? [probability] : elementsOf(probability);
  const wrong = Array.from(probabilities).findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) {
    throw new ValueError("bernoulli: not a probability", {
      got: `${probabilities[wrong]}${typeof probability === "number" ? "" : ` at ${format(indexAt(shape, wrong))}`}`,
      hint: "use numbers in [0, 1]",
    });
  }
  checkShape("bernoulli", shape);
  return lt(rand(shape, { ...options, dtype: "float32" }), probability);
}

/** The elements, as far as they are there: while a function is traced there is nothing to check yet. */
const elementsOf = (x: Tensor): ArrayLike<number> => (currentTracing() === null ? x.data : []);

/** The whole numbers 0 … count − 1 in random order, int32 [count]. */
export function permutation(count: number, options: DrawOptions = {}): Tensor {
  checkOptions("permutation", options, drawOptions);
  checkShape("permutation", [count]);
  const keys = rand([count], { ...options, dtype: "float64" });
  return argsortAlong(keys, { dim: 0, descending: false });
}
