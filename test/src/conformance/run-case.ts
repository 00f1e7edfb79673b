import { type Tensor, TypegradError } from "@typegrad/autograd";
import { difference } from "./compare.js";
import { derivatives, inputLeaves } from "./derivatives.js";
import { agreementWithFullRows, hasFullRows, withRowsOpened } from "./full-rows.js";
import { runGeneration } from "./generate.js";
import { buildModule } from "./modules.js";
import { NotBuilt } from "./not-built.js";
import { runOp } from "./ops.js";
import { runOptimizer } from "./optimizers.js";
import { type Case, readCase, type Tensors } from "./read-case.js";
import { runSchedule } from "./schedules.js";
import { runTraining } from "./train.js";

/** How a case went. */
export interface Outcome {
  readonly file: string;
  readonly kind: string;
  readonly status: "passed" | "failed" | "not built";
  /** What differs, a line each, or what is not built. */
  readonly problems: readonly string[];
}

/** Runs a kind of case and tells in words what differs. */
type Runner = (golden: Case) => string[] | Promise<string[]>;

/** Outputs and gradients of an op or a module under their names in the file. */
function compute(golden: Case): Record<string, Tensor | null> {
  const leaves = inputLeaves(golden);
  let outputs: Tensors;
  if (golden.isOp) outputs = runOp(golden.subject, golden.inputs, golden.args);
  else {
    const built = buildModule(golden);
    leaves.push(...built.leaves);
    outputs = built.subject.forward(built.module, golden.inputs, golden.args, golden.call);
  }
  const named = Object.entries(outputs).map(([name, value]) => [`output.${name}`, value]);
  return { ...Object.fromEntries(named), ...derivatives(golden, outputs, leaves) };
}

/** Forward and backward of an op or a module, once or (second_order) twice. */
function runForward(golden: Case): string[] {
  const found = compute(golden);
  const fullRows = hasFullRows(golden);
  const opened = fullRows ? withRowsOpened(golden) : null;
  const reference = opened === null ? {} : compute(opened.golden);
  const expected = Object.entries(golden.tensors).filter(([name]) => /^(output|grad2?)\./.test(name));
  return expected.flatMap(([name, tensor]) => {
    const agrees = fullRows ? agreementWithFullRows(golden, name, opened, reference) : golden;
    return difference(name, found[name], tensor, agrees) ?? [];
  });
}

const runners: Readonly<Record<string, Runner>> = {
  op: runForward,
  module: runForward,
  second_order: runForward,
  optim: runOptimizer,
  schedule: runSchedule,
  train: runTraining,
  generate: runGeneration,
};

/** Runs the case of a file. */
export async function runCase(folder: string, file: string): Promise<Outcome> {
  let kind = "unreadable";
  try {
    const golden = readCase(folder, file);
    kind = golden.kind;
    if (!Object.hasOwn(runners, kind)) throw new NotBuilt(`kind ${kind}`);
    const problems = await runners[kind]!(golden);
    return { file, kind, status: problems.length === 0 ? "passed" : "failed", problems };
  } catch (error) {
    if (error instanceof NotBuilt) return { file, kind, status: "not built", problems: [error.what] };
    const text =
      error instanceof TypegradError ? `${error.name}: ${error.message}` : String((error as Error).stack ?? error);
    return { file, kind, status: "failed", problems: text.split("\n") };
  }
}
