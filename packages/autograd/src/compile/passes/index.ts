import type { Graph } from "../graph.js";
import type { Abilities } from "./abilities.js";
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

export type { Abilities } from "./abilities.js";

/** Rewrites a graph into one that computes the same with fewer instructions and less memory. */
export function optimize(graph: Graph, abilities: Abilities): Graph {
  const passes = [
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
  return passes.reduce((current, pass) => pass(current, abilities), graph);
}
