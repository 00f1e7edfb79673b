import { expect } from "@jest/globals";
import * as fused from "../../src/fused/index.js";
import type { Tensor } from "../../src/index.js";
import * as primitives from "../../src/primitives/index.js";
import { evaluator, type ScalarValue } from "../../src/scalar/evaluate.js";
import type { Scalar } from "../../src/scalar/expression.js";
import type { PointwiseDeclaration } from "../../src/scalar/pointwise.js";
import { sizeOf } from "../../src/shape.js";
import { chain } from "../../src/targets/wasm/lower/chain.js";
import { runStep, splits } from "./run-step.js";

/** Every scalar function of a primitive or a fused operation, those of their gradients and of the optimizers included. */
export const declarations: readonly PointwiseDeclaration[] = [
  ...Object.values(primitives),
  ...Object.values(fused),
].flatMap(declarationsOf);

function declarationsOf(exported: unknown): readonly PointwiseDeclaration[] {
  if (Array.isArray(exported)) return exported.flatMap(declarationsOf);
  const { primitive } = exported as { readonly primitive?: { readonly pointwise?: readonly PointwiseDeclaration[] } };
  return primitive?.pointwise ?? [];
}

/** What the evaluator says of float32 for each element of `shape`, to which the inputs broadcast. */
export function evaluated(root: Scalar, inputs: readonly Tensor[], shape = inputs[0]!.shape): ScalarValue[] {
  const evaluate = evaluator(root, "float32");
  const columns = inputs.map((x) => {
    const value = x.dtype === "bool" ? (element: number) => element !== 0 : Math.fround;
    return Array.from(x.expand(shape).data, (element): ScalarValue => value(element));
  });
  return Array.from({ length: sizeOf(shape) }, (_, i) => evaluate(...columns.map((column) => column[i]!)));
}

/** A chain to run: operands that are made anew for each run. */
export interface ChainCase {
  readonly expressions: readonly Scalar[];
  readonly make: () => { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] };
}

/** The outputs of a chain, which have the same bits however its tasks are split. */
export function runChain({ expressions, make }: ChainCase): readonly Tensor[] {
  const runs = Object.values(splits).map((split) => {
    const { inputs, outputs } = make();
    const step = runStep(chain, { kernel: "chain", inputs, outputs, settings: { expressions } }, split);
    if (step === null) throw new Error("chain: no function is generated for these operands");
    return outputs;
  });
  for (const other of runs.slice(1)) {
    other.forEach((x, i) => {
      expect(differing(x.data, runs[0]![i]!.data)).toEqual([]);
    });
  }
  return runs[0]!;
}

/** The first place where two lists of float32 differ in bits, other than those of NaN; nothing where there is none. */
export function differing(found: ArrayLike<number>, wanted: ArrayLike<ScalarValue>): unknown[] {
  for (let i = 0; i < wanted.length; i++) {
    if (!Object.is(found[i], Number(wanted[i]))) return [i, found[i], wanted[i]];
  }
  return [];
}
