import { grad } from "../backward.js";
import { DTypeError, GradError } from "../errors.js";
import { noGrad } from "../mode.js";
import { format, sameShape } from "../shape.js";
import { type Tensor, wrap } from "../tensor.js";
import { type NamedTensor, tensorsIn } from "../tree.js";

/** A tensor of a function's result, and where in it: "output", "output[1]", "output.values". */
export type Output = NamedTensor;

/** The float64 tensors in a tensor, an array or an object of those, to any depth; integers and conditions are left. */
export function outputsOf(operation: string, result: unknown): Output[] {
  const found = tensorsIn(result, "output");
  const coarse = found.find(({ tensor }) => tensor.dtype === "float32");
  if (coarse !== undefined) {
    throw new DTypeError(`${operation}: an output is float32, too coarse for differences`, {
      got: `${coarse.path} of shape ${format(coarse.tensor.shape)}`,
      hint: "compute in float64 throughout",
    });
  }
  return found.filter(({ tensor }) => tensor.dtype === "float64");
}

/** All elements of all outputs, one behind the other: a copy. */
export function valuesOf(outputs: readonly Output[]): Float64Array {
  const values = new Float64Array(outputs.reduce((total, { tensor }) => total + tensor.size, 0));
  let start = 0;
  for (const { tensor } of outputs) {
    values.set(tensor.data, start);
    start += tensor.size;
  }
  return values;
}

/** The path and position of element `row` among {@link valuesOf}. */
export function describeRow(outputs: readonly Output[], row: number): string {
  let rest = row;
  for (const { path, tensor } of outputs) {
    if (rest < tensor.size) return `${path} element ${rest}`;
    rest -= tensor.size;
  }
  return "no output";
}

/**
 * cotangentᵀ J for each leaf, by walking back from every output. The graph is kept.
 * @param cotangent one number for each element of all outputs
 * @throws GradError when a gradient has not the shape and dtype of its leaf.
 */
export function pullBack(
  operation: string,
  outputs: readonly Output[],
  cotangent: Float64Array,
  leaves: readonly Tensor[],
): Float64Array[] {
  const totals = leaves.map(({ size }) => new Float64Array(size));
  let start = 0;
  for (const { tensor } of outputs) {
    const own = cotangent.slice(start, start + tensor.size);
    start += tensor.size;
    if (!tensor.requiresGrad) continue;
    const gradOutput = wrap(own, "float64", [...tensor.shape]);
    const gradients = grad(tensor, leaves, { gradOutput, retainGraph: true, allowUnused: true });
    gradients.forEach((gradient, i) => {
      if (gradient === null) return;
      const leaf = leaves[i]!;
      if (gradient.dtype !== leaf.dtype || !sameShape(gradient.shape, leaf.shape)) {
        throw new GradError(`${operation}: a gradient differs from its input in shape or dtype`, {
          got: `${gradient.dtype} ${format(gradient.shape)} for ${leaf.dtype} ${format(leaf.shape)}`,
          hint: "let the vjp return one number for each element of the operand",
        });
      }
      const { data } = gradient;
      for (let k = 0; k < data.length; k++) totals[i]![k]! += data[k]!;
    });
  }
  return totals;
}

/**
 * The column of the Jacobian for element `index` of a leaf, by central differences. The leaf is written and restored.
 * @param evaluate gives the values of all outputs
 */
export function differences(evaluate: () => Float64Array, leaf: Tensor, index: number, eps: number): Float64Array {
  const values = Float64Array.from(leaf.data);
  const at = (value: number): Float64Array => {
    const moved = values.slice();
    moved[index] = value;
    noGrad(() => leaf.assign(wrap(moved, "float64", leaf.shape)));
    return evaluate();
  };
  try {
    const above = at(values[index]! + eps);
    const below = at(values[index]! - eps);
    return above.map((value, row) => (value - below[row]!) / (2 * eps));
  } finally {
    noGrad(() => leaf.assign(wrap(values, "float64", leaf.shape)));
  }
}
