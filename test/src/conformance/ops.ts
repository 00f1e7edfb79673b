import type { Tensor } from "@typegrad/autograd";
import * as autograd from "@typegrad/autograd";
import * as trainer from "@typegrad/trainer";
import * as transformer from "@typegrad/transformer";
import { attention } from "./attention.js";
import { lookUp, NotBuilt } from "./not-built.js";
import { type Args, camelArgs, type Tensors } from "./read-case.js";

/** What an op gives: one tensor ("out"), a list ("0", "1", …), or tensors by name. */
export type Result = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** Runs an op: its inputs by name, and its arguments. */
type Run = (inputs: Tensors, args: Args) => Result;

type AnyOp = (...operands: unknown[]) => Result;

const op = (name: string): AnyOp => lookUp<AnyOp>(autograd, name);

/** `log_softmax` → `logSoftmax`. */
const called = (name: string): string => Object.keys(camelArgs({ [name]: 0 }))[0]!;

/** Arguments as our trailing options; null ones are left out. */
const options = (args: Args, ...names: string[]): Record<string, unknown> =>
  camelArgs(Object.fromEntries(names.filter((name) => name in args).map((name) => [name, args[name]])));

/** Tensors among the options, such as class weights, where the case has them. */
const given = (inputs: Tensors, names: Readonly<Record<string, string>>): Tensors =>
  Object.fromEntries(
    Object.entries(names).flatMap(([ours, theirs]) => (inputs[theirs] ? [[ours, inputs[theirs]]] : [])),
  );

/** All inputs in their order are the operands. */
const plain =
  (name: string): Run =>
  (inputs) =>
    op(name)(...Object.values(inputs));

/** Operands, then the named arguments one by one. */
const positional =
  (name: string, ...names: string[]): Run =>
  (inputs, args) =>
    op(name)(...Object.values(inputs), ...names.map((key) => args[key] ?? undefined));

/** Operands, then the named arguments as options. */
const optional =
  (name: string, ...names: string[]): Run =>
  (inputs, args) =>
    op(name)(...Object.values(inputs), options(args, ...names));

/** One operand, the dim, and options. */
const reduction =
  (name: string, ...names: string[]): Run =>
  ({ x }, args) =>
    op(name)(x, args.dim ?? undefined, options(args, "keepdim", ...names));

const entry = (name: string, run: (name: string) => Run): readonly [string, Run] => [name, run(called(name))];

const elementwise =
  "add sub mul div pow maximum minimum neg exp log log1p expm1 sqrt rsqrt abs sign tanh sigmoid relu silu sin cos erf where bmm";
const reductions = "sum mean prod amax amin logsumexp argmax argmin max min";

const withScalar = ["add", "sub", "mul", "div", "pow"].flatMap((name): [string, Run][] => [
  [`${name}_scalar`, ({ x }, { other }) => op(name)(x, other)],
  [`r${name}_scalar`, ({ x }, { other }) => op(name)(other, x)],
]);

function matmul({ a, b }: Tensors, args: Args): Tensor {
  const turned = (x: Tensor, turn: unknown): Tensor => (turn === true ? x.transpose(-1, -2) : x);
  return turned(a!, args.transpose_a).matmul(turned(b!, args.transpose_b));
}

function clipGradNorm(inputs: Tensors, args: Args): Result {
  const clip = lookUp<(parameters: readonly Tensor[], maxNorm: unknown, options: object) => Tensor>(
    trainer,
    "clipGradNorm",
  );
  const parameters = Object.values(inputs).map((gradient) => {
    const parameter = autograd.zerosLike(gradient);
    parameter.requiresGrad = true;
    parameter.grad = gradient;
    return parameter;
  });
  const total = clip(parameters, args.max_norm, options(args, "norm_type"));
  return { ...parameters.map(({ grad }) => grad!), total_norm: total };
}

function batchNorm(inputs: Tensors, args: Args): Result {
  const { x, weight = null, bias = null, running_mean: runningMean = null, running_var: runningVar = null } = inputs;
  const settings = { weight, bias, runningMean, runningVar, ...options(args, "training", "momentum", "eps") };
  const out = op("batchNorm")(x, settings) as Tensor;
  return { out, ...(runningMean && { running_mean: runningMean }), ...(runningVar && { running_var: runningVar }) };
}

const convolution =
  (name: string): Run =>
  ({ x, weight, bias = null }, args) =>
    op(name)(x, weight, { ...(bias && { bias }), ...options(args, "stride", "padding", "dilation", "groups") });

const table: Readonly<Record<string, Run>> = {
  ...Object.fromEntries(elementwise.split(" ").map((name) => entry(name, plain))),
  ...Object.fromEntries(reductions.split(" ").map((name) => entry(name, reduction))),
  ...Object.fromEntries(withScalar),
  gelu: optional("gelu", "approximate"),
  softplus: optional("softplus", "beta", "threshold"),
  clamp: optional("clamp", "min", "max"),
  masked_fill: positional("maskedFill", "value"),
  var: reduction("var", "correction"),
  std: reduction("std", "correction"),
  norm: optional("norm", "p", "dim", "keepdim"),
  cumsum: positional("cumsum", "dim"),
  reshape: positional("reshape", "shape"),
  transpose: positional("transpose", "dim0", "dim1"),
  transpose_reshape: ({ x }, { dim0, dim1, shape }) => op("reshape")(op("transpose")(x, dim0, dim1), shape),
  permute: positional("permute", "dims"),
  flip: positional("flip", "dims"),
  expand: positional("expand", "shape"),
  squeeze: positional("squeeze", "dim"),
  unsqueeze: positional("unsqueeze", "dim"),
  cat: (inputs, { dim }) => op("cat")(Object.values(inputs), dim),
  stack: (inputs, { dim }) => op("stack")(Object.values(inputs), dim),
  split: positional("split", "split_size", "dim"),
  chunk: positional("chunk", "chunks", "dim"),
  index: positional("index", "index"),
  index_select: ({ x, index }, { dim }) => op("indexSelect")(x, dim, index),
  gather: ({ x, index }, { dim }) => op("gather")(x, dim, index),
  embedding: optional("embedding", "padding_idx"),
  tril: positional("tril", "diagonal"),
  triu: positional("triu", "diagonal"),
  pad: ({ x }, args) => op("pad")(x, args.pad, options(args, "value")),
  repeat: positional("repeat", "repeats"),
  roll: positional("roll", "shifts", "dims"),
  matmul,
  einsum: (inputs, { equation }) => op("einsum")(equation, ...Object.values(inputs)),
  softmax: positional("softmax", "dim"),
  log_softmax: positional("logSoftmax", "dim"),
  cross_entropy: ({ logits, target, ...rest }, args) =>
    op("crossEntropy")(logits, target, {
      ...given(rest, { weight: "weight" }),
      ...options(args, "ignore_index", "label_smoothing", "reduction"),
    }),
  nll_loss: ({ log_probs: logs, target, ...rest }, args) =>
    op("nllLoss")(logs, target, {
      ...given(rest, { weight: "weight" }),
      ...options(args, "ignore_index", "reduction"),
    }),
  mse_loss: optional("mseLoss", "reduction"),
  smooth_l1_loss: optional("smoothL1Loss", "reduction", "beta"),
  binary_cross_entropy_with_logits: ({ logits, target, ...rest }, args) =>
    op("binaryCrossEntropyWithLogits")(logits, target, {
      ...given(rest, { weight: "weight", posWeight: "pos_weight" }),
      ...options(args, "reduction"),
    }),
  kl_div: optional("klDiv", "reduction", "log_target"),
  layer_norm: ({ x, ...rest }, args) =>
    op("layerNorm")(x, args.normalized_shape, {
      ...given(rest, { weight: "weight", bias: "bias" }),
      ...options(args, "eps"),
    }),
  rms_norm: ({ x, ...rest }, args) =>
    op("rmsNorm")(x, { ...given(rest, { weight: "weight" }), ...options(args, "eps") }),
  scaled_dot_product_attention: (inputs, args) => attention(inputs, args),
  rope: optional("rope", "theta", "offset", "interleaved"),
  sinusoidal_positional_encoding: (_, { max_len: length, d_model: width }) =>
    lookUp<AnyOp>(transformer, "sinusoidalEncoding")(length, width, { dtype: "float64" }),
  conv1d: convolution("conv1d"),
  conv2d: convolution("conv2d"),
  batch_norm: batchNorm,
  clip_grad_norm: clipGradNorm,
};

/** The outputs of an op by the names that the files give them. */
export function runOp(name: string, inputs: Tensors, args: Args): Tensors {
  const run = Object.hasOwn(table, name) ? table[name]! : null;
  if (run === null) throw new NotBuilt(name);
  const result = run(inputs, args);
  return result instanceof autograd.Tensor ? { out: result } : { ...(result as Tensors) };
}
