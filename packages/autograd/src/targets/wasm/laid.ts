import type { Shape } from "../../shape.js";

/** A tensor in WebAssembly's memory. */
export interface Laid {
  /** The address of element 0, in bytes. */
  readonly at: number;
  readonly shape: Shape;
  /** In elements. */
  readonly strides: readonly number[];
}
