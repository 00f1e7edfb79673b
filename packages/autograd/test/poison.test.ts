import { describe, expect, test } from "@jest/globals";
import { Generator, grad, randn, type Tensor } from "../src/index.js";
import { Node } from "../src/node.js";
import type { Primitive, Read } from "../src/primitive.js";
import type { Storage } from "../src/storage.js";
import { plainly } from "./reference/compare.js";
import { primitivesWithSamples } from "./samples/declared.js";
import { differentiable } from "./samples/index.js";
import { callsOf, tensorsOf } from "./samples/observe.js";
import { floatsOf, type Sample } from "./samples/sample.js";

/** All nodes behind the outputs. */
function graphOf(outputs: readonly Tensor[]): Node[] {
  const nodes = new Set(outputs.map(({ node }) => node!));
  for (const { edges } of nodes) for (const edge of edges) if (edge instanceof Node) nodes.add(edge);
  return [...nodes];
}

function memoryOf(read: Read, { inputs, output, auxiliary }: Node): Storage | undefined {
  if (read === "output") return output?.storage;
  if (read === "auxiliary") return auxiliary?.storage;
  return inputs?.[read]?.storage;
}

/** What the declaration allows the vjps on the ways back to read. */
const readsOf = ({ primitive: { reads }, edges }: Node): Read[] =>
  edges.flatMap((edge, i) => (edge === null ? [] : (reads[Math.min(i, reads.length - 1)] ?? [])));

const declared = (node: Node): (Storage | undefined)[] => readsOf(node).map((read) => memoryOf(read, node));

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

describe("backward reads what is declared: without it a gradient changes", () => {
  /** Whether the gradients of some sample need the memory. */
  const isNeeded = (read: Read, primitive: Primitive, samples: readonly Sample[]): boolean =>
    samples.some((sample) => {
      const { outputs, graph } = record(sample);
      const memory = graph
        .filter((node) => node.primitive === primitive && readsOf(node).includes(read))
        .flatMap((node) => memoryOf(read, node) ?? []);
      const outcome = (): string => {
        try {
          return JSON.stringify(gradients(outputs, sample.inputs));
        } catch {
          return "an index out of range";
        }
      };
      const wanted = outcome();
      return memory.length > 0 && whilePoisoned(memory, outcome) !== wanted;
    });

  test.each(primitivesWithSamples)("%s", (_, primitive, samples) => {
    const recorded = samples.filter(({ differentiable }) => differentiable);
    const reads = [...new Set(primitive.reads.flat())];
    expect(reads.filter((read) => !isNeeded(read, primitive, recorded))).toEqual([]);
  });
});
