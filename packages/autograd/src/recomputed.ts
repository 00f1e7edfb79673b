import { GradError } from "./errors.js";
import type { Region } from "./region.js";

/** Adds a region and those around it. */
export function withOuter(inner: Region, regions: Set<Region>): Set<Region> {
  for (let region: Region | null = inner; region !== null && !regions.has(region); region = region.parent) {
    regions.add(region);
  }
  return regions;
}

/** Throws when one of the regions cannot be recomputed any more. */
export function checkRegions(operation: string, regions: ReadonlySet<Region>): void {
  for (const region of regions) {
    if (!region.stale) continue;
    throw new GradError(`${operation}: a leaf that a checkpointed function reads was assigned since`, {
      got: "a function that would not give the same values again",
      hint: "run the forward pass again after the assignment, or clone() the leaf before it",
    });
  }
}

/** The regions that one walk has recomputed: at any time those around the node it has come to. */
export class Recomputed {
  #filled: Region[] | null = null;

  /** Sees to it that the nodes of the region have what they saved. */
  enter(region: Region): void {
    if (region.filled) return;
    if (!region.ready) this.enter(region.parent!);
    const around: Region[] = [];
    for (const other of this.#filled ?? []) {
      if (other.contains(region)) around.push(other);
      else other.release();
    }
    this.#filled = around;
    region.fill();
    around.push(region);
  }

  /** Lets go of everything again. */
  release(): void {
    if (this.#filled !== null) for (const region of this.#filled) region.release();
  }
}
