import type { Tensor } from "../tensor.js";
import { allClose, type CloseOptions } from "./all-close.js";
import { type CheckableModule, type Differentiable, type GradcheckOptions, gradcheck } from "./gradcheck.js";

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Matchers for jest and Vitest: `expect.extend(matchers)`. */
export const matchers = {
  /** expect(fn).toPassGradcheck(inputs, options) */
  toPassGradcheck(fn: unknown, inputs: readonly Tensor[], options?: GradcheckOptions): Verdict {
    try {
      gradcheck(fn as Differentiable | CheckableModule, inputs, options);
      return { pass: true, message: () => "the gradients agree with central differences" };
    } catch (error) {
      return { pass: false, message: () => (error as Error).message };
    }
  },
  /** expect(a).toBeAllClose(b, options) */
  toBeAllClose(a: unknown, b: Tensor, options?: CloseOptions): Verdict {
    const pass = allClose(a as Tensor, b, options);
    return { pass, message: () => `expected ${String(a)}\n${pass ? "not to be" : "to be"} close to ${String(b)}` };
  },
};
