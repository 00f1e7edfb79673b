import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as fused from "../src/fused/index.js";
import * as primitives from "../src/primitives/index.js";
import type { PointwiseDeclaration } from "../src/scalar/pointwise.js";
import { printKernels } from "../src/scalar/print-kernels.js";

// The build's first step, run from the root of the repository: prints the scalar functions of all primitives as
// TypeScript, and the elementary functions as AssemblyScript. Files are written only where their text changed, so that an incremental build has nothing to do.

const folder = "packages/autograd/src/targets/reference";

const declarations = [...Object.values(primitives), ...Object.values(fused)].flatMap(declarationsOf);
const { elementary, pointwise, assembly } = printKernels(declarations);
mkdirSync(folder, { recursive: true });
writeChanged(`${folder}/elementary.generated.ts`, elementary);
writeChanged(`${folder}/pointwise.generated.ts`, pointwise);
writeChanged("packages/autograd/assembly/elementary.generated.ts", assembly);

/** The scalar functions of an exported operation, of its backward loop, or of each in a list of them. */
function declarationsOf(exported: unknown): readonly PointwiseDeclaration[] {
  if (Array.isArray(exported)) return exported.flatMap(declarationsOf);
  const { primitive } = exported as { readonly primitive?: { readonly pointwise?: readonly PointwiseDeclaration[] } };
  return primitive?.pointwise ?? [];
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
