import { grad } from "../backward.js";
import { tensor, zerosLike } from "../create.js";
import { checkOptions, GradError } from "../errors.js";
import { Tensor } from "../methods.js";
import { Generator, randn } from "../random.js";
import { format } from "../shape.js";

/** A function of tensors to be checked. Where it gives several tensors, all are. */
export type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/** A module, whose parameters are checked along with its inputs. */
export interface CheckableModule {
  forward(...inputs: Tensor[]): Tensor | readonly Tensor[];
  parameters(): Tensor[];
}

/** How exactly {@link gradcheck} looks. */
export interface GradcheckOptions {
  /** The step of the central differences. Default 1e-6. */
  readonly eps?: number;
  /** Default 1e-5. */
  readonly atol?: number;
  /** Default 1e-3. */
  readonly rtol?: number;
  /** What the random weights of the outputs follow from. Default 0. */
  readonly seed?: number;
}

const known = ["eps", "atol", "rtol", "seed"];

const listOf = (value: Tensor | readonly Tensor[]): readonly Tensor[] => (value instanceof Tensor ? [value] : value);

/** Σ output · weight over all float outputs, with weights that follow from the seed: one number to differentiate. */
function weigh(outputs: readonly Tensor[], seed: number): Tensor {
  const generator = new Generator(seed);
  let total: Tensor = tensor(0, { dtype: "float64" });
  for (const output of outputs) {
    if (output.dtype !== "float64") continue;
    total = total.add(output.mul(randn(output.shape, { dtype: "float64", generator })).sum());
  }
  return total;
}

function fail(problem: string, got: string, hint: string): never {
  throw new GradError(`gradcheck: ${problem}`, { got, hint });
}

/**
 * Compares the gradients of a function with central differences, element by element.
 *
 * @param fn a function of tensors, or a module
 * @param inputs float64; those that require a gradient are checked. They are written to and restored.
 * @returns true
 * @throws GradError naming the input, the element and both values where they differ; when the function gives another
 *   result the second time, a gradient of the wrong shape, or a gradient that is not 0 for a cotangent of 0.
 */
export function gradcheck(
  fn: Differentiable | CheckableModule,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): true {
  checkOptions("gradcheck", options, known);
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, seed = 0 } = options;
  const call = typeof fn === "function" ? fn : (...given: Tensor[]) => fn.forward(...given);
  const name = (typeof fn === "function" ? fn.name : fn.constructor.name) || "the function";
  const checked = [...inputs, ...(typeof fn === "function" ? [] : fn.parameters())].filter((x) => x.requiresGrad);
  const wrong = checked.find((x) => x.dtype !== "float64");
  if (checked.length === 0 || wrong !== undefined) {
    fail(
      "float64 inputs that require a gradient are needed",
      wrong === undefined ? "none that requires one" : `a ${wrong.dtype} input`,
      'tensor(data, { dtype: "float64", requiresGrad: true })',
    );
  }
  const run = (): Tensor => weigh(listOf(call(...inputs)), seed);
  const first = run();
  if (run().item() !== first.item() && !Number.isNaN(first.item())) {
    fail(`${name} gives another result the second time`, "two different values", "fix its seed inside the function");
  }
  const gradients = grad(first, checked, { allowUnused: true }).map((g, i) => g ?? zerosLike(checked[i]!));
  checkZero(run, checked, name);
  for (const [position, x] of checked.entries()) {
    const analytic = gradients[position]!.data;
    const { data } = x;
    for (let i = 0; i < x.size; i++) {
      const value = data[i]!;
      data[i] = value + eps;
      const above = run().item();
      data[i] = value - eps;
      const below = run().item();
      data[i] = value;
      const numeric = (above - below) / (2 * eps);
      if (Math.abs(analytic[i]! - numeric) <= atol + rtol * Math.abs(numeric)) continue;
      fail(
        `${name}, input ${position} of shape ${format(x.shape)}, element ${i}: the gradient is wrong`,
        `analytic ${analytic[i]}, numeric ${numeric}, seed ${seed}`,
        "check the vjp of the operations in it, or keep the input away from kinks",
      );
    }
  }
  return true;
}

function checkZero(run: () => Tensor, checked: readonly Tensor[], name: string): void {
  const nothing = tensor(0, { dtype: "float64" });
  for (const [i, g] of grad(run(), checked, { gradOutput: nothing, allowUnused: true }).entries()) {
    if (g?.data.some((value: number) => value !== 0)) {
      fail(
        `${name}, input ${i}: a cotangent of 0 gives a gradient that is not 0`,
        String(g.data),
        "make the vjp linear",
      );
    }
  }
}

/** {@link gradcheck} of the gradient itself: second derivatives. */
export function gradgradcheck(
  fn: Differentiable | CheckableModule,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): true {
  const call = typeof fn === "function" ? fn : (...given: Tensor[]) => fn.forward(...given);
  const parameters = typeof fn === "function" ? [] : fn.parameters();
  const all = [...inputs, ...parameters];
  const checked = all.filter((x) => x.requiresGrad);
  const gradient = (): Tensor[] => {
    // A weight that is not linear, so that outputs which are linear in an input have second derivatives too.
    const outputs = listOf(call(...inputs)).filter(({ dtype }) => dtype === "float64");
    const total = weigh([...outputs, ...outputs.map((x) => x.mul(x))], (options.seed ?? 0) + 1);
    return grad(total, checked, { createGraph: true, allowUnused: true }).filter((g) => g?.requiresGrad) as Tensor[];
  };
  Object.defineProperty(gradient, "name", {
    value: `gradient of ${(typeof fn === "function" ? fn.name : fn.constructor.name) || "the function"}`,
  });
  return gradcheck(gradient, all, options);
}
