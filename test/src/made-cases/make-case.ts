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
  /** The name of an op, or of a module. */
  readonly op?: string;
  readonly module?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly call?: Readonly<Record<string, unknown>>;
  readonly inputs: Named;
  /** Parameters and buffers of a module under their keys; `outputs` gets them beside the inputs. */
  readonly parameters?: Named;
  /** Inputs that are conditions. */
  readonly conditions?: Named;
  /** Inputs that are integers. */
  readonly integers?: Named;
  /** The outputs, from the definition. */
  readonly outputs: (inputs: Named) => Named;
  /** Outputs that pass no gradient, though they depend on the inputs. */
  readonly constant?: readonly string[];
  /** Inputs and parameters with a gradient. Default: all that are float. */
  readonly differentiated?: readonly string[];
  /** Gradients where the function has a kink; otherwise they come from central differences. */
  readonly gradients?: Named<readonly number[]>;
  readonly secondOrder?: boolean;
  readonly tags?: readonly string[];
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

/** What is not finite takes no part. */
const weightAt = (x: number, i: number): number => (Number.isFinite(x) ? cotangent(i) : 0);

const loss = (outputs: Named, constant: readonly string[]): number =>
  Object.entries(outputs)
    .filter(([name]) => !constant.includes(name))
    .reduce(
      (sum, [, { data }]) => sum + data.reduce((own, x, i) => (Number.isFinite(x) ? own + x * cotangent(i) : own), 0),
      0,
    );

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
  const { op, module, args = {}, call = {}, inputs, parameters = {}, outputs, secondOrder = false } = made;
  const { integers = {}, conditions = {}, gradients = {}, constant = [], tags = [] } = made;
  const all = { ...inputs, ...parameters };
  const { differentiated = Object.keys(all) } = made;
  const place = (name: string): string => (Object.hasOwn(parameters, name) ? `param.${name}` : `input.${name}`);
  const expected = outputs(all);
  const named: [string, Tensor][] = [];
  const put = (name: string, value: Values): void => {
    named.push([name, float64(value)]);
  };
  for (const [name, value] of Object.entries(all)) put(place(name), value);
  for (const [name, { shape, data }] of Object.entries(integers)) {
    named.push([`input.${name}`, tensor(Int32Array.from(data), { shape })]);
  }
  for (const [name, { shape, data }] of Object.entries(conditions)) {
    named.push([`input.${name}`, tensor(Uint8Array.from(data), { shape })]);
  }
  for (const [name, value] of Object.entries(expected)) {
    put(`output.${name}`, value);
    if (differentiated.length > 0 && !constant.includes(name))
      put(`cotangent.${name}`, { ...value, data: value.data.map(weightAt) });
  }
  const first = (at: Named, name: string): number[] => slopes((x) => loss(outputs(x), constant), at, name, 1e-5);
  for (const name of differentiated) {
    put(`grad.${place(name)}`, { ...all[name]!, data: gradients[name] ?? first(all, name) });
  }
  if (secondOrder) {
    const penalty = (at: Named): number =>
      differentiated.reduce((sum, name) => sum + first(at, name).reduce((own, g) => own + g * g, 0), 0);
    put("output.penalty", values([], penalty(all)));
    for (const name of differentiated) {
      put(`grad2.${place(name)}`, { ...all[name]!, data: slopes(penalty, all, name, 1e-4) });
    }
  }
  const tolerance = secondOrder ? "1e-5" : "1e-8";
  return writeSafetensors(Object.fromEntries(named), {
    kind: secondOrder ? "second_order" : module === undefined ? "op" : "module",
    ...(module === undefined ? { op: op! } : { module }),
    args: JSON.stringify(args),
    call: JSON.stringify(call),
    inputs: JSON.stringify([...Object.keys(inputs), ...Object.keys(integers), ...Object.keys(conditions)]),
    outputs: JSON.stringify(Object.keys(expected)),
    tags: JSON.stringify(tags),
    rtol: tolerance,
    atol: tolerance,
  });
}
