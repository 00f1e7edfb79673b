import { DTypeError, GradError } from "../errors.js";
import { Tensor } from "../tensor.js";
import { allClose, type CloseOptions } from "./all-close.js";
import { type Checkable, type GradcheckOptions, gradcheck } from "./gradcheck.js";
import { gradgradcheck } from "./gradgradcheck.js";

/** What jest and Vitest want to hear of a matcher. */
interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * The types of {@link matchers}, for the test runner's own, which is not imported here.
 * @example
 * ```ts fragment
 * // jest; with @types/jest: declare global { namespace jest { interface Matchers<R> extends TensorMatchers<R> {} } }
 * declare module "expect" {
 *   interface Matchers<R> extends TensorMatchers<R> {}
 * }
 * // Vitest
 * declare module "vitest" {
 *   interface Matchers<T> extends TensorMatchers<void> {}
 * }
 * ```
 */
export interface TensorMatchers<R> {
  /** The function or module passes {@link gradcheck} on these inputs. */
  toPassGradcheck(inputs: readonly unknown[], options?: GradcheckOptions): R;
  /** The function or module passes {@link gradgradcheck} on these inputs. */
  toPassGradgradcheck(inputs: readonly unknown[], options?: GradcheckOptions): R;
  /** The tensor is {@link allClose} to another one. */
  toBeAllClose(wanted: Tensor, options?: CloseOptions): R;
}

type Check = (fn: Checkable<readonly unknown[]>, inputs: readonly unknown[], options?: GradcheckOptions) => true;

function verdictOf(check: Check, fn: unknown, inputs: readonly unknown[], options?: GradcheckOptions): Verdict {
  try {
    check(fn as Checkable<readonly unknown[]>, inputs, options);
    return {
      pass: true,
      message: () => `expected ${check.name} to fail: the gradients agree with central differences`,
    };
  } catch (error) {
    if (!(error instanceof GradError)) throw error;
    return { pass: false, message: () => error.message };
  }
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
  toPassGradcheck(fn: unknown, inputs: readonly unknown[], options?: GradcheckOptions): Verdict {
    return verdictOf(gradcheck, fn, inputs, options);
  },

  /** As {@link TensorMatchers.toPassGradgradcheck} describes it. */
  toPassGradgradcheck(fn: unknown, inputs: readonly unknown[], options?: GradcheckOptions): Verdict {
    return verdictOf(gradgradcheck, fn, inputs, options);
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
