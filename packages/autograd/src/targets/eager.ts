import type { Strided } from "../storage.js";
import { reference } from "./reference/index.js";
import type { Target } from "./target.js";
import { machineOrNull } from "./wasm/machine.js";
import { matmul } from "./wasm/matmul.js";

/**
 * Multiplications from which a product of matrices is worth the copies into WebAssembly's memory and out of it
 * (`pnpm bench gemm`). It is bits: the kernels round to float32 at each step, the reference once.
 */
const WORTH_COPYING = 512;

/** Elements that operands and result may have in WebAssembly's memory, which does not shrink again: 1 GiB. */
const MOST_ELEMENTS = 2 ** 28;

/** Which of the two runs follows from dtype and shapes alone. */
const goesToWasm = (a: Strided, b: Strided, output: Strided): boolean =>
  output.dtype === "float32" &&
  output.size * a.shape.at(-1)! >= WORTH_COPYING &&
  a.size + b.size + output.size <= MOST_ELEMENTS;

/** What eager operations run on: the reference, but float32 products of some size in WebAssembly. */
export const eager: Target = {
  ...reference,
  name: "eager",
  matmul(a, b, output) {
    const machine = goesToWasm(a, b, output) ? machineOrNull() : null;
    if (machine === null) reference.matmul(a, b, output);
    else matmul(machine, a, b, output);
  },
};
