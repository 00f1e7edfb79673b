import { TypegradError } from "@typegrad/autograd";
import { type Agreement, close, difference } from "./compare.js";
import { derivatives, inputLeaves } from "./derivatives.js";
import { buildModule } from "./modules.js";
import { NotBuilt } from "./not-built.js";
import { runOp } from "./ops.js";
import { runOptimizer } from "./optimizers.js";
import { type Case, readCase, type Tensors, withPrefix } from "./read-case.js";
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

/** Forward and backward of an op or a module, once or (second_order) twice. */
function runForward(golden: Case): string[] {
  const leaves = inputLeaves(golden);
  let outputs: Tensors;
  if (golden.isOp) outputs = runOp(golden.subject, golden.inputs, golden.args);
  else {
    const built = buildModule(golden);
    leaves.push(...built.leaves);
    outputs = built.subject.forward(built.module, golden.inputs, golden.args, golden.call);
  }
  const found = {
    ...Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`output.${name}`, value])),
    ...derivatives(golden, outputs, leaves),
  };
  const expected = Object.entries(golden.tensors).filter(([name]) => /^(output|grad2?)\./.test(name));
  return expected.flatMap(([name, tensor]) => difference(name, found[name], tensor, agreement(golden, name)) ?? []);
}

/**
 * PyTorch gives NaN to a query that may attend to nothing, and then to every gradient; here it gets zeros and passes on
 * a gradient of zero. What is finite in the file must agree; in place of NaN there are zeros from attention itself and
 * in the gradient of the query, and finite values elsewhere.
 */
function agreement(golden: Case, name: string): Agreement {
  const near: Agreement = (actual, expected) => close(actual, expected, golden);
  const attends = /[aA]ttention|Transformer/.test(golden.subject);
  if (!golden.tags.includes("nan") || !attends) return near;
  const zero = golden.isOp ? /^output\.|^grad\.input\.q$/ : /weights$|^grad\.input\.query$/;
  return (actual, expected, index) => {
    if (!Number.isNaN(expected)) return near(actual, expected, index);
    return zero.test(name) ? actual === 0 : Number.isFinite(actual);
  };
}

const runners: Readonly<Record<string, Runner>> = {
  op: runForward,
  module: runForward,
  second_order: runForward,
  optim: runOptimizer,
  schedule: runSchedule,
  train: runTraining,
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

/** The names of the outputs of a training run or an optimizer, compared. */
export function compareOutputs(golden: Case, found: Tensors): string[] {
  const expected = Object.entries(withPrefix(golden.tensors, "output."));
  return expected.flatMap(([name, tensor]) => difference(`output.${name}`, found[name], tensor, golden) ?? []);
}
