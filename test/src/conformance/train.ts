import { compile, crossEntropy, noGrad, type Tensor, tensor } from "@typegrad/autograd";
import type { Module } from "@typegrad/nn";
import * as trainer from "@typegrad/trainer";
import type { GPT, Seq2SeqTransformer } from "@typegrad/transformer";
import { type Agreement, close, difference } from "./compare.js";
import { type Leaf, laidOut } from "./derivatives.js";
import { nextTokenLoss } from "./language-models.js";
import { buildModule } from "./modules.js";
import { lookUp, NotBuilt } from "./not-built.js";
import { type Optimizer, optimizerOf, setRate } from "./optimizers.js";
import type { Args, Case } from "./read-case.js";
import { scheduleOf } from "./schedules.js";

/** The tensors that a model is given. */
type Inputs = Readonly<Record<string, Tensor>>;

/** Batch `i` of the file's inputs, which are gone through again and again. */
const batchAt = (golden: Case, i: number): Inputs =>
  Object.fromEntries(Object.entries(golden.inputs).map(([name, x]) => [name, x.select(0, (i - 1) % x.shape[0]!)]));

/** Logits and loss of a batch. */
function lossOf({ subject, call }: Case, module: Module, inputs: Inputs): { logits: Tensor; loss: Tensor } {
  if (subject !== "Seq2Seq") {
    const ids = inputs.input_ids!;
    const logits = (module as GPT).forward(ids);
    return { logits, loss: nextTokenLoss(logits, ids) };
  }
  const [src, tgt] = [inputs.src!, inputs.tgt!];
  const length = tgt.shape[1]!;
  const logits = (module as Seq2SeqTransformer).forward(src, tgt.slice(1, 0, length - 1));
  const loss = crossEntropy(logits.transpose(1, 2), tgt.slice(1, 1, length), {
    ignoreIndex: Number(call.pad),
    labelSmoothing: Number(call.label_smoothing ?? 0),
  });
  return { logits, loss };
}

/** The optimizer of `call`; weight decay may differ between matrices and vectors. */
function optimizerFor({ call }: Case, leaves: readonly Leaf[]): Optimizer {
  const { optimizer, betas, eps, weight_decay_matrices: matrices, weight_decay_vectors: vectors } = call;
  const parameters = leaves.map(({ tensor }) => tensor);
  const options: Args = { lr: 0, betas, eps };
  if (matrices === undefined) return optimizerOf(String(optimizer), parameters, options);
  const groups = [
    { params: parameters.filter(({ ndim }) => ndim > 1), weightDecay: matrices },
    { params: parameters.filter(({ ndim }) => ndim <= 1), weightDecay: vectors },
  ];
  return optimizerOf(String(optimizer), groups, options);
}

/** Runs all steps and gives everything that the file has values for. */
function train(golden: Case, compiled: boolean): Record<string, Tensor | null> {
  const { module, leaves } = buildModule(golden);
  const { steps, schedule, schedule_args: scheduleArgs, clip_grad_norm: maxNorm } = golden.call;
  const rate = scheduleOf(String(schedule), scheduleArgs as Args);
  const optimizer = optimizerFor(golden, leaves);
  const clip = lookUp<(parameters: readonly Tensor[], maxNorm: unknown) => Tensor>(trainer, "clipGradNorm");
  const parameters = leaves.map(({ tensor }) => tensor);
  const update = (inputs: Inputs) => {
    optimizer.zeroGrad();
    const { logits, loss } = lossOf(golden, module, inputs);
    loss.backward();
    const gradients = parameters.map(({ grad }) => grad);
    const norm = maxNorm === undefined ? null : clip(parameters, maxNorm);
    optimizer.step();
    return { logits: logits.detach(), loss, gradients, norm };
  };
  const run = compiled ? compile(update) : update;
  const found: Record<string, Tensor | null> = {};
  const rows: Record<string, number[]> = { losses: [], lr: [], grad_norms: [] };
  for (let step = 1; step <= Number(steps); step++) {
    setRate(optimizer, rate(step));
    const { logits, loss, gradients, norm } = run(batchAt(golden, step));
    if (step === 1) {
      found["output.first_logits"] = logits;
      for (const [i, leaf] of leaves.entries()) found[`grad.${leaf.name}`] = laidOut(leaf, gradients[i]!);
    }
    if (norm !== null) rows.grad_norms!.push(norm.item());
    rows.losses!.push(loss.item());
    rows.lr!.push(rate(step));
  }
  for (const [name, values] of Object.entries(rows)) found[`output.${name}`] = tensor(Float64Array.from(values));
  for (const leaf of leaves) {
    found[leaf.name.replace("param.", "output.final.")] = laidOut(leaf, leaf.tensor.detach());
  }
  found["output.final_loss"] = noGrad(() => lossOf(golden, module, batchAt(golden, 1)).loss);
  return found;
}

/** Key biases have no gradient but rounding noise, which Adam magnifies: they are compared with a tolerance of their own. */
function agreement(golden: Case, name: string, size: number): Agreement {
  const near: Agreement = (actual, expected) => close(actual, expected, golden);
  if (golden.metadata.loose === undefined) return near;
  const { suffix, atol } = JSON.parse(golden.metadata.loose) as { suffix: string; atol: number };
  if (!name.startsWith("output.final.") || !name.endsWith(suffix)) return near;
  return (actual, expected, i) =>
    i >= size / 3 && i < (2 * size) / 3 ? Math.abs(actual - expected) <= atol : near(actual, expected, i);
}

/** A whole training run, operation by operation and compiled. */
export function runTraining(golden: Case): string[] {
  if (golden.subject !== "Seq2Seq" && golden.subject !== "GPT2LMHeadModel") {
    throw new NotBuilt(`training of ${golden.subject}`);
  }
  const expected = Object.entries(golden.tensors).filter(([name]) => /^(output|grad)\./.test(name));
  return [false, true].flatMap((compiled) => {
    const found = train(golden, compiled);
    const problems = expected.flatMap(
      ([name, value]) => difference(name, found[name], value, agreement(golden, name, value.size)) ?? [],
    );
    return compiled ? problems.map((problem) => `compiled: ${problem}`) : problems;
  });
}
