import { checkOptions, DTypeError, GradError } from "../errors.js";
import { Generator, randn } from "../random.js";
import { format } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { tensorsIn } from "../tree.js";
import { describeRow, differences, type Output, outputsOf, pullBack, valuesOf } from "./jacobian.js";

/** What a module offers to be checked: its parameters are checked along with its inputs. */
export type CheckableModule<Inputs extends readonly unknown[]> = {
  /** What is differentiated. */
  forward(...inputs: Inputs): unknown;
} & (
  | {
      /** The parameters, with the names that an error says. */
      namedParameters(): Iterable<readonly [string, Tensor]>;
    }
  | {
      /** The parameters. */
      parameters(): Iterable<Tensor>;
    }
);

/** A function of trees of tensors, or a module; the result is a tensor, or arrays and objects of tensors. */
export type Checkable<Inputs extends readonly unknown[]> = ((...inputs: Inputs) => unknown) | CheckableModule<Inputs>;

/** How exactly {@link gradcheck} looks. */
export interface GradcheckOptions {
  /** The step of the central differences. Default 1e-6. */
  readonly eps?: number;
  /** Default 1e-5. */
  readonly atol?: number;
  /** Default 1e-3. */
  readonly rtol?: number;
  /** What the random cotangents follow from. Default 0. */
  readonly seed?: number;
}

const known = ["eps", "atol", "rtol", "seed"];

/** Outputs with at most as many elements are also checked row by row of their Jacobian. */
const SMALL = 64;

/** A leaf to be checked, and what messages call it. */
export interface NamedLeaf {
  readonly name: string;
  readonly tensor: Tensor;
}

/** A function without arguments and the leaves it depends on. */
export interface Subject {
  /** gradcheck or gradgradcheck. */
  readonly operation: string;
  /** What messages call the function. */
  readonly name: string;
  readonly run: () => unknown;
  readonly leaves: readonly NamedLeaf[];
}

/** The function with its inputs bound, and those of its inputs and parameters that require a gradient. */
export function subjectOf<Inputs extends readonly unknown[]>(
  operation: string,
  fn: Checkable<Inputs>,
  inputs: Inputs,
): Subject {
  const named = inputs.flatMap((input, i) => leavesOf(input, `input ${i}`));
  if (typeof fn === "function") {
    return select({ operation, name: fn.name || "the function", run: () => fn(...inputs), leaves: named });
  }
  const parameters =
    "namedParameters" in fn
      ? Array.from(fn.namedParameters(), ([name, tensor]) => ({ name: `parameter "${name}"`, tensor }))
      : Array.from(fn.parameters(), (tensor, i) => ({ name: `parameter ${i}`, tensor }));
  const { name } = fn.constructor;
  return select({ operation, name, run: () => fn.forward(...inputs), leaves: [...named, ...parameters] });
}

const leavesOf = (input: unknown, name: string): NamedLeaf[] =>
  tensorsIn(input, name).map(({ path, tensor }) => ({ name: path, tensor }));

function select(subject: Subject): Subject {
  const { operation } = subject;
  const leaves = distinct(subject.leaves.filter(({ tensor }) => tensor.requiresGrad));
  if (leaves.length === 0) {
    throw new GradError(`${operation}: nothing to check, no input requires a gradient`, {
      got: `${subject.leaves.length} tensors, none with requiresGrad`,
      hint: 'tensor(data, { dtype: "float64", requiresGrad: true })',
    });
  }
  for (const { name, tensor } of leaves) {
    if (tensor.dtype !== "float64") {
      throw new DTypeError(`${operation}: ${name} must be float64`, {
        got: `${tensor.dtype} ${format(tensor.shape)}`,
        hint: 'differences of float32 numbers are too coarse; for a module: module.to("float64")',
      });
    }
    if (!tensor.isLeaf || tensor.storage.frozen) {
      throw new GradError(`${operation}: ${name} is not a leaf, so it cannot be varied`, {
        got: tensor.node === null ? "a gradient" : `a result of ${tensor.node.primitive.name}`,
        hint: "pass x.detach().clone() with requiresGrad = true",
      });
    }
  }
  return { ...subject, leaves };
}

/** A leaf that comes several times, or is a parameter as well, is checked once. */
function distinct(leaves: readonly NamedLeaf[]): NamedLeaf[] {
  const seen = new Set<Tensor>();
  return leaves.filter(({ tensor }) => !seen.has(tensor) && seen.add(tensor));
}

function fail({ operation, name }: Subject, problem: string, got: string, hint: string): never {
  throw new GradError(`${operation}: ${name}: ${problem}`, { got, hint });
}

const same = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

/** A cotangent with which the gradients are compared, and what messages call it. */
interface Probe {
  readonly name: string;
  readonly cotangent: Float64Array;
}

function probesFor(outputs: readonly Output[], size: number, seed: number): Probe[] {
  const generator = new Generator(seed);
  const random = randn([size], { dtype: "float64", generator }).data as Float64Array;
  const probes: Probe[] = [{ name: `a random cotangent (seed ${seed})`, cotangent: random }];
  for (let row = 0; row < size && size <= SMALL; row++) {
    const cotangent = new Float64Array(size);
    cotangent[row] = 1;
    probes.push({ name: describeRow(outputs, row), cotangent });
  }
  return probes;
}

/** Two runs must agree to the bit, in values and in gradients. */
function checkDeterminism(subject: Subject, outputs: readonly Output[], { cotangent }: Probe): void {
  const { operation, leaves } = subject;
  const tensors = leaves.map(({ tensor }) => tensor);
  const again = outputsOf(operation, subject.run());
  const hint = "fix its seed inside the function, and keep no state between calls";
  if (!same(valuesOf(outputs), valuesOf(again))) {
    fail(subject, "gives another result the second time", "two runs on the same inputs with different values", hint);
  }
  const first = pullBack(operation, outputs, cotangent, tensors);
  const second = pullBack(operation, again, cotangent, tensors);
  const differing = first.findIndex((gradient, i) => !same(gradient, second[i]!));
  if (differing >= 0) {
    fail(subject, "gives another gradient the second time", `two gradients of ${leaves[differing]!.name}`, hint);
  }
}

/** A vjp is linear, so a cotangent of 0 gives a gradient of 0. */
function checkZero(subject: Subject, outputs: readonly Output[], size: number): void {
  const { operation, leaves } = subject;
  const zero = new Float64Array(size);
  pullBack(
    operation,
    outputs,
    zero,
    leaves.map(({ tensor }) => tensor),
  ).forEach((gradient, i) => {
    const index = gradient.findIndex((value) => value !== 0);
    if (index < 0) return;
    const got = `${gradient[index]} at ${leaves[i]!.name} element ${index}`;
    fail(subject, "a cotangent of 0 gives a gradient that is not 0", got, "make the vjp linear in the gradient");
  });
}

/** Compares the Jacobian of the analytic gradients with that of central differences. */
export function checkSubject(subject: Subject, options: GradcheckOptions): true {
  const { operation, run, leaves } = subject;
  checkOptions(operation, options, known);
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, seed = 0 } = options;
  const outputs = outputsOf(operation, run());
  const { length: size } = valuesOf(outputs);
  if (size === 0) fail(subject, "the result holds no float64 number", "no output", "return float64 tensors");
  const probes = probesFor(outputs, size, seed);
  checkDeterminism(subject, outputs, probes[0]!);
  checkZero(subject, outputs, size);
  const tensors = leaves.map(({ tensor }) => tensor);
  const analytic = probes.map(({ cotangent }) => pullBack(operation, outputs, cotangent, tensors));
  const evaluate = (): Float64Array => valuesOf(outputsOf(operation, run()));
  leaves.forEach(({ name, tensor }, position) => {
    for (let index = 0; index < tensor.size; index++) {
      const column = differences(evaluate, tensor, index, eps);
      probes.forEach((probe, k) => {
        const numeric = dot(probe.cotangent, column);
        const own = analytic[k]![position]![index]!;
        if (Math.abs(own - numeric) <= atol + rtol * Math.abs(numeric)) return;
        fail(
          subject,
          `the gradient of ${probe.name} is wrong at ${name} of shape ${format(tensor.shape)}, element ${index}`,
          `analytic ${own}, numeric ${numeric}, seed ${seed}`,
          "check the vjps of the operations in it, or keep the inputs away from kinks",
        );
      });
    }
  });
  return true;
}

/** Rows with weight 0 are left out, so that an infinity elsewhere does no harm. */
function dot(weights: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) sum += weights[i]! * values[i]!;
  return sum;
}

/**
 * Compares the gradients of a function with central differences, (f(x + eps) − f(x − eps)) / 2 eps, element by element:
 * a random combination of all outputs and, where these are few, each row of the Jacobian. It also checks that gradients
 * have the shape and dtype of their inputs, that two runs agree to the bit, and that a cotangent of 0 gives 0.
 *
 * @param fn a function of tensors, or a module, whose parameters are checked too; the result is a tensor, or arrays and
 *   objects of tensors
 * @param inputs tensors, arrays and objects of tensors, anything else. The tensors that require a gradient are checked:
 *   float64 leaves, which are written to and restored; the others are handed on.
 * @returns true
 * @throws GradError naming function, output, input, element and both values where they differ, and for the other checks.
 * @throws DTypeError for an input or output of float32.
 * @example
 * ```ts
 * const x = tensor(Float64Array.of(0.3, 0.7), { requiresGrad: true });
 * gradcheck((a) => a.exp().sum(), [x]); // true
 * ```
 */
export function gradcheck<const Inputs extends readonly unknown[]>(
  fn: Checkable<Inputs>,
  inputs: readonly [...Inputs],
  options: GradcheckOptions = {},
): true {
  return checkSubject(subjectOf<Inputs>("gradcheck", fn, inputs as unknown as Inputs), options);
}
