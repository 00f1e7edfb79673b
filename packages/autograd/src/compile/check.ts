import { CompileError } from "../errors.js";
import type { Storage } from "../storage.js";
import type { Graph, Value } from "./graph.js";
import { listing } from "./listing.js";
import type { Specialization } from "./specialization.js";

const leaves = new WeakMap<Storage, number>();
let count = 0;

/** Which leaf a value is at first: they are numbered as they are seen. */
function leafLine({ id, origin }: Value): string[] {
  if (origin.kind !== "state") return [];
  const number = leaves.get(origin.storage) ?? count++;
  leaves.set(origin.storage, number);
  return [`%${id} is leaf ${number}`];
}

/** Every line of a trace, constants with all their elements. */
function linesOf(graph: Graph, values: readonly Value[]): string[] {
  const constants = values.flatMap(({ id, origin }) =>
    origin.kind === "constant" ? [`%${id} = ${Array.from(origin.array).join(" ")}`] : [],
  );
  return [...listing(graph).split("\n"), ...constants, ...values.flatMap(leafLine)];
}

/**
 * Throws when a function does something else than when it was traced: a number, a module or a branch from outside that has
 * changed since.
 */
export function checkRepeated(before: Specialization, again: Specialization): void {
  const [old, now] = [before, again].map(({ traced, tracedValues }) => linesOf(traced, tracedValues)) as [
    string[],
    string[],
  ];
  const first = now.findIndex((line, i) => line !== old[i]);
  if (first < 0 && now.length === old.length) return;
  throw new CompileError("compile: the function does something else than when it was traced", {
    got: `${now[first] ?? "nothing more"} where there was ${old[first < 0 ? now.length : first] ?? "nothing more"}`,
    hint: "hand in as an argument what changes from call to call: a number as a 0-d tensor",
  });
}
