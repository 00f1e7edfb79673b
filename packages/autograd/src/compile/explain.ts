import type { Step } from "../targets/step.js";
import { listInstruction, listOperand, listValue } from "./listing.js";
import type { Lowered } from "./program.js";
import type { Specialization } from "./specialization.js";
import { needed, stats } from "./stats.js";

const units = ["", "k", "M", "G"] as const;

/** A number with three digits and a unit of its size: "4.19 M". */
function scaled(value: number): string {
  let [digits, unit] = [value, 0];
  while (digits >= 1000 && unit < units.length - 1) {
    digits /= 1000;
    unit++;
  }
  return `${Number(digits.toPrecision(3))} ${units[unit]}`;
}

function explainStep(step: Step | null): string {
  if (step === null) return "reference";
  const name = typeof step.kernel === "string" ? step.kernel : "generated";
  return `${name}, ${step.tasks} ${step.tasks === 1 ? "task" : "tasks"}, ${scaled(step.flops)}FLOP, ${scaled(step.bytes)}B`;
}

/** A listing: values, then stage by stage what runs, on which kernel, and where the results lie. */
export function explain(specialization: Specialization | null): string {
  const { program } = needed(specialization, "explain");
  const figures = stats(specialization);
  const placeOf = ({ instruction: { outputs } }: Lowered): string => {
    const places = outputs.map(({ value }) => {
      const place = program.plan.places.get(value);
      return place?.kind === "arena"
        ? `@${place.offset}`
        : place?.kind === "home"
          ? `in place of %${place.state.id}`
          : "";
    });
    return places.length === 0 ? "" : `  ${places.join(", ")}`;
  };
  const stages = program.stages.flatMap((stage, i) => [
    `stage ${i}`,
    ...stage.map((own) => `  ${listInstruction(own.instruction)}\n      ${explainStep(own.step)}${placeOf(own)}`),
  ]);
  return [
    `program on ${figures.backend}: ${figures.kernels} kernels in ${figures.stages} stages, of ${figures.operations} operations`,
    `memory: ${figures.plannedBytes} bytes planned (at least ${figures.lowerBoundBytes}), ${figures.keptBytes} kept`,
    `work: ${scaled(figures.flops)}FLOP, ${scaled(figures.bytesMoved)}B moved`,
    ...program.values.filter(({ origin }) => origin.kind !== "computed").map(listValue),
    ...stages,
    ...program.plan.results.map((result) => `result ${listOperand(result)}`),
  ].join("\n");
}
