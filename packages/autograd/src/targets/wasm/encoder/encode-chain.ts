import type { DType } from "../../../dtype.js";
import type { ScalarKind } from "../../../scalar/expression.js";
import type { GeneratedFunction } from "../step.js";
import type { Access, Chain } from "./chain.js";
import { ChainWriter } from "./chain-writer.js";
import { LaneGraph } from "./lanes.js";
import { type Level, place } from "./placement.js";

/** A chain's function, and how many instructions on vectors it takes for four elements. */
export interface EncodedChain {
  readonly generated: GeneratedFunction;
  readonly cost: number;
}

const changes: Readonly<Record<Access, Level>> = { fixed: "call", row: "row", unit: "vector", strided: "vector" };

const kindOf = (dtype: DType): ScalarKind => (dtype === "bool" ? "boolean" : "number");

/** The function that computes a chain; README.md beside this says how. */
export function encodeChain(chain: Chain): EncodedChain {
  const { expressions, inputs, outputs, outer } = chain;
  const graph = new LaneGraph();
  const values = inputs.map(({ dtype }, i) => ({ node: graph.node("input", [], i), kind: kindOf(dtype) }));
  const results = expressions.map((expression, i) =>
    graph.as(kindOf(outputs[i]!.dtype), graph.expression(expression, values)),
  );
  const inputLevels = inputs.map(({ access }) => changes[access]);
  const placement = place(graph.nodes, results, inputLevels);
  const cost = placement.levels.filter((level) => level === "vector").length;
  const nodes = graph.nodes.map(({ op, args, value }) => `${op}(${args.join(" ")})${value}`);
  const operands = [...inputs, ...outputs].map(({ dtype, access }) => `${dtype}:${access}`);
  const key = ["chain", outer, ...operands, results.join(" "), ...nodes].join("|");
  const body = new ChainWriter(chain, { nodes: graph.nodes, results, placement, cost }).write();
  return { generated: { key, body }, cost };
}
