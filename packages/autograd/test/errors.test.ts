import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import * as tg from "../src/index.js";
import { Machine, machineOrNull } from "../src/targets/wasm/machine.js";
import type { Pool } from "../src/targets/wasm/threads/pool.js";
import { errorOf } from "./samples/error.js";
import { refusals } from "./samples/refusals.js";
import { failing, step } from "./support/wasm-functions.js";

const { ones, tensor, zeros } = tg;
const int = (...values: number[]) => tensor(Int32Array.from(values));
const leaf = () => tensor(Float64Array.of(1, 2, 3), { requiresGrad: true });
const a = ones([2, 3]);
const cube = ones([2, 3, 5]);
const freed = () => {
  const y = leaf().exp().sum();
  y.backward();
  return y;
};
const stale = () => {
  const x = leaf();
  const y = x.mul(x).sum();
  tg.noGrad(() => x.assign(x.add(1).detach()));
  return y;
};
const staleCheckpoint = () => {
  const x = leaf();
  const y = tg.checkpoint(() => x.mul(x).sum());
  tg.noGrad(() => x.assign(x.add(1).detach()));
  return y;
};
const moody = () => {
  let first = true;
  return tg.checkpoint((x) => {
    const y = first ? x.exp() : x.sin();
    first = false;
    return y.sum();
  }, leaf());
};
const cycle = () => {
  const rows: unknown[] = [];
  rows.push(rows);
  return rows;
};
/** One whose memory the host does not let grow. */
const fullMachine = () => {
  const grow = (): never => {
    throw new RangeError("out of memory");
  };
  const { kernels, module } = machineOrNull()!;
  return new Machine(kernels, module, { buffer: new ArrayBuffer(2 ** 20), grow }, false);
};
/** A tensor that a function put aside while it was traced. */
const keptFromTrace = (): tg.Tensor => {
  let kept: tg.Tensor | null = null;
  tg.compile((x: tg.Tensor) => {
    kept = x.add(1);
    return kept;
  })(a);
  return kept!;
};
const failingStage = { steps: [step(failing, [0], 1)] };
const lostPool = { share: () => "lost" } as unknown as Pool;
const disposedProgram = () => {
  const program = machineOrNull()!.executor.load([]);
  program.dispose();
  return program;
};
type Gradients = tg.Tensor | (tg.Tensor | null)[];
const custom = (forward: (x: tg.Tensor) => unknown, backward: (gradient: tg.Tensor) => Gradients = (g) => g) =>
  tg
    .customOp({ name: "half", forward: forward as (x: tg.Tensor) => tg.Tensor, backward })(leaf())
    .sum();
const hooked = (hook: (gradient: tg.Tensor) => tg.Tensor) => {
  const x = leaf();
  x.registerHook(hook);
  return x.exp().sum();
};
const wrong = <T>(value: unknown): T => value as T;

/** What goes wrong, and the first line of what is said about it. */
const rows: readonly (readonly [run: () => unknown, problem: string, got?: string])[] = [
  ...refusals,
  [() => tg.add(a, ones([5])), "add: shapes do not broadcast, 3 and 5 at dim −1"],
  [() => tg.where(cube.gt(0), 1, ones([7, 1])), "where: shapes do not broadcast, 3 and 7 at dim −2"],
  [() => tg.where(a, a, a), "where: operand 0 is a condition and must be bool", "got: float32"],
  [() => tg.where(1, a, a), "where: operand 0 is a condition and must be bool", "got: a number"],
  [() => tensor([true]).neg(), "neg: the operation does not take bool"],
  [() => a.to(wrong("float16")), "to: unknown dtype"],
  [() => zeros([2], { dtype: wrong(undefined) as never }).to(wrong(undefined)), "to: unknown dtype"],
  [() => a.sum(0, wrong({ keepDim: true })), 'sum: unknown option "keepDim"'],
  [() => tg.eye(2, 2, wrong({ type: 1 })), 'eye: unknown option "type"'],
  [() => a.clamp({}), "clamp: no bound is given"],
  [() => a.gelu({ approximate: wrong("fast") }), "gelu: no such approximation"],
  [() => a.sum(2), "sum: dim out of range for a tensor of 2 dims"],
  [() => a.sum(0.5), "sum: dim out of range for a tensor of 2 dims"],
  [() => a.sum([0, -2]), "sum: a dim is named twice"],
  [() => int(1).mean(), "mean: a float is needed"],
  [() => zeros([0]).amax(), "amax: nothing to reduce over"],
  [() => zeros([2, 0]).argmin(1), "argmin: nothing to reduce over"],
  [() => a.topk(4), "topk: k out of range"],
  [() => a.reshape([4]), "reshape: 6 elements do not fill the shape"],
  [() => a.reshape([-1, -1]), "reshape: 6 elements do not fill the shape"],
  [() => a.reshape([-1, 5]), "reshape: 6 elements do not fill the shape"],
  [() => a.permute([0, 0]), "permute: every dim must be named once"],
  [() => a.expand([2, 5]), "expand: only dims of extent 1 stretch"],
  [() => a.expand([-1, 2, 3]), "expand: a shape is a list of whole numbers ≥ 0"],
  [() => cube.flatten(2, 1), "flatten: start lies behind end"],
  [() => tg.cat([]), "cat: no tensors"],
  [() => tg.stack([]), "stack: no tensors"],
  [() => tg.cat([a, ones([5, 7])], 1), "cat: shapes differ outside dim 1"],
  [() => tg.stack([a, ones([2, 5])]), "stack: shapes differ"],
  [() => a.slice(0, 0, 2, 0), "slice: bounds and step are whole numbers, the step not 0"],
  [() => a.select(0, 2), "select: index out of range"],
  [() => a.index([2]), "index: index out of range"],
  [() => a.select(0, -3), "select: index out of range"],
  [() => a.split([1, 1], 1), "split: the sizes do not add up to the extent"],
  [() => a.split(0), "split: the sizes do not add up to the extent"],
  [() => a.chunk(0), "chunk: the number of chunks must be at least 1"],
  [() => a.index([0, 0, 0]), "index: too many items"],
  [() => a.index(["ellipsis", "ellipsis"]), "index: too many items"],
  [() => a.roll([1, 2], 0), "roll: one shift a dim"],
  [() => a.repeat([2]), "repeat: a number for each dim is needed"],
  [() => a.pad([1]), "pad: pairs of whole numbers are needed, from the last dim backwards"],
  [() => a.pad([-2, -2]), "pad: a shape is a list of whole numbers ≥ 0"],
  [() => ones([3]).tril(), "tril: a matrix is needed"],
  [() => a.indexSelect(0, ones([1])), "indexSelect: indices must be int32"],
  [() => a.indexSelect(0, int(0).reshape([1, 1])), "indexSelect: the index has one dim"],
  [() => a.indexSelect(0, int(2)), "indexSelect: index out of range"],
  [() => a.gather(0, int(0)), "gather: the index does not fit"],
  [() => a.gather(1, int(-1).reshape([1, 1])), "gather: index out of range"],
  [() => a.scatterAdd(1, int(3).reshape([1, 1]), a), "scatterAdd: index out of range"],
  [() => a.indexCopy(1, int(3), ones([2, 1])), "indexCopy: index out of range"],
  [() => a.scatterAdd(1, int(0, 1).reshape([2, 1]), ones([1, 1])), "scatterAdd: the source has too few elements"],
  [() => a.indexCopy(0, int(0), ones([2, 3])), "indexCopy: the source does not fit"],
  [() => a.embedding(ones([2])), "embedding: indices must be int32"],
  [() => a.embedding(int(1, 2)), "embedding: id out of range"],
  [() => a.embedding(int(1), { paddingIdx: 2 }), "embedding: paddingIdx: index out of range"],
  [() => a.matmul(ones([5, 7])), "matmul: inner dimensions differ, 3 and 5"],
  [() => a.matmul(tensor(1)), "matmul: an operand has no dims"],
  [() => cube.matmul(ones([7, 5, 3])), "matmul: shapes do not broadcast, 2 and 7 at dim −1"],
  [() => a.gt(0).matmul(a.gt(0).transpose(0, 1)), "matmul: numbers are needed"],
  [() => a.bmm(a), "bmm: two batches of matrices of equal number are needed"],
  [() => cube.bmm(ones([5, 3])), "bmm: two batches of matrices of equal number are needed"],
  [() => a.bmm(cube), "bmm: two batches of matrices of equal number are needed"],
  [() => cube.bmm(ones([7, 5, 3])), "bmm: two batches of matrices of equal number are needed"],
  [() => cube.bmm(ones([2, 7, 3])), "bmm: inner dimensions differ, 5 and 7"],
  [() => tg.einsum(wrong(5), a), "einsum: the equation is a text"],
  [() => tg.einsum("ij->i->j", a), "einsum: the equation has other signs than letters, commas, ellipses and one arrow"],
  [() => tg.einsum("i2", a), "einsum: the equation has other signs than letters, commas, ellipses and one arrow"],
  [() => tg.einsum("i..", a), "einsum: an ellipsis is three dots, one in a term"],
  [() => tg.einsum("...i...", a), "einsum: an ellipsis is three dots, one in a term"],
  [() => tg.einsum("ij->......", a), "einsum: an ellipsis is three dots, one in a term"],
  [() => tg.einsum("ij"), "einsum: 1 terms for 0 operands"],
  [() => tg.einsum("ij,jk", a), "einsum: 2 terms for 1 operands"],
  [() => tg.einsum("ijk", a), "einsum: the term of operand 0 names 3 dims, the operand has 2"],
  [() => tg.einsum("ij,i", a, a), "einsum: the term of operand 1 names 1 dims, the operand has 2"],
  [() => tg.einsum("i...jk", a), "einsum: the term of operand 0 names 3 dims, the operand has 2"],
  [() => tg.einsum("ij->ik", a), 'einsum: "k" of the output stands in no term'],
  [() => tg.einsum("ij->iji", a), 'einsum: "i" stands twice in the output'],
  [() => tg.einsum("ij,jk", a, a), 'einsum: extents of "j" differ, 3 and 2'],
  [() => tg.einsum("ii", ones([1, 3])), 'einsum: extents of "i" differ, 1 and 3'],
  [() => tg.einsum("...i,...i", a, ones([5, 3])), 'einsum: extents of "..." differ, 2 and 5'],
  [() => tg.einsum("i,i", a.gt(0).select(0, 0), a.gt(0).select(0, 0)), "einsum: numbers are needed"],
  [() => a.conv1d(ones([2, 3])), "conv1d: the weight has 3 dims"],
  [() => cube.conv1d(ones([7, 2, 3])), "conv1d: the input does not fit the weight"],
  [() => a.conv2d(ones([7, 2, 1, 1])), "conv2d: the input does not fit the weight"],
  [
    () => cube.conv1d(ones([7, 3, 2]), { bias: ones([3]) }),
    "conv1d: the bias needs one number a channel of the output",
  ],
  [() => cube.conv1d(ones([7, 3, 7])), "conv1d: the kernel does not fit into the input"],
  [() => cube.conv1d(ones([7, 3, 2]), { groups: 3 }), "conv1d: the groups do not divide the channels"],
  [() => cube.conv1d(ones([7, 3, 2]), { groups: 0.5 }), "conv1d: the groups do not divide the channels"],
  [
    () => cube.conv1d(ones([7, 3, 2]), { stride: 0 }),
    "conv1d: stride: whole numbers ≥ 1 are needed, one for all dims or one for each",
  ],
  [
    () => cube.conv2d(ones([7, 2, 2, 2]), { padding: [1, 2, 3] }),
    "conv2d: padding: whole numbers ≥ 0 are needed, one for all dims or one for each",
  ],
  [
    () => cube.conv2d(ones([7, 2, 2, 2]), { dilation: [1.5] }),
    "conv2d: dilation: whole numbers ≥ 1 are needed, one for all dims or one for each",
  ],
  [
    () => cube.conv2d(ones([7, 2, 2, 2]), { padding: "same", stride: [1, 2] }),
    'conv2d: padding "same" needs a stride of 1',
  ],
  [
    () =>
      int(1, 2)
        .reshape([1, 2])
        .conv1d(int(1).reshape([1, 1, 1])),
    "conv1d: a float is needed",
  ],
  [() => int(1).batchNorm(), "batchNorm: a float is needed"],
  [
    () => a.batchNorm({ training: true, weight: ones([2]) }),
    "batchNorm: x is [N, C, ...], statistics, weight and bias are [C]",
  ],
  [() => a.batchNorm({ runningMean: ones([3]) }), "batchNorm: outside training the running statistics are needed"],
  [() => ones([1, 3, 1]).batchNorm({ training: true }), "batchNorm: training needs more than one value a channel"],
  [() => a.rope(), "rope: x is [.., L, D] with an even D"],
  [() => ones([4]).rope(), "rope: x is [.., L, D] with an even D"],
  [() => int(1, 2).reshape([1, 2]).rope(), "rope: a float is needed"],
  [() => ones([3, 2]).rope({ theta: 0 }), "rope: theta is a positive number"],
  ...[0.5, 2 ** 40, int(1, 2), ones([])].map(
    (offset) =>
      [
        () => ones([3, 5, 2]).rope({ offset }),
        "rope: the offset is a whole number, int32 [], or int32 [B] for x [B, .., L, D]",
      ] as const,
  ),
  [() => a.layerNorm([2]), "layerNorm: the last dims, weight and bias must have the normalised shape"],
  [() => a.rmsNorm({ weight: ones([2]) }), "rmsNorm: the last dims, weight and bias must have the normalised shape"],
  [() => a.dropout({ p: -1 }), "dropout: not a probability"],
  [() => tg.scaledDotProductAttention(ones([3]), a, a), "scaledDotProductAttention: at least two dims are needed"],
  [
    () => tg.scaledDotProductAttention(a, ones([2, 5]), a),
    "scaledDotProductAttention: query and key differ in width, or key and value in length",
  ],
  [
    () => tg.scaledDotProductAttention(a, a, a, { mask: a }),
    "scaledDotProductAttention: the mask must be bool, true where one may attend",
  ],
  [() => tg.crossEntropy(int(1), int(1)), "crossEntropy: logits must be floats with a dim of classes"],
  [() => tg.crossEntropy(a, int(0, 3)), "crossEntropy: target out of range"],
  [() => tg.crossEntropy(a, int(0, 3), { weight: ones([3]) }), "crossEntropy: target out of range"],
  [() => tg.nllLoss(a, int(0, 3)), "nllLoss: target out of range"],
  [() => tg.crossEntropy(a, int(0)), "crossEntropy: the target needs one class id for each position"],
  [() => tg.crossEntropy(a, ones([2])), "crossEntropy: probabilities need the logits' shape"],
  [() => tg.crossEntropy(a, int(0, 0), { labelSmoothing: 2 }), "crossEntropy: labelSmoothing lies in [0, 1]"],
  [() => tg.nllLoss(a, int(0)), "nllLoss: the target needs one class id for each position"],
  [() => tg.nllLoss(a, ones([2])), "nllLoss: the target needs one class id for each position"],
  [() => tg.mseLoss(a, a, { reduction: wrong("median") }), "mseLoss: no such reduction"],
  [() => tensor(wrong("5")), "tensor: the data is not numeric"],
  [() => tensor(wrong(null)), "tensor: the data is not numeric"],
  [() => tensor([wrong<number>("5")]), "tensor: an element is not a number"],
  [() => tensor([[1, 2], [3]]), "tensor: rows differ in length or depth"],
  [() => tensor([[1], 2]), "tensor: rows differ in length or depth"],
  [() => tensor([1, 2, 3], { shape: [2, 2] }), "tensor: the data does not fill the shape"],
  [() => tensor(wrong(new BigUint64Array(1))), "tensor: no dtype for this kind of typed array"],
  [() => tensor(new BigInt64Array([2n ** 31n])), "tensor: a 64-bit integer does not fit into int32"],
  [() => zeros([2, -1]), "zeros: a shape is a list of whole numbers ≥ 0"],
  [() => zeros(wrong(3)), "zeros: a shape is a list of whole numbers ≥ 0"],
  [() => ones([1e6, 1e6]), "ones: the tensor would be too large"],
  [() => tg.arange(0, 5, 0), "arange: the step does not lead from start to stop"],
  [() => tg.arange(5, 0), "arange: the step does not lead from start to stop"],
  [() => tg.oneHot(ones([1]), 2), "oneHot: ids must be int32"],
  [() => tg.oneHot(int(2), 2), "oneHot: id out of range"],
  [() => tg.oneHot(int(-1)), "oneHot: id out of range"],
  [() => new tg.Generator(-1), "Generator: not a seed"],
  [() => tg.rand([2], { dtype: "int32" }), "rand: only floats are drawn"],
  [() => tg.randint(3, 3, [2]), "randint: no whole number lies between the bounds"],
  [() => tg.randint(2 ** 31, 2 ** 31 + 5, [2]), "randint: no whole number lies between the bounds"],
  [() => tg.bernoulli(1.5, [2]), "bernoulli: not a probability"],
  [() => tg.bernoulli(tensor([0, 1, 1.5])), "bernoulli: not a probability"],
  [() => tg.bernoulli(tensor([-0.1])), "bernoulli: not a probability"],
  [() => tg.bernoulli(tensor([[0.5, Number.NaN]])), "bernoulli: not a probability"],
  [() => a.item(), "item: the tensor has 6 elements"],
  [() => tg.noGrad(async () => a), "noGrad: the function is asynchronous"],
  [
    () => Object.assign<object, object>(leaf().exp(), { requiresGrad: false }),
    "requiresGrad: only a leaf can be switched",
  ],
  [() => tensor([true], { requiresGrad: true }), "requiresGrad: only float tensors have gradients"],
  [() => leaf().exp().assign(leaf()), "assign: only a leaf can be written"],
  [() => leaf().assign(leaf()), "assign: the leaf requires a gradient and recording is on"],
  [() => a.assign(ones([3, 2])), "assign: shape and dtype must be the leaf's"],
  [() => a.registerHook(() => {}), "registerHook: the tensor does not require a gradient"],
  [() => freed().backward(), "backward: the graph was freed by an earlier backward pass"],
  [() => stale().backward(), "backward: a value that mul saved was assigned since"],
  [() => a.sum().backward(), "backward: the tensor does not require a gradient"],
  [() => leaf().exp().backward(), "backward: without a gradient the tensor must have one element"],
  [() => leaf().exp().backward(a), "backward: the gradient must have the output's shape"],
  [
    () =>
      leaf()
        .sum()
        .backward(undefined, wrong({ keep: 1 })),
    'backward: unknown option "keep"',
  ],
  [() => staleCheckpoint().backward(), "backward: a leaf that a checkpointed function reads was assigned since"],
  [() => tg.checkpoint(async () => a), "checkpoint: the function is asynchronous"],
  [() => moody().backward(), "checkpoint: the function did something else when it was run again"],
  [
    () => hooked(() => wrong(3)).backward(),
    "registerHook: a hook gives a gradient of the same shape and dtype, or nothing",
  ],
  [() => hooked(() => a).backward(), "registerHook: a hook gives a gradient of the same shape and dtype, or nothing"],
  [
    () => hooked((g) => g.to("float32")).backward(),
    "registerHook: a hook gives a gradient of the same shape and dtype, or nothing",
  ],
  [() => tg.vjp((x) => x, wrong<tg.Tensor>(3)), "vjp: the inputs must be a tensor or an array of tensors"],
  [() => tg.jacobian(() => wrong<tg.Tensor>(null), a), "jacobian: the result must be a tensor or an array of tensors"],
  [() => tg.jvp((x) => x, int(1), int(1)), "jvp: input 0 is not a float"],
  [() => tg.jvp((x) => x, a, ones([3])), "jvp: the tangents do not fit"],
  [() => tg.vjp((x) => x, [a], [a, a]), "vjp: the cotangents do not fit"],
  [() => tg.vjp((x) => x, a), "vjp: without cotangents the result must be one number"],
  [() => tg.vjp((x) => x, a, a, wrong({ strict: true })), 'vjp: unknown option "strict"'],
  [() => tg.hessian((x) => x, a), "hessian: the result must be one number"],
  [() => tg.checkFinite(tensor([1, Number.NaN])), "checkFinite: an element is not finite"],
  [() => tg.detectAnomaly(() => tensor([-1]).log()), "detectAnomaly: log made NaN in the forward pass"],
  [
    () => tg.detectAnomaly(() => leaf().sub(1).sqrt().sum().backward()),
    "detectAnomaly: sqrt made an infinity in the backward pass",
  ],
  [() => tg.detectAnomaly(wrong(3)), "detectAnomaly: fn must be a function"],
  [() => tg.checkpoint(wrong(3)), "checkpoint: fn must be a function"],
  [() => tg.jacobian(wrong<() => tg.Tensor>(3), a), "jacobian: fn must be a function"],
  [() => tg.measureTape(wrong(3)), "measureTape: fn must be a function"],
  [() => tg.graphToDot(a, { names: wrong({ a }) }), 'graphToDot: option "names" must be pairs of a name and a tensor'],
  [
    () => tg.customOp(wrong<never>({ forward: () => a, backward: () => a, reads: ["result"] })),
    'customOp: option "reads" must be an array of "inputs" and "output"',
  ],
  [
    () => tg.customOp(wrong<never>({ name: 3, forward: () => a, backward: () => a })),
    'customOp: option "name" must be a string',
  ],
  [() => tg.graphToDot(wrong(3)), "graphToDot: the operand must be a tensor"],
  [() => tg.checkFinite(wrong(3)), "checkFinite: the operand must be a tensor"],
  [() => fullMachine().lend(2 ** 20, () => 0), "WebAssembly: no room for the operands and the result"],
  [() => fullMachine().memory.allocate(2 ** 20), "WebAssembly: its memory is full"],
  [() => tg.setThreads(0), "setThreads: the count must be an integer from 1 to 256"],
  [() => machineOrNull()!.executor.load([failingStage]).run(), "compile: a kernel failed"],
  [() => machineOrNull()!.executor.runShared(lostPool, wrong({})), "compile: a thread was lost while a program ran"],
  [() => disposedProgram().run(), "compile: a program that was disposed of cannot run"],
  [() => disposedProgram().profile(), "compile: a program that was disposed of cannot run"],
  [() => tg.customOp(wrong<never>({ forward: () => a })), "customOp: backward must be a function"],
  [() => tg.detectAnomaly(async () => a), "detectAnomaly: the function is asynchronous"],
  [() => tg.graphToDot(a, wrong({ name: "a" })), 'graphToDot: unknown option "name"'],
  [() => tg.customOp(wrong<never>({ forwards: 1 })), 'customOp: unknown option "forwards"'],
  [
    () =>
      tg.jvp(
        tg.customOp({
          name: "half",
          forward: (x: tg.Tensor) => x.div(2),
          backward: (g) => tensor(Float64Array.from(g.data, (slope: number) => slope / 2)),
        }),
        leaf(),
        ones([3]),
      ),
    "half: backward cannot be differentiated again",
  ],
  [() => custom(() => 3), "half: forward must return a tensor, or { output, saved }"],
  [() => custom(async () => a), "half: forward must return a tensor, or { output, saved }"],
  [() => custom(() => ({ output: a, saved: [3] })), "half: forward must return a tensor, or { output, saved }"],
  [
    () =>
      custom(
        (x) => x,
        (g) => [g, g],
      ).backward(),
    "half: backward must return a gradient for each input",
  ],
  [
    () =>
      custom(
        (x) => x,
        () => wrong(3),
      ).backward(),
    "half: backward must return a gradient for each input",
  ],
  [
    () =>
      custom(
        (x) => x,
        () => [wrong(3)],
      ).backward(),
    "half: the gradient of input 0 is not a float tensor",
  ],
  [
    () =>
      custom(
        (x) => x,
        (g) => g.gt(0),
      ).backward(),
    "half: the gradient of input 0 is not a float tensor",
  ],
  [
    () =>
      custom(
        (x) => x,
        (g) => g.reshape([1, 3]),
      ).backward(),
    "half: the gradient of input 0 has another shape than the input",
  ],
  [() => tg.grad(leaf().sum(), [a]), "grad: input 0 does not require a gradient"],
  [() => tg.grad(leaf().sum(), [leaf()]), "grad: the output does not depend on input 0"],
  [() => tg.add(wrong("5"), 1), "add: operand 0 must be a tensor, a number or a boolean"],
  [() => tg.where(true, a, wrong([1, 2])), "where: operand 2 must be a tensor, a number or a boolean"],
  [() => tg.sum(wrong(undefined)), "sum: the operand must be a tensor"],
  [() => tg.matmul(a, wrong([[1]])), "matmul: operand 1 must be a tensor"],
  [() => tg.cat(wrong(a)), "cat: tensors must be an array"],
  [() => tg.stack([a, wrong(1)]), "stack: tensors[1] must be a tensor"],
  [() => tg.grad(leaf().sum(), wrong(a)), "grad: inputs must be an array"],
  [() => a.sum(0, wrong(5)), "sum: the options must be an object"],
  [() => a.sum(0, wrong(null)), "sum: the options must be an object"],
  [() => a.sum(0, { keepdim: wrong(1) }), 'sum: option "keepdim" must be true or false'],
  [() => a.softplus({ beta: Number.NaN }), 'softplus: option "beta" must be a number'],
  [() => tg.rand([2], { generator: wrong({}) }), 'rand: option "generator" must be a Generator'],
  [() => a.clamp({ min: wrong("0") }), 'clamp: option "min" must be a number or a tensor'],
  [
    () =>
      a
        .add(1)
        .to("int32")
        .add(2 ** 31),
    "add: the number does not fit into int32",
  ],
  [() => tg.full([2], Number.NaN, { dtype: "int32" }), "full: the number does not fit into int32"],
  [() => tensor([3e9], { dtype: "int32" }), "tensor: the number does not fit into int32"],
  [() => tensor([true]).sub(1), "sub: the operation does not take bool"],
  [() => tg.sub(int(1), true), "sub: the operation does not take bool"],
  [() => int(2).pow(-1), "pow: integers have no negative whole powers"],
  [() => ones([1e5, 1]).add(ones([1, 1e5])), "add: the tensor would be too large"],
  [
    () =>
      ones([1])
        .expand([2 ** 31 - 1])
        .clone(),
    "clone: the tensor would be too large",
  ],
  [() => ones([1]).expand([2 ** 31]), "expand: the tensor would be too large"],
  [() => a.repeat([1e9, 1e9]), "repeat: the tensor would be too large"],
  [() => a.pad([1e9, 1e9]), "pad: the tensor would be too large"],
  [() => tg.arange(1e12), "arange: the tensor would be too large"],
  [() => tg.randn([4e4, 4e4]), "randn: the tensor would be too large"],
  [() => tg.oneHot(int(0), 1e12), "oneHot: the tensor would be too large"],
  [() => tg.arange(2 ** 31 - 1, 2 ** 31 + 1), "arange: the number does not fit into int32"],
  [() => tg.arange(0, 1, 0.5, { dtype: "int32" }), "arange: integers need whole bounds and a whole step"],
  [() => tg.arange(wrong("5"), 7), "arange: a bound or step must be a number"],
  [() => tg.linspace(0, 1, 3, { dtype: "bool" }), "linspace: a range is made of numbers"],
  [() => a.index([wrong(true)]), "index: no such item"],
  [() => a.roll(0.5), "roll: a shift must be a whole number"],
  [() => a.roll([1, 2]), "roll: one shift a dim"],
  [() => a.reshape([0, -1]), "reshape: 6 elements do not fill the shape"],
  [() => tensor(1).indexSelect(0, int(0, 0)), "indexSelect: a 0-d tensor has one element to select"],
  [
    () => a.scatterAdd(1, int(0, 1).reshape([2, 1]), a.to("float64")),
    "scatterAdd: tensor and source must have one dtype",
  ],
  [() => ones([3]).embedding(int(0)), "embedding: the table must be a matrix"],
  [() => int(1).dropout(), "dropout: a float is needed"],
  [() => tg.mseLoss(int(1), int(1)), "mseLoss: a float is needed"],
  [() => tg.mseLoss(a, ones([2])), "mseLoss: shapes do not broadcast, 3 and 2 at dim −1"],
  [() => tg.smoothL1Loss(a, ones([2])), "smoothL1Loss: shapes do not broadcast, 3 and 2 at dim −1"],
  [() => tg.klDiv(a, ones([2])), "klDiv: shapes do not broadcast, 3 and 2 at dim −1"],
  [
    () => tg.binaryCrossEntropyWithLogits(a, a, { weight: ones([2]) }),
    "binaryCrossEntropyWithLogits: shapes do not broadcast, 3 and 2 at dim −1",
  ],
  [
    () => tg.binaryCrossEntropyWithLogits(a, a, { posWeight: ones([2]) }),
    "binaryCrossEntropyWithLogits: shapes do not broadcast, 3 and 2 at dim −1",
  ],
  [() => a.maskedFill(ones([2]), 0), "maskedFill: shapes do not broadcast, 3 and 2 at dim −1"],
  [() => tg.smoothL1Loss(a, a, { beta: -1 }), "smoothL1Loss: beta must not be negative"],
  [
    () => tg.binaryCrossEntropyWithLogits(a, ones([3])),
    "binaryCrossEntropyWithLogits: logits and target differ in shape",
  ],
  [() => tg.crossEntropy(a, a, { ignoreIndex: 1 }), "crossEntropy: probabilities have no class to ignore"],
  [() => tg.nllLoss(a, int(0, 0), { weight: ones([2]) }), "nllLoss: the weight needs one factor for each class"],
  [
    () => tg.scaledDotProductAttention(a, a, a, { bias: ones([5, 2, 2]) }),
    "scaledDotProductAttention bias: does not fit the scores",
  ],
  [
    () => tg.scaledDotProductAttention(a, a, a, { keyLength: int(1) }),
    "scaledDotProductAttention: keyLength must be int32 with 0 dims",
  ],
  [() => tensor(wrong(cycle())), "tensor: the data is nested too deeply"],
  [() => new tg.Generator(1).setState(wrong({})), "setState: not a state of a generator"],
  [() => tensor([true]).clamp({ min: wrong(tensor(true)) }), "clamp: bools have no bounds"],
  [() => tg.onWarning(wrong(1)), "onWarning: the listener must be a function"],
  [() => a.roll([1], wrong(new Array(1))), "roll: dims must be an array of whole numbers"],
  [() => a.max(wrong(undefined), { keepdim: true }), "max: keepdim needs a dim"],
  [() => tg.firstMoment(a), "firstMoment: 4 tensors of floats are needed"],
  [() => tg.addScaled(a, a, int(1)), "addScaled: 3 tensors of floats are needed"],
  [() => tg.addScaled(a, wrong(5), a), "addScaled: 3 tensors of floats are needed"],
  [() => tg.addScaled(a, a, a, a), "addScaled: 3 tensors of floats are needed"],
  [() => tg.checkpoint(wrong(1)), "checkpoint: fn must be a function"],
  [() => a.reshape([0.5]), "reshape: the shape must be an array of whole numbers"],
  [() => tg.noGrad(wrong(1)), "noGrad: a function is needed"],
  [() => tg.backward(wrong(1)), "backward: the operand must be a tensor"],
  [() => leaf().sum().backward(wrong(1)), "backward: the gradient must be a tensor"],
  [() => leaf().registerHook(wrong(1)), "registerHook: the hook must be a function"],
  [() => a.assign(wrong([1])), "assign: the value must be a tensor"],
  [
    () =>
      ones([1])
        .expand([3])
        .assign(ones([3])),
    "assign: several elements of the leaf share one place in memory",
  ],
  [() => Object.assign(leaf(), { requiresGrad: 1 }), "requiresGrad: true or false is needed"],
  [() => tg.compile((x: tg.Tensor) => x.sum().item())(a), "compile: item reads a value while the function is traced"],
  [() => tg.compile((x: tg.Tensor) => x.toString())(a), "compile: a tensor of a trace has no elements"],
  [() => keptFromTrace().add(1), "compile: a tensor of a trace has no elements"],
  [
    () => {
      const kept = keptFromTrace();
      tg.compile((x: tg.Tensor) => x.add(kept))(a);
    },
    "compile: a tensor of another trace is used",
  ],
  [() => tg.compile(async (x: tg.Tensor) => x)(a), "compile: the function is asynchronous"],
  [() => tg.compile((x: tg.Tensor) => x.shape.length)(a), "compile: the function returns no tensor and changes none"],
  [() => tg.compile((x: tg.Tensor) => x.add(1)).explain(), "compile: explain needs a program"],
  [() => tg.compile(leaf, wrong({ deterministic: false })), 'compile: option "deterministic" must be true'],
  [
    () => {
      let factor = 1;
      const f = tg.compile((x: tg.Tensor) => x.mul(factor++), { check: true });
      f(a);
      f(a);
    },
    "compile: the function does something else than when it was traced",
  ],
  [() => tg.compile((x: tg.Tensor, _: symbol) => x.add(1))(a, Symbol("s")), "compile: an argument is a symbol"],
  ...[Float32Array.of(1), new Map(), new Set()].map((item) => {
    const run = () => tg.compile((x: tg.Tensor, _: unknown) => x.add(1))(a, item);
    return [run, "compile: an argument holds elements and is no tensor", `got: a ${item.constructor.name}`] as const;
  }),
  [() => tg.compile((x: tg.Tensor) => x.detach().assign(x.neg()))(a), "compile: the function assigns to an argument"],
  [
    () => {
      const own = leaf();
      tg.compile((x: tg.Tensor) => x.mul(own).sum().backward())(own);
    },
    "compile: an argument is a leaf that the function changes",
  ],
  [
    () => tg.compile((x: tg.Tensor) => x.exp().sum().backward())(leaf().mul(2)),
    "compile: an argument that was computed would get a gradient",
    "got: a result of mul of shape [3]",
  ],
  [
    () => tg.compile((x: tg.Tensor) => tg.detectAnomaly(() => x.exp()))(a),
    "detectAnomaly: there are no values while a function is compiled",
  ],
  [
    () =>
      tg
        .compile((x: tg.Tensor) => x.exp().sum())(leaf())
        .backward(),
    "backward: the tensor is a result of a compiled function, which kept its graph inside",
  ],
];

describe("an error says what is wrong, what came, and what to do", () => {
  test.each(rows.map(([run, line, got], i) => [line, i, run, got] as const))("%s (row %i)", (line, _, run, own) => {
    const error = errorOf(run);
    expect(error).toBeInstanceOf(tg.TypegradError);
    expect(error.name).toMatch(/^(Shape|DType|Value|Option|Grad|Argument|Anomaly|Compile|NonFinite)Error$/);
    const [problem, got, hint, ...more] = error.message.split("\n");
    expect(problem).toBe(line);
    expect(got).toMatch(/^got: ./);
    if (own !== undefined) expect(got).toBe(own);
    expect(hint).toMatch(/^hint: (?!undefined)./);
    expect(more).toEqual([]);
  });
});

/** The first lines of all typed errors in the sources, as patterns: what is put in may be anything. */
function messages() {
  const sources = fileURLToPath(new URL("../../src", import.meta.url));
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  // Errors of the printer are the programmer's; the checks of gradients have tests of their own.
  const own = files.filter((name) => !/^(testing|scalar)\b/.test(name));
  return own.flatMap((name) => {
    const text = readFileSync(join(sources, name), "utf8");
    return [...text.matchAll(/new [A-Z]\w*Error\(/g)].map(({ index }) => {
      const rest = text.slice(index);
      const message = /^new \w+\(\s*(["`])((?:(?!\1).)*)\1,/.exec(rest)?.[2];
      if (message === undefined) throw new Error(`${name}: a message that is not a literal: ${rest.slice(0, 80)}`);
      const parts = message.split(/\$\{.*?\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      return { message: `${name}: ${message}`, pattern: new RegExp(`^${parts.join(".+")}$`) };
    });
  });
}

test("every message in the sources has a row", () => {
  const lines = rows.map(([, line]) => line);
  const missing = messages().filter(({ pattern }) => !lines.some((line) => pattern.test(line)));
  expect(missing.map(({ message }) => message)).toEqual([]);
});

test("every row has a message in the sources", () => {
  const patterns = messages().map(({ pattern }) => pattern);
  expect(rows.map(([, line]) => line).filter((line) => !patterns.some((pattern) => pattern.test(line)))).toEqual([]);
});
