import type { LaneNode } from "./lanes.js";

/** How often a node is computed: once a call, once a row, or for each vector of four elements. */
export type Level = "call" | "row" | "vector";

const depth: Readonly<Record<Level, number>> = { call: 0, row: 1, vector: 2 };

/** Where each node is computed, so that no loop repeats what stays the same in it. */
export interface Placement {
  /** `null` for nodes that no result needs. */
  readonly levels: readonly (Level | null)[];
  /** Whether a node is a result or read more than once, or read by a level that runs more often. */
  readonly kept: readonly boolean[];
}

/** Places the nodes that `results` need as far outside as their inputs allow; `inputLevels` says how often those change. */
export function place(
  nodes: readonly LaneNode[],
  results: readonly number[],
  inputLevels: readonly Level[],
): Placement {
  const needed = nodes.map(() => false);
  for (const result of results) needed[result] = true;
  // Arguments stand before what reads them.
  for (let i = nodes.length - 1; i >= 0; i--) if (needed[i]) for (const a of nodes[i]!.args) needed[a] = true;

  const levels: (Level | null)[] = [];
  const uses = nodes.map(() => 0);
  for (const result of results) uses[result]! += 2;
  nodes.forEach(({ op, args, value }, i) => {
    let level: Level = op === "input" ? inputLevels[value]! : "call";
    for (const argument of args) if (needed[i] && depth[levels[argument]!] > depth[level]) level = levels[argument]!;
    levels.push(needed[i] ? level : null);
    if (needed[i]) for (const argument of args) uses[argument]! += levels[argument] === level ? 1 : 2;
  });
  return { levels, kept: uses.map((count) => count > 1) };
}
