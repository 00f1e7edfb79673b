import type { Graph, Value } from "./graph.js";
export type Place =
  | { readonly kind: "arena"; readonly offset: number }
  | { readonly kind: "home"; readonly state: Value };
export interface Plan {
  readonly places: ReadonlyMap<Value, Place>;
  readonly bytes: number;
  readonly lowerBound: number;
}
export function plan(graph: Graph): Plan {
  const places = new Map<Value, Place>();
  let bytes = 0;
  const put = (value: Value) => {
    const { kind } = value.origin;
    if (places.has(value) || kind === "state" || kind === "constant") return;
    places.set(value, { kind: "arena", offset: bytes });
    bytes += Math.ceil((value.size * 8) / 64) * 64 + 64;
  };
  for (const { inputs, outputs } of graph.instructions) for (const { value } of [...inputs, ...outputs]) put(value);
  for (const { source } of graph.stores) put(source.value);
  for (const { value } of graph.results) put(value);
  return { places, bytes, lowerBound: bytes };
}
