import type { Strided } from "../../storage.js";
import type { Abilities } from "../../targets/abilities.js";
import { Draft } from "../draft.js";
import type { Graph, Instruction, Operand } from "../graph.js";
import { scratch } from "../strided-run.js";

/** Instructions that become chains read single numbers as they are kept, a learning rate in float64, and convert them. */
export function scalars(graph: Graph, { fuses }: Abilities): Graph {
  const draft = Draft.of(graph);
  for (const instruction of draft.instructions) {
    if (instruction.kernel !== "pointwise" || !fuses(instruction)) continue;
    const inputs = instruction.inputs.map((operand) => sourceOf(draft, operand) ?? operand);
    if (inputs.every((operand, i) => operand === instruction.inputs[i])) continue;
    const now = { ...instruction, inputs, run: converting(instruction) };
    if (fuses(now)) draft.replace(instruction, now);
  }
  return draft.finish();
}

/** The number that a number was converted from. */
function sourceOf(draft: Draft, operand: Operand): Operand | null {
  const [writer, ...others] = draft.writers(operand.value);
  const source = writer?.inputs[0];
  if (operand.value.size !== 1 || writer?.kernel !== "copy" || others.length > 0 || source === undefined) return null;
  const { value, dtype, offset } = source;
  return { ...operand, value, dtype, offset };
}

function converting({ run, inputs: wanted }: Instruction): Instruction["run"] {
  return (target, inputs, outputs) => {
    const converted = inputs.map((input, i): Strided => {
      const { dtype } = wanted[i]!;
      if (input.dtype === dtype) return input;
      const number = scratch(dtype, []);
      target.copy({ ...input, shape: [], strides: [], size: 1 }, number);
      return { ...input, storage: number.storage, offset: 0, dtype };
    });
    run(target, converted, outputs);
  };
}
