import type { Step } from "./order.js";

/** A stretch of code: the whole body, or one arm of a branch inside another region. */
export interface Region {
  readonly parent: Region | null;
  readonly depth: number;
}

/** Where each step is computed: in the innermost region around all its uses, so that an arm not taken costs nothing. */
export interface Placement {
  /** The region of each step. */
  readonly regions: readonly Region[];
  /** For the position of a branch, its arms: where the condition holds, and where not. */
  readonly arms: ReadonlyMap<number, readonly [Region, Region]>;
  /** How often each step is used. */
  readonly uses: readonly number[];
}

export function placeSteps(steps: readonly Step[]): Placement {
  const regions: Region[] = new Array<Region>(steps.length);
  const arms = new Map<number, readonly [Region, Region]>();
  const uses = new Array<number>(steps.length).fill(0);
  regions[steps.length - 1] = { parent: null, depth: 0 };
  // Users stand behind what they use, so that walking back meets all uses of a step before the step.
  for (let position = steps.length - 1; position >= 0; position--) {
    const { node, args } = steps[position] as Step;
    const region = regions[position] as Region;
    const inside = (): Region => ({ parent: region, depth: region.depth + 1 });
    const [whenTrue, whenFalse] = node.op === "branch" ? [inside(), inside()] : [region, region];
    if (node.op === "branch") arms.set(position, [whenTrue, whenFalse]);
    for (const [slot, argument] of args.entries()) {
      const use = node.op !== "branch" || slot === 0 ? region : slot === 1 ? whenTrue : whenFalse;
      const known = regions[argument];
      regions[argument] = known === undefined ? use : commonRegion(known, use);
      uses[argument] = (uses[argument] as number) + 1;
    }
  }
  return { regions, arms, uses };
}

function commonRegion(a: Region, b: Region): Region {
  let left = a;
  let right = b;
  while (left !== right) {
    if (left.depth >= right.depth) left = left.parent as Region;
    else right = right.parent as Region;
  }
  return left;
}
