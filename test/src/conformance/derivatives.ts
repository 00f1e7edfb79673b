import { add, grad, type Tensor, zerosLike } from "@typegrad/autograd";
import { type Case, type Tensors, withPrefix } from "./read-case.js";

/** A place that is differentiated: its name in the file, and the leaf that it is, or is a part of. */
export interface Leaf {
  readonly name: string;
  readonly tensor: Tensor;
  /** The file's tensor out of ours, or its gradient out of that of ours. Default: all of it. */
  readonly part?: (x: Tensor) => Tensor;
}

/** The inputs that the file has a gradient for, ready to be differentiated. */
export function inputLeaves({ inputs, tensors }: Case): Leaf[] {
  const names = Object.keys(inputs).filter((name) => tensors[`grad.input.${name}`] !== undefined);
  return names.map((name) => {
    inputs[name]!.requiresGrad = true;
    return { name: `input.${name}`, tensor: inputs[name]! };
  });
}

const plus = (a: Tensor | null, b: Tensor | null): Tensor | null => (a === null || b === null ? (a ?? b) : add(a, b));

/**
 * The gradients of Σ output · cotangent. The backward pass starts from the cotangents, since multiplying would make NaN
 * of an infinite output with cotangent 0.
 */
export function gradients(outputs: Tensors, cotangents: Tensors, leaves: readonly Leaf[], createGraph: boolean) {
  const tensors = leaves.map(({ tensor }) => tensor);
  let total: (Tensor | null)[] = tensors.map(() => null);
  for (const [name, cotangent] of Object.entries(cotangents)) {
    const output = outputs[name];
    if (!output?.requiresGrad || tensors.length === 0) continue;
    const own = grad(output, tensors, {
      gradOutput: cotangent.to(output.dtype),
      createGraph,
      retainGraph: true,
      allowUnused: true,
    });
    total = total.map((sum, i) => plus(sum, own[i]!));
  }
  return total;
}

/** A leaf's value or gradient in the file's layout. */
export const laidOut = ({ part }: Leaf, value: Tensor | null): Tensor | null =>
  part === undefined || value === null ? value : part(value);

/** All derivatives that a case has values for, under their names there. */
export function derivatives(golden: Case, outputs: Tensors, leaves: readonly Leaf[]): Record<string, Tensor | null> {
  const second = golden.kind === "second_order";
  const cotangents = withPrefix(golden.tensors, "cotangent.");
  const first = gradients(outputs, cotangents, leaves, second);
  const named = (prefix: string, values: readonly (Tensor | null)[]): [string, Tensor | null][] =>
    leaves.map((leaf, i) => [`${prefix}.${leaf.name}`, laidOut(leaf, values[i]!)]);
  if (!second) return Object.fromEntries(named("grad", first));
  const penalty = leaves
    .map((leaf, i) => laidOut(leaf, first[i]!))
    .map((gradient) => (gradient === null ? null : gradient.mul(gradient).sum()))
    .reduce(plus, null);
  const bend =
    penalty?.requiresGrad === true
      ? grad(
          penalty,
          leaves.map(({ tensor }) => tensor),
          { allowUnused: true },
        )
      : leaves.map(({ tensor }) => zerosLike(tensor));
  return Object.fromEntries([...named("grad", first), ...named("grad2", bend), ["output.penalty", penalty]]);
}
