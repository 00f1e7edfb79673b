import { describe, expect, test } from "@jest/globals";
import { Generator, grad, randn, type Tensor } from "../src/index.js";
import { Node } from "../src/node.js";
import type { Storage } from "../src/storage.js";
import { plainly } from "./reference/compare.js";
import { differentiable } from "./samples/index.js";
import { callsOf, tensorsOf } from "./samples/observe.js";
import { floatsOf, type Sample } from "./samples/sample.js";

/** All nodes behind the outputs. */
function graphOf(outputs: readonly Tensor[]): Node[] {
  const nodes = new Set(outputs.map(({ node }) => node!));
  for (const { edges } of nodes) for (const edge of edges) if (edge instanceof Node) nodes.add(edge);
  return [...nodes];
}

/** The memory that the declarations allow the vjps on the ways back to read. */
function declared({ primitive: { reads }, edges, inputs, output, auxiliary }: Node): (Storage | undefined)[] {
  return edges
    .flatMap((edge, i) => (edge === null ? [] : (reads[Math.min(i, reads.length - 1)] ?? [])))
    .map((read) => {
      if (read === "output") return output?.storage;
      if (read === "auxiliary") return auxiliary?.storage;
      return inputs?.[read]?.storage;
    });
}

const kept = ({ inputs, output, auxiliary }: Node): (Tensor | null)[] => [...(inputs ?? []), output, auxiliary];

/** NaN, or what is as wrong for integers and conditions. */
function poison({ array }: Storage): void {
  if (array instanceof Int32Array) array.fill(-(2 ** 31));
  else if (array instanceof Uint8Array) for (let i = 0; i < array.length; i++) array[i] = 1 - array[i]!;
  else array.fill(Number.NaN);
}

const gradients = (outputs: readonly Tensor[], inputs: readonly Tensor[]): unknown => {
  const generator = new Generator(7);
  return outputs.map((output) => {
    const gradOutput = randn(output.shape, { dtype: output.dtype, generator });
    return plainly(grad(output, inputs, { gradOutput, retainGraph: true, allowUnused: true }));
  });
};

/** Calls `use` while `storages` are poisoned; samples share some of them, so they are healed. */
function whilePoisoned<T>(storages: Iterable<Storage>, use: () => T): T {
  const healthy = [...storages].map((storage) => ({ storage, array: storage.array }));
  for (const { storage, array } of healthy) {
    storage.array = array.slice();
    poison(storage);
  }
  try {
    return use();
  } finally {
    for (const { storage, array } of healthy) storage.array = array;
  }
}

function record(sample: Sample) {
  const calls = callsOf(sample);
  const results = calls.map(({ result }) => result);
  const outputs = floatsOf(results.at(-1)).filter(({ node }) => node !== null);
  const graph = graphOf(outputs);
  const all = [calls.map(({ args }) => args), results, sample.inputs, graph.map(kept)].flatMap(tensorsOf);
  return { outputs, graph, storages: new Set(all.map(({ storage }) => storage)) };
}

describe("backward reads nothing but what is declared: the rest may be poisoned", () => {
  test.each(differentiable)("%s %i", (_, __, sample) => {
    const { outputs, graph, storages } = record(sample);
    const wanted = gradients(outputs, sample.inputs);
    for (const storage of graph.flatMap(declared)) if (storage !== undefined) storages.delete(storage);
    expect(whilePoisoned(storages, () => gradients(outputs, sample.inputs))).toEqual(wanted);
  });
});
