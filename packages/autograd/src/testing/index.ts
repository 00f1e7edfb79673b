/**
 * Tools to test gradients with.
 *
 * @module @typegrad/autograd/testing
 */
export { allClose, type CloseOptions } from "./all-close.js";
export { type Checkable, type CheckableModule, type GradcheckOptions, gradcheck } from "./gradcheck.js";
export { gradgradcheck } from "./gradgradcheck.js";
export { matchers, type TensorMatchers } from "./matchers.js";
