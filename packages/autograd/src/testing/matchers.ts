import { DTypeError } from "../errors.js";
import { Tensor } from "../tensor.js";
import { allClose, type CloseOptions } from "./all-close.js";
import { type Checkable, type GradcheckOptions, gradcheck } from "./gradcheck.js";

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * The types of {@link matchers}, for the test runner's own: jest has them in the module "expect" (or, with @types/jest,
 * in the global namespace jest), Vitest in "vitest". Neither is imported here.
 * @example
 * ```ts fragment
 * declare module "expect" {
 *   interface Matchers<R> extends TensorMatchers<R> {}
 * }
 * ```
 */
export interface TensorMatchers<R> {
  /** The function or module passes {@link gradcheck} on these inputs. */
  toPassGradcheck(inputs: readonly Tensor[], options?: GradcheckOptions): R;
  /** The tensor is {@link allClose} to another one. */
  toBeAllClose(wanted: Tensor, options?: CloseOptions): R;
}

/**
 * Matchers for jest and Vitest.
 * @example
 * ```ts fragment
 * expect.extend(matchers);
 * expect((x) => x.exp()).toPassGradcheck([x]);
 * expect(a).toBeAllClose(b, { atol: 1e-6 });
 * ```
 */
export const matchers = {
  /** As {@link TensorMatchers.toPassGradcheck} describes it. */
  toPassGradcheck(fn: unknown, inputs: readonly Tensor[], options?: GradcheckOptions): Verdict {
    try {
      gradcheck(fn as Checkable<readonly Tensor[]>, inputs, options);
      return { pass: true, message: () => "the gradients agree with central differences" };
    } catch (error) {
      return { pass: false, message: () => (error as Error).message };
    }
  },

  /** As {@link TensorMatchers.toBeAllClose} describes it. */
  toBeAllClose(given: unknown, wanted: Tensor, options?: CloseOptions): Verdict {
    if (!(given instanceof Tensor) || !(wanted instanceof Tensor)) {
      throw new DTypeError("toBeAllClose: two tensors are compared", {
        got: `${typeof given} and ${typeof wanted}`,
        hint: "expect(tensor).toBeAllClose(tensor)",
      });
    }
    const pass = allClose(given, wanted, options);
    return { pass, message: () => `expected ${given}\n${pass ? "not to be" : "to be"} close to ${wanted}` };
  },
};
