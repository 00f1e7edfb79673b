/**
 * Tools to test gradients with.
 *
 * @packageDocumentation
 */
export { allClose, type CloseOptions } from "./all-close.js";
export {
  type CheckableModule,
  type Differentiable,
  type GradcheckOptions,
  gradcheck,
  gradgradcheck,
} from "./gradcheck.js";
export { matchers } from "./matchers.js";
