// What the WebAssembly module exports. `scripts/compile-kernels.mjs` compiles and embeds it.

export { gemm, workBytes } from "./gemm";
