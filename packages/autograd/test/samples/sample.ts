import { Tensor, tensor } from "../../src/index.js";

/** A function and inputs that its gradient is checked at: away from kinks, ties and poles. */
export interface Sample {
  readonly run: (...inputs: Tensor[]) => unknown;
  readonly inputs: readonly Tensor[];
  /** Whether the result has a gradient. */
  readonly differentiable: boolean;
}

const declare =
  (differentiable: boolean) =>
  <const Inputs extends readonly Tensor[]>(run: (...inputs: Inputs) => unknown, ...inputs: Inputs): Sample => ({
    run: run as unknown as Sample["run"],
    inputs,
    differentiable,
  });

/** A sample whose result has a gradient. */
export const sample = declare(true);

/** A sample whose result has none: integers, conditions, draws. */
export const discrete = declare(false);

// Numbers from nothing of the library: x ↦ 69069 x + 1 modulo 2^32 (Marsaglia), as fractions.
let state = 1;
const next = (): number => {
  state = (Math.imul(69069, state) + 1) >>> 0;
  return state / 2 ** 32;
};

const leaf = (shape: readonly number[], value: () => number): Tensor => {
  const data = Float64Array.from({ length: shape.reduce((size, extent) => size * extent, 1) }, value);
  return tensor(data, { shape, requiresGrad: true });
};

/** Numbers with |x| in [0.2, 1.2), of both signs. */
export const away = (...shape: number[]): Tensor => leaf(shape, () => (next() < 0.5 ? -1 : 1) * (0.2 + next()));

/** Numbers in [0.3, 1.3). */
export const positive = (...shape: number[]): Tensor => leaf(shape, () => 0.3 + next());

/** Integers: indices, classes. */
export const ids = (...values: number[]): Tensor => tensor(Int32Array.from(values));

/** The float64 tensors of a result: a tensor, an array, or an object of tensors. */
export const floatsOf = (result: unknown): Tensor[] =>
  (result instanceof Tensor ? [result] : Object.values(result as object)).filter(
    (x): x is Tensor => x instanceof Tensor && x.dtype === "float64",
  );

/** The keys of a namespace whose values carry a primitive. */
export type PrimitivesOf<Namespace> = {
  [Name in keyof Namespace]: Namespace[Name] extends { readonly primitive: unknown } ? Name : never;
}[keyof Namespace];
