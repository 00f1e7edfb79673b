import type * as fused from "../../src/fused/index.js";
import type { cat, einsum, stack } from "../../src/index.js";
import type * as operations from "../../src/ops.js";
import type * as primitives from "../../src/primitives/index.js";
import type { PrimitivesOf } from "../samples/sample.js";
import { convolutionReferences } from "./convolution.js";
import { einsumReferences } from "./einsum.js";
import { indexingReferences } from "./indexing.js";
import { lossReferences } from "./losses.js";
import { networkReferences } from "./networks.js";
import type { Reference } from "./plain.js";
import { pointwiseReferences } from "./pointwise.js";
import { randomReferences } from "./random.js";
import { reductionReferences } from "./reductions.js";
import { shapeReferences } from "./shapes.js";

type Operations = typeof operations & {
  readonly cat: typeof cat;
  readonly einsum: typeof einsum;
  readonly stack: typeof stack;
};
type Primitives = Pick<typeof primitives, PrimitivesOf<typeof primitives>>;
type Fused = Pick<typeof fused, PrimitivesOf<typeof fused>>;
type Everything = Omit<Primitives & Fused, keyof Operations> & Operations;

/** Every primitive, fused and public operation once more, from its definition. One that is missing does not compile. */
export const references: { readonly [Name in keyof Everything]: Reference<Everything[Name]> } = {
  ...pointwiseReferences,
  ...reductionReferences,
  ...shapeReferences,
  ...indexingReferences,
  ...convolutionReferences,
  ...einsumReferences,
  ...networkReferences,
  ...lossReferences,
  ...randomReferences,
};
