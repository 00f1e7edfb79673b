import * as fused from "../../src/fused/index.js";
import type { Primitive } from "../../src/primitive.js";
import * as primitives from "../../src/primitives/index.js";
import { fusedSamples } from "./fused.js";
import { primitiveSamples } from "./primitives.js";
import type { Sample } from "./sample.js";

/** The primitives of a namespace with their samples. */
function declared(namespace: object, table: Readonly<Record<string, readonly Sample[]>>) {
  return Object.entries(table).map(([name, samples]) => {
    const { primitive } = (namespace as Record<string, { primitive: Primitive }>)[name]!;
    return [name, primitive, samples] as const;
  });
}

export const fusedPrimitives = declared(fused, fusedSamples);

export const primitivesWithSamples = declared(primitives, primitiveSamples);

export const everyPrimitive = [...primitivesWithSamples, ...fusedPrimitives];
