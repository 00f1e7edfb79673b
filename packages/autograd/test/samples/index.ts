import { fusedSamples } from "./fused.js";
import { type Call, callsOf } from "./observe.js";
import { operationSamples } from "./operations.js";
import { primitiveSamples } from "./primitives.js";
import type { Sample } from "./sample.js";

/** All tables of samples, by what they are samples of. */
export const tables: Readonly<Record<string, Readonly<Record<string, readonly Sample[]>>>> = {
  primitives: primitiveSamples,
  "fused operations": fusedSamples,
  operations: operationSamples,
};

const rows = Object.values(tables).flatMap((table) => Object.entries(table));

/** Every sample: its row, its place in the row, and itself. An operation that is a primitive shares the primitive's. */
export const allSamples = [...new Map(rows).entries()].flatMap(([name, samples]) =>
  samples.map((sample, i) => [name, i, sample] as const),
);

/** Those with a gradient. */
export const differentiable = allSamples.filter(([, , sample]) => sample.differentiable);

/** The sample's calls of the operation in whose row it stands. */
export const ownCalls = (name: string, sample: Sample): readonly Call[] =>
  callsOf(sample).filter((call) => call.name === name);
