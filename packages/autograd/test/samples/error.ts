import type { TypegradError } from "../../src/index.js";

/** The error that the call throws. */
export function errorOf(run: () => unknown): TypegradError {
  try {
    run();
  } catch (error) {
    return error as TypegradError;
  }
  throw new Error("nothing was thrown");
}
