import type { Scalar } from "./expression.js";
import type { Step } from "./order.js";
import { stepsOf } from "./order.js";

/** Floats are computed in float64 whatever the arrays hold; int32 wraps after each operation. */
export type Arithmetic = "float" | "int32";

/** A printed expression: statements that bind what is used twice, then the expression of the result. */
export interface PrintedBody {
  readonly statements: readonly string[];
  readonly result: string;
}

/** A stretch of code: the whole body, or one arm of a branch inside another region. */
interface Region {
  readonly parent: Region | null;
  readonly depth: number;
}

const infix: Partial<Record<string, string>> = {
  plus: "+",
  minus: "-",
  times: "*",
  over: "/",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  eq: "===",
  ne: "!==",
  and: "&&",
  or: "||",
};

/**
 * Prints `root`, a graph without calls, over the parameters `inputs`. A value used twice is bound to a const in the innermost region that
 * encloses its uses, so that a branch computes only the arm it takes; a value used once stands where it is used.
 */
export function printBody(root: Scalar, inputs: readonly string[], arithmetic: Arithmetic): PrintedBody {
  const steps = stepsOf(root);
  const { regions, arms, uses } = placeSteps(steps);
  const texts: string[] = [];

  const statementsOf = (region: Region): string[] => {
    const statements: string[] = [];
    steps.forEach((step, position) => {
      if (regions[position] !== region) return;
      const name = `t${position}`;
      const armRegions = arms.get(position);
      if (armRegions !== undefined) {
        const [whenTrue, whenFalse] = armRegions.map(statementsOf) as [string[], string[]];
        if (whenTrue.length + whenFalse.length > 0) {
          const [condition, a, b] = step.args.map((argument) => texts[argument]) as [string, string, string];
          statements.push(`let ${name}: ${step.node.kind};`, `if (${bare(condition)}) {`);
          statements.push(...whenTrue.map(indent), indent(`${name} = ${bare(a)};`), "} else {");
          statements.push(...whenFalse.map(indent), indent(`${name} = ${bare(b)};`), "}");
          texts[position] = name;
          return;
        }
      }
      const text = printStep(
        step,
        step.args.map((argument) => texts[argument] as string),
        inputs,
        arithmetic,
      );
      const bind = (uses[position] as number) > 1 && step.args.length > 0;
      if (bind) statements.push(`const ${name} = ${bare(text)};`);
      texts[position] = bind ? name : text;
    });
    return statements;
  };

  const statements = statementsOf(regions[steps.length - 1] as Region);
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

/** The region of each step, the two regions of each branch, and how often each step is used. */
function placeSteps(steps: readonly Step[]) {
  const regions: Region[] = new Array<Region>(steps.length);
  const arms = new Map<number, readonly [Region, Region]>();
  const uses = new Array<number>(steps.length).fill(0);
  regions[steps.length - 1] = { parent: null, depth: 0 };
  for (let position = steps.length - 1; position >= 0; position--) {
    const step = steps[position] as Step;
    const region = regions[position] as Region;
    const armRegions: [Region, Region] = [
      { parent: region, depth: region.depth + 1 },
      { parent: region, depth: region.depth + 1 },
    ];
    if (step.node.op === "branch") arms.set(position, armRegions);
    step.args.forEach((argument, slot) => {
      const isArm = step.node.op === "branch" && slot > 0;
      const use = isArm ? (armRegions[slot - 1] as Region) : region;
      const known = regions[argument];
      regions[argument] = known === undefined ? use : commonRegion(known, use);
      uses[argument] = (uses[argument] as number) + 1;
    });
  }
  return { regions, arms, uses };
}

function commonRegion(a: Region, b: Region): Region {
  let left = a;
  let right = b;
  while (left !== right) {
    if (left.depth >= right.depth) left = left.parent as Region;
    else right = right.parent as Region;
  }
  return left;
}

function printStep(step: Step, args: readonly string[], inputs: readonly string[], arithmetic: Arithmetic): string {
  const { op, value, name } = step.node;
  const [a = "", b = "", c = ""] = args;
  const integer = arithmetic === "int32";
  switch (op) {
    case "input":
      return inputs[value] as string;
    case "constant":
      return printNumber(value);
    case "times":
      return integer ? `imul(${bare(a)}, ${bare(b)})` : `(${a} * ${b})`;
    case "plus":
    case "minus":
      return integer ? `((${a} ${infix[op]} ${b}) | 0)` : `(${a} ${infix[op]} ${b})`;
    case "negate":
      return integer ? `((0 - ${a}) | 0)` : `(-${a})`;
    case "not":
      return `(!${a})`;
    case "select":
    case "branch":
      return `(${a} ? ${b} : ${c})`;
    case "pow2":
      return `(powersOfTwo[(${a} + 1023) & 2047] as number)`;
    case "call":
      throw new Error(`print: the call of ${name} is to be expanded first`);
    default: {
      const symbol = infix[op];
      return symbol === undefined ? `${op}(${args.map(bare).join(", ")})` : `(${a} ${symbol} ${b})`;
    }
  }
}

/** A literal that reads back as the same float64. */
function printNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.startsWith("-") ? `(${text})` : text;
}

/** Without the outermost parentheses, where nothing stands beside the text. */
function bare(text: string): string {
  if (!text.startsWith("(")) return text;
  let depth = 0;
  for (let index = 0; index < text.length - 1; index++) {
    if (text[index] === "(") depth++;
    else if (text[index] === ")") depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
