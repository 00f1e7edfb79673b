import { grad } from "../backward.js";
import { Generator, randn } from "../random.js";
import type { Tensor } from "../tensor.js";
import { type Checkable, checkSubject, type GradcheckOptions, subjectOf } from "./gradcheck.js";
import { outputsOf } from "./jacobian.js";

/**
 * {@link gradcheck} of the gradient itself: second derivatives. What is checked is the function
 * (x, v) ↦ vᵀ J(x) for a random cotangent v, in both x and v, as `grad` computes it with `createGraph`.
 *
 * @param fn as for {@link gradcheck}
 * @param inputs as for {@link gradcheck}
 * @returns true
 * @throws as {@link gradcheck}.
 */
export function gradgradcheck<const Inputs extends readonly unknown[]>(
  fn: Checkable<Inputs>,
  inputs: readonly [...Inputs],
  options: GradcheckOptions = {},
): true {
  const operation = "gradgradcheck";
  const { name, run, leaves } = subjectOf<Inputs>(operation, fn, inputs as unknown as Inputs);
  const tensors = leaves.map(({ tensor }) => tensor);
  const generator = new Generator((options.seed ?? 0) + 1);
  const cotangents = outputsOf(operation, run()).map(({ path, tensor }) => ({
    name: `cotangent of ${path}`,
    tensor: randn(tensor.shape, { dtype: "float64", requiresGrad: true, generator }),
  }));
  const gradients = (): (Tensor | null)[] =>
    outputsOf(operation, run()).flatMap(({ tensor }, i) => {
      if (!tensor.requiresGrad) return [];
      const gradOutput = cotangents[i]!.tensor;
      return grad(tensor, tensors, { gradOutput, createGraph: true, allowUnused: true });
    });
  const subject = { operation, name: `gradient of ${name}`, run: gradients, leaves: [...leaves, ...cotangents] };
  return checkSubject(subject, options);
}
