import { type Tensor, tensor } from "@typegrad/autograd";
import { writeSafetensors } from "@typegrad/nn";

/** A tensor of a made case: float64 numbers in row-major order. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Values by name. */
export type Named<T = Values> = Readonly<Record<string, T>>;

/** A golden file to be made from a function that is written out in plain numbers. */
export interface MadeCase {
  readonly op: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly inputs: Named;
  /** Inputs that are integers. */
  readonly integers?: Named;
  /** The outputs, from the definition. */
  readonly outputs: (inputs: Named) => Named;
  /** Outputs that pass no gradient, though they depend on the inputs. */
  readonly constant?: readonly string[];
  /** Inputs with a gradient. Default: all that are float. */
  readonly differentiated?: readonly string[];
  /** Gradients where the function has a kink; otherwise they come from central differences. */
  readonly gradients?: Named<readonly number[]>;
  readonly secondOrder?: boolean;
}

export const values = (shape: readonly number[], ...data: number[]): Values => ({ shape, data });

/** Numbers without a pattern, away from 0. */
export const some = (...shape: number[]): Values =>
  values(
    shape,
    ...Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      (_, i) => Math.sin(7 * i + shape.length) + (i % 2) * 1.5,
    ),
  );

/** A tensor called `out`, as most ops give it. */
export const out = (shape: readonly number[], data: readonly number[]): Named => ({ out: { shape, data } });

/** Cotangent of element i of an output. */
const cotangent = (i: number): number => [0.5, -1, 2, 0.25, 1.5, -0.75, 1][i % 7]!;

const loss = (outputs: Named, constant: readonly string[]): number =>
  Object.entries(outputs)
    .filter(([name]) => !constant.includes(name))
    .reduce((sum, [, { data }]) => sum + data.reduce((own, x, i) => own + x * cotangent(i), 0), 0);

/** Central differences of a function of all inputs by the elements of one. */
function slopes(f: (inputs: Named) => number, inputs: Named, name: string, step: number): number[] {
  const { shape, data } = inputs[name]!;
  const moved = (i: number, by: number): number =>
    f({ ...inputs, [name]: { shape, data: data.map((x, k) => (k === i ? x + by : x)) } });
  return data.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
}

const float64 = ({ shape, data }: Values): Tensor => tensor(Float64Array.from(data), { shape });

/** The file, with the tolerance that differences allow. */
export function makeCase(made: MadeCase): Uint8Array {
  const { op, args = {}, inputs, integers = {}, outputs, secondOrder = false } = made;
  const { differentiated = Object.keys(inputs), gradients = {}, constant = [] } = made;
  const expected = outputs(inputs);
  const named: [string, Tensor][] = [];
  const put = (name: string, value: Values): void => {
    named.push([name, float64(value)]);
  };
  for (const [name, value] of Object.entries(inputs)) put(`input.${name}`, value);
  for (const [name, { shape, data }] of Object.entries(integers)) {
    named.push([`input.${name}`, tensor(Int32Array.from(data), { shape })]);
  }
  for (const [name, value] of Object.entries(expected)) {
    put(`output.${name}`, value);
    if (differentiated.length > 0 && !constant.includes(name))
      put(`cotangent.${name}`, { ...value, data: value.data.map((_, i) => cotangent(i)) });
  }
  const first = (at: Named, name: string): number[] => slopes((x) => loss(outputs(x), constant), at, name, 1e-5);
  for (const name of differentiated) {
    put(`grad.input.${name}`, { ...inputs[name]!, data: gradients[name] ?? first(inputs, name) });
  }
  if (secondOrder) {
    const penalty = (at: Named): number =>
      differentiated.reduce((sum, name) => sum + first(at, name).reduce((own, g) => own + g * g, 0), 0);
    put("output.penalty", values([], penalty(inputs)));
    for (const name of differentiated) {
      put(`grad2.input.${name}`, { ...inputs[name]!, data: slopes(penalty, inputs, name, 1e-4) });
    }
  }
  const tolerance = secondOrder ? "1e-5" : "1e-8";
  return writeSafetensors(Object.fromEntries(named), {
    kind: secondOrder ? "second_order" : "op",
    op,
    args: JSON.stringify(args),
    inputs: JSON.stringify([...Object.keys(inputs), ...Object.keys(integers)]),
    outputs: JSON.stringify(Object.keys(expected)),
    tags: "[]",
    rtol: tolerance,
    atol: tolerance,
  });
}
