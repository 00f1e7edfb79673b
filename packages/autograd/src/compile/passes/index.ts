import type { Abilities } from "../../targets/abilities.js";
import type { Graph } from "../graph.js";
import { absorbCopies } from "./absorb-copies.js";
import { commonSubexpressions } from "./common-subexpressions.js";
import { deadCode } from "./dead-code.js";
import { disjointSums } from "./disjoint-sums.js";
import { epilogues } from "./epilogues.js";
import { foldConstants } from "./fold-constants.js";
import { forwardCopies } from "./forward-copies.js";
import { fuse } from "./fuse.js";
import { productLayouts } from "./product-layouts.js";
import { scalars } from "./scalars.js";
import { splitValues } from "./split-values.js";

/** All passes, in the order in which they run. What one leaves behind another one takes away. */
export const passes: readonly ((graph: Graph, abilities: Abilities) => Graph)[] = [
  deadCode,
  foldConstants,
  commonSubexpressions,
  disjointSums,
  splitValues,
  productLayouts,
  absorbCopies,
  forwardCopies,
  epilogues,
  scalars,
  deadCode,
  fuse,
  deadCode,
];

/** Rewrites a graph into one that computes the same with fewer instructions and less memory. */
export function optimize(graph: Graph, abilities: Abilities): Graph {
  return passes.reduce((current, pass) => pass(current, abilities), graph);
}
