/**
 * Tools to test gradients with.
 *
 * @packageDocumentation
 */
export { allClose, type CloseOptions } from "./all-close.js";
export {
  type CheckableModule,
  type Differentiable,
  gradcheck,
  type GradcheckOptions,
  gradgradcheck,
} from "./gradcheck.js";
export { matchers } from "./matchers.js";
