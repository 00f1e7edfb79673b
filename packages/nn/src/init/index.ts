/**
 * Initialisations: each fills a leaf in place, without recording, and returns it.
 *
 * @packageDocumentation
 */
export {
  type NormalOptions,
  normal,
  ones,
  type TruncNormalOptions,
  truncNormal,
  type UniformOptions,
  uniform,
  zeros,
} from "./distributions.js";
export type { InitOptions } from "./fill.js";
export { type OrthogonalOptions, orthogonal } from "./orthogonal.js";
export {
  calculateGain,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  type Nonlinearity,
  type XavierOptions,
  xavierNormal,
  xavierUniform,
} from "./scaled.js";
