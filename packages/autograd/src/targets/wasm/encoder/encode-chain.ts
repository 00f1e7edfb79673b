import type { DType } from "../../../dtype.js";
import type { ScalarKind } from "../../../scalar/expression.js";
import type { GeneratedFunction } from "../../step.js";
import type { Access, Chain } from "./chain.js";
import { ChainWriter } from "./chain-writer.js";
import { LaneGraph, type LaneNode } from "./lanes.js";
import { type Level, place } from "./placement.js";

/** A chain's function, and how many instructions on vectors it takes for four elements. */
export interface EncodedChain {
  readonly generated: GeneratedFunction;
  readonly cost: number;
}

const changes: Readonly<Record<Access, Level>> = { fixed: "call", row: "row", unit: "vector", strided: "vector" };

const kindOf = (dtype: DType): ScalarKind => (dtype === "bool" ? "boolean" : "number");

/** Functions that were encoded, the latest last: the chains of an optimizer are many, and all alike. */
const recent = new Map<string, EncodedChain>();
const MOST_RECENT = 256;

/** The function that computes a chain; README.md beside this says how. */
export function encodeChain(chain: Chain): EncodedChain {
  const { expressions, inputs, outputs, outer } = chain;
  const graph = new LaneGraph();
  const values = inputs.map(({ dtype }, i) => ({ node: graph.node("input", [], i), kind: kindOf(dtype) }));
  const results = expressions.map((expression, i) =>
    graph.as(kindOf(outputs[i]!.dtype), graph.expression(expression, values)),
  );
  const nodes = graph.nodes.map(({ op, args, value }) => `${op}(${args.join(" ")})${value}`);
  const operands = [...inputs, ...outputs].map(({ dtype, access }) => `${dtype}:${access}`);
  const key = ["chain", outer, ...operands, results.join(" "), ...nodes].join("|");
  const encoded = recent.get(key) ?? encode(key, chain, graph.nodes, results);
  recent.delete(key);
  recent.set(key, encoded);
  if (recent.size > MOST_RECENT) recent.delete(recent.keys().next().value!);
  return encoded;
}

function encode(key: string, chain: Chain, nodes: readonly LaneNode[], results: readonly number[]): EncodedChain {
  const inputLevels = chain.inputs.map(({ access }) => changes[access]);
  const placement = place(nodes, results, inputLevels);
  const cost = placement.levels.filter((level) => level === "vector").length;
  return { generated: { key, body: new ChainWriter(chain, { nodes, results, placement, cost }).write() }, cost };
}
