import type { Scalar } from "./expression.js";
import { stepsOf } from "./order.js";
import { type Arithmetic, bare, printStep } from "./print-expression.js";
import { placeSteps, type Region } from "./regions.js";

/** A printed expression: statements that bind what is used twice, then the expression of the result. */
export interface PrintedBody {
  readonly statements: readonly string[];
  readonly result: string;
}

/** How many selects one expression may hold: each has two places of its own in the generated arrays of picks. */
export const largestSelectCount = 32;

/**
 * Prints `root` over the parameters `inputs`. A value used twice is bound to a const, a value used once stands where it
 * is used. A branch is an if statement, or ?: where its arms need no statements. A select stores both its values and
 * loads one of them, since JavaScript engines compile ?: to a jump, which costs 5 ns wherever it is not predicted.
 */
export function printBody(root: Scalar, inputs: readonly string[], arithmetic: Arithmetic): PrintedBody {
  const steps = stepsOf(root);
  const { regions, arms, uses } = placeSteps(steps);
  const texts: string[] = [];
  const picks = arithmetic === "float" ? "picks" : "integerPicks";
  let selects = 0;

  const statementsOf = (region: Region): string[] => {
    const statements: string[] = [];
    for (const [position, step] of steps.entries()) {
      if (regions[position] !== region) continue;
      const name = `t${position}`;
      // A branch first: printing the statements of its arms gives the arms' values their texts.
      const armStatements = arms.get(position)?.map(statementsOf) ?? [];
      const args = step.args.map((argument) => texts[argument] as string);
      if (armStatements.some((arm) => arm.length > 0)) {
        const [whenTrue, whenFalse] = armStatements as [string[], string[]];
        const [condition, a, b] = args.map(bare);
        statements.push(`let ${name}: ${step.node.kind};`, `if (${condition}) {`);
        statements.push(...[...whenTrue, `${name} = ${a};`].map(indent), "} else {");
        statements.push(...[...whenFalse, `${name} = ${b};`].map(indent), "}");
        texts[position] = name;
      } else if (step.node.op === "select" && step.node.kind === "number") {
        const [condition, a, b] = args as [string, string, string];
        const at = 2 * selects++;
        statements.push(`${picks}[${at}] = ${bare(b)};`, `${picks}[${at + 1}] = ${bare(a)};`);
        statements.push(`const ${name} = ${picks}[${at} + +${condition}] as number;`);
        texts[position] = name;
      } else {
        const isShared = (uses[position] as number) > 1 && args.length > 0;
        const text = printStep(step, args, inputs, arithmetic);
        if (isShared) statements.push(`const ${name} = ${bare(text)};`);
        texts[position] = isShared ? name : text;
      }
    }
    return statements;
  };

  const statements = statementsOf(regions[steps.length - 1] as Region);
  if (selects > largestSelectCount) throw new Error(`print: an expression has more than ${largestSelectCount} selects`);
  return { statements, result: bare(texts[steps.length - 1] as string) };
}

/** Prints `name` as a function of float64 numbers. */
export function printFunction(name: string, parameters: readonly string[], root: Scalar): string {
  const { statements, result } = printBody(root, parameters, "float");
  const list = parameters.map((parameter) => `${parameter}: number`).join(", ");
  const lines = [...statements, `return ${result};`].map(indent);
  return [`export function ${name}(${list}): ${root.kind} {`, ...lines, "}"].join("\n");
}

export function indent(line: string): string {
  return `  ${line}`;
}
