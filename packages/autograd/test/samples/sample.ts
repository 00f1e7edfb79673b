import { bernoulli, Generator, rand, Tensor, tensor, where } from "../../src/index.js";

/** A function and inputs that its gradient is checked at: away from kinks, ties and poles. */
export interface Sample {
  readonly run: (...inputs: Tensor[]) => unknown;
  readonly inputs: readonly Tensor[];
}

export const sample = <const Inputs extends readonly Tensor[]>(
  run: (...inputs: Inputs) => unknown,
  ...inputs: Inputs
): Sample => ({ run: run as unknown as Sample["run"], inputs });

const generator = new Generator(3);

const leaf = (x: Tensor): Tensor => {
  x.requiresGrad = true;
  return x;
};

/** Numbers with |x| in [0.2, 1.2), of both signs. */
export const away = (...shape: number[]): Tensor => {
  const size = rand(shape, { dtype: "float64", generator }).add(0.2);
  return leaf(where(bernoulli(0.5, shape, { generator }), size.neg(), size));
};

/** Numbers in [0.3, 1.3). */
export const positive = (...shape: number[]): Tensor => leaf(rand(shape, { dtype: "float64", generator }).add(0.3));

/** Integers: indices, classes. */
export const ids = (...values: number[]): Tensor => tensor(Int32Array.from(values));

/** The float64 tensors of a result: a tensor, an array, or an object of tensors. */
export const floatsOf = (result: unknown): Tensor[] =>
  (result instanceof Tensor ? [result] : Object.values(result as object)).filter(
    (x): x is Tensor => x instanceof Tensor && x.dtype === "float64",
  );

/** Whether anything in the result can be differentiated. */
export const isRecorded = ({ run, inputs }: Sample): boolean => floatsOf(run(...inputs)).some((x) => x.requiresGrad);

/** The keys of a namespace whose values carry a primitive. */
export type PrimitivesOf<Namespace> = {
  [Name in keyof Namespace]: Namespace[Name] extends { readonly primitive: unknown } ? Name : never;
}[keyof Namespace];
