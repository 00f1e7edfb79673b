import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as fused from "../src/fused/index.js";
import * as primitives from "../src/primitives.js";
import type { PointwiseDeclaration } from "../src/scalar/pointwise.js";
import { printKernels } from "../src/scalar/print-kernels.js";

// The build's first step, run from the root of the repository: prints the scalar functions of all primitives as
// TypeScript. Files are written only where their text changed, so that an incremental build has nothing to do.

const folder = "packages/autograd/src/targets/reference";

const declarations = [...Object.values(primitives), ...Object.values(fused)].flatMap((exported: unknown) =>
  hasPointwise(exported) ? exported.pointwise : [],
);
const { elementary, pointwise } = printKernels(declarations);
mkdirSync(folder, { recursive: true });
writeChanged(`${folder}/elementary.generated.ts`, elementary);
writeChanged(`${folder}/pointwise.generated.ts`, pointwise);

function hasPointwise(exported: unknown): exported is { readonly pointwise: readonly PointwiseDeclaration[] } {
  const isObject = (typeof exported === "object" || typeof exported === "function") && exported !== null;
  return isObject && "pointwise" in exported && Array.isArray(exported.pointwise);
}

function writeChanged(path: string, text: string): void {
  let known = "";
  try {
    known = readFileSync(path, "utf8");
  } catch {
    // A first build has no file yet.
  }
  if (known !== text) writeFileSync(path, text);
}
