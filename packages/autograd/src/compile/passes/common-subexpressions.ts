import { withOperands } from "../draft.js";
import type { Graph, Instruction, Operand, Pass, Settings, Value } from "../graph.js";
import { isWhole, operandKey } from "../operands.js";
import { Uses } from "../uses.js";

/** Two draws are two draws, whatever they start from. */
const draws: ReadonlySet<string> = new Set(["uniform", "normal", "integers", "advance"]);

/**
 * Computes once what several instructions compute from the same operands. What a checkpoint recomputes stays apart from
 * what stands outside, as it would else be kept for it; draws are never merged.
 */
export const commonSubexpressions: Pass = (graph: Graph): Graph => {
  const uses = new Uses(graph);
  const known = new Map<string, Instruction>();
  const same = new Map<Value, Value>();
  const exchange = (operand: Operand): Operand => {
    const value = same.get(operand.value);
    return value === undefined ? operand : { ...operand, value };
  };
  const instructions: Instruction[] = [];
  for (const original of graph.instructions) {
    const instruction = withOperands(original, exchange);
    const single = instruction.outputs.every((output) => isWhole(output) && uses.writer(output.value) !== null);
    if (!single || instruction.updates || draws.has(instruction.kernel)) {
      instructions.push(instruction);
      continue;
    }
    const key = keyOf(instruction);
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, instruction);
      instructions.push(instruction);
    } else {
      instruction.outputs.forEach(({ value }, i) => {
        same.set(value, first.outputs[i]!.value);
      });
    }
  }
  const stores = graph.stores.map(({ state, source }) => ({ state, source: exchange(source) }));
  return { instructions, stores, results: graph.results.map(exchange) };
};

/** A text that is equal for instructions that compute the same. A check says the same wherever it stands. */
function keyOf({ kernel, settings, inputs, outputs, region, checks }: Instruction): string {
  const results = outputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`);
  return [kernel, checks ? "" : region, settingsKey(settings), ...inputs.map(operandKey), ...results].join(" ");
}

function settingsKey(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${settingKey(value)}`)
    .join();
}

/** Declarations have names of their own; everything else is plain. */
function settingKey(value: unknown): string {
  if (Array.isArray(value)) return value.map(settingKey).join(":");
  if (typeof value === "object" && value !== null) return String((value as { readonly name?: string }).name);
  return Object.is(value, -0) ? "-0" : String(value);
}
