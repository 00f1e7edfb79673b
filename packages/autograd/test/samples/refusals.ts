import * as tg from "../../src/index.js";

const { ones, tensor, zeros } = tg;
const int = (...values: number[]) => tensor(Int32Array.from(values));
const a = ones([2, 3]);
const cube = ones([2, 3, 5]);
const long = ones([1, 1]).expand([2 ** 16, 1]);
const wrong = <T>(value: unknown): T => value as T;

/** What operations refuse: what is wrong, and what came. */
export const refusals: readonly (readonly [run: () => unknown, problem: string, got: string])[] = [
  [
    () => tg.batchNorm(ones([3]), { training: true }),
    "batchNorm: x is [N, C, ...], statistics, weight and bias are [C]",
    "got: x [3]",
  ],
  [
    () => tg.batchNorm(a, { training: true, weight: ones([2]) }),
    "batchNorm: x is [N, C, ...], statistics, weight and bias are [C]",
    "got: x [2, 3], weight [2]",
  ],
  [
    () => tg.batchNorm(a, { runningVar: ones([3]), eps: 1 }),
    "batchNorm: outside training the running statistics are needed",
    "got: { runningVar, eps }",
  ],
  [() => tg.einsum("i...j.", cube), "einsum: an ellipsis is three dots, one in a term", 'got: "i...j."'],
  [() => tg.einsum("ij,ii", a, a), 'einsum: extents of "i" differ, 2 and 3', "got: ij,ii for [2, 3], [2, 3]"],
  [() => tg.einsum("ij,jk", a, a), 'einsum: extents of "j" differ, 3 and 2', "got: ij,jk for [2, 3], [2, 3]"],
  [() => int(1).maskedFill(true, 2 ** 31), "maskedFill: the number does not fit into int32", "got: 2147483648"],
  [
    () => tg.crossEntropy(a, int(0, 0), { labelSmoothing: -0.1 }),
    "crossEntropy: labelSmoothing lies in [0, 1]",
    "got: -0.1",
  ],
  [
    () => tg.crossEntropy(a, int(0, 0), { weight: ones([2]) }),
    "crossEntropy: the weight needs one factor for each class",
    "got: [2] for 3 classes",
  ],
  [
    () => tg.crossEntropy(a, tensor([true, false])),
    "crossEntropy: the target needs one class id for each position",
    "got: bool [2] for logits [2, 3]",
  ],
  [() => a.split(0), "split: the sizes do not add up to the extent", "got: 0 for an extent of 2"],
  [() => tensor(1).split(1), "split: the sizes do not add up to the extent", "got: 1 for a tensor without dims"],
  [() => a.split([1.5, 0.5]), "split: the sizes do not add up to the extent", "got: [1.5, 0.5] for an extent of 2"],
  [() => a.split([3, -1]), "split: the sizes do not add up to the extent", "got: [3, -1] for an extent of 2"],
  [
    () =>
      ones([1])
        .expand([2 ** 20 + 1])
        .split(1),
    "split: the sizes do not add up to the extent",
    "got: 1 for an extent of 1048577",
  ],
  [() => a.chunk(2 ** 20 + 1), "chunk: the number of chunks must be at least 1", "got: 1048577"],
  [() => a.index([[0, 1, 1, 1]]), "index: no such item", "got: [0, 1, 1, 1]"],
  [() => a.index(wrong(["abc"])), "index: no such item", 'got: "abc"'],
  [() => a.flip(wrong(undefined)), "flip: dim out of range for a tensor of 2 dims", "got: undefined"],
  [
    () => tg.scaledDotProductAttention(a, a, a, { mask: ones([7]).gt(0) }),
    "scaledDotProductAttention mask: shapes do not broadcast, 7 and 2 at dim −1",
    "got: [7] and [2, 2]",
  ],
  [
    () => tg.scaledDotProductAttention(cube, cube, cube, { keyStart: int(0, 0, 0) }),
    "scaledDotProductAttention keyStart: shapes do not broadcast, 3 and 2 at dim −3",
    "got: [3, 1, 3] and [2, 3, 3]",
  ],
  [
    () => tg.scaledDotProductAttention(cube, cube, cube, { keyLength: int(1) }),
    "scaledDotProductAttention: keyLength must be int32 with 0 dims",
    "got: int32 [1]",
  ],
  [
    () => tg.scaledDotProductAttention(cube, cube, cube, { keyStart: int(1, 2).reshape([2, 1]) }),
    "scaledDotProductAttention: keyStart must be int32 with 1 dims",
    "got: int32 [2, 1]",
  ],
  [
    () => tg.scaledDotProductAttention(cube, cube, cube, { keyLength: tensor(1) }),
    "scaledDotProductAttention: keyLength must be int32 with 0 dims",
    "got: float32 []",
  ],
  [
    () => tg.scaledDotProductAttention(long, long, long),
    "scaledDotProductAttention: the tensor would be too large",
    "got: [65536, 65536], 4294967296 elements",
  ],
  [
    () => tg.scaledDotProductAttention(a, a, ones([5, 3])),
    "scaledDotProductAttention: query and key differ in width, or key and value in length",
    "got: query [2, 3], key [2, 3], value [5, 3]",
  ],
  [
    () => tg.scaledDotProductAttention(cube, ones([7, 3, 5]), ones([7, 3, 5])),
    "scaledDotProductAttention: shapes do not broadcast, 2 and 7 at dim −1",
    "got: [2] and [7] and [7]",
  ],
  [
    () => tg.conv2d(ones([1, 5, 5]), ones([1, 1, 2, 2]), { stride: [1, 0.5] }),
    "conv2d: stride: whole numbers ≥ 1 are needed, one for all dims or one for each",
    "got: [1, 0.5] for 2 dims",
  ],
  [
    () => tg.conv1d(ones([1, 2, 5]), ones([2, 1, 2]), { groups: 0 }),
    "conv1d: the groups do not divide the channels",
    "got: 0 groups for 2 channels of the output",
  ],
  [
    () => tg.conv1d(ones([1, 3, 5]), ones([3, 2, 2]), { groups: 1.5 }),
    "conv1d: the groups do not divide the channels",
    "got: 1.5 groups for 3 channels of the output",
  ],
  [
    () => tg.conv1d(ones([2, 2, 3, 5]), ones([1, 3, 2])),
    "conv1d: the input does not fit the weight",
    "got: input [2, 2, 3, 5], weight [1, 3, 2], 1 groups",
  ],
  [
    () => tg.conv1d(ones([1, 2, 5]), ones([1, 2, 0])),
    "conv1d: the kernel does not fit into the input",
    "got: kernel [0], dilation [1], input with padding [1, 2, 5]",
  ],
  [
    () => tg.conv2d(ones([1, 5, 2]), ones([1, 1, 1, 3])),
    "conv2d: the kernel does not fit into the input",
    "got: kernel [1, 3], dilation [1, 1], input with padding [1, 1, 5, 2]",
  ],
  [() => a.gather(0, ones([1, 1])), "gather: indices must be int32", "got: float32"],
  [() => a.scatterAdd(0, ones([1, 1]), a), "scatterAdd: indices must be int32", "got: float32"],
  [() => a.scatterAdd(0, int(0), a), "scatterAdd: the index does not fit", "got: index [1] for [2, 3] along dim 0"],
  [
    () => a.gather(0, int(0, 0, 0, 0).reshape([1, 4])),
    "gather: the index does not fit",
    "got: index [1, 4] for [2, 3] along dim 0",
  ],
  [
    () => a.scatterAdd(1, int(0).reshape([1, 1]), ones([1])),
    "scatterAdd: the source has too few elements",
    "got: source [1], index [1, 1]",
  ],
  [() => a.indexCopy(0, int(0).reshape([1, 1]), a), "indexCopy: the index has one dim", "got: [1, 1]"],
  [
    () => tensor(1).indexCopy(0, int(0, 0), tensor(1)),
    "indexCopy: the source does not fit",
    "got: source [], 2 indices into [] along dim 0",
  ],
  [
    () => a.indexCopy(0, int(0), ones([3])),
    "indexCopy: the source does not fit",
    "got: source [3], 1 indices into [2, 3] along dim 0",
  ],
  [
    () => a.indexCopy(0, int(0), int(1, 2, 3).reshape([1, 3])),
    "indexCopy: tensor and source must have one dtype",
    "got: float32 and int32",
  ],
  [() => a.topk(-1), "topk: k out of range", "got: -1 of 3"],
  [() => zeros([0]).norm({ p: Infinity }), "norm: nothing to reduce over", "got: [0]"],
  [() => zeros([0]).norm({ p: -1 }), "norm: nothing to reduce over", "got: [0]"],
  [
    () => tg.rope(ones([3, 4]), { offset: int(1, 2, 3) }),
    "rope: the offset is a whole number, int32 [], or int32 [B] for x [B, .., L, D]",
    "got: int32 [3] for x [3, 4]",
  ],
  [
    () => tg.rope(ones([2, 3, 4]), { offset: int(1, 2).reshape([2, 1]) }),
    "rope: the offset is a whole number, int32 [], or int32 [B] for x [B, .., L, D]",
    "got: int32 [2, 1] for x [2, 3, 4]",
  ],
  [() => tg.rope(ones([2, 3, 4]), { theta: Infinity }), "rope: theta is a positive number", "got: Infinity"],
  [
    () => tg.rope(ones([2, 3, 4]), { offset: 0.5 }),
    "rope: the offset is a whole number, int32 [], or int32 [B] for x [B, .., L, D]",
    "got: 0.5",
  ],
  [() => a.reshape([-2, -3]), "reshape: 6 elements do not fill the shape", "got: [2, 3] to [-2, -3]"],
  [() => a.permute([0]), "permute: every dim must be named once", "got: [0] for 2 dims"],
  [() => a.permute([0, 1, 1]), "permute: every dim must be named once", "got: [0, 1, 1] for 2 dims"],
  [() => cube.expand([3, 5]), "expand: only dims of extent 1 stretch", "got: [2, 3, 5] to [3, 5]"],
  [
    () => a.repeat([2 ** 20, 2 ** 20]),
    "repeat: the tensor would be too large",
    "got: [1048576, 1048576], 1099511627776 elements",
  ],
  [
    () => a.pad([1, 1, 1, 1, 1, 1]),
    "pad: pairs of whole numbers are needed, from the last dim backwards",
    "got: [1, 1, 1, 1, 1, 1] for 2 dims",
  ],
  [() => int(1).pad([1, 1], { value: 2 ** 31 }), "pad: the number does not fit into int32", "got: 2147483648"],
  [
    () => ones([3]).layerNorm([2, 3]),
    "layerNorm: the last dims, weight and bias must have the normalised shape",
    "got: [3] over [2, 3]",
  ],
  [
    () => a.layerNorm([3], { weight: ones([2]) }),
    "layerNorm: the last dims, weight and bias must have the normalised shape",
    "got: [2, 3] over [3] with a parameter of [2]",
  ],
  [() => a.dropout({ p: 2 }), "dropout: not a probability", "got: 2"],
  [
    () => a.layerNorm([2]),
    "layerNorm: the last dims, weight and bias must have the normalised shape",
    "got: [2, 3] over [2]",
  ],
  [() => tg.cat([a, ones([5, 7])], 1), "cat: shapes differ outside dim 1", "got: [2, 3], [5, 7]"],
  [() => tg.stack([a, ones([2, 5])]), "stack: shapes differ", "got: [2, 3], [2, 5]"],
  [() => a.max(wrong(undefined), { keepdim: true }), "max: keepdim needs a dim", "got: keepdim without a dim"],
  [
    () => tg.crossEntropy(ones([5]), int(2).reshape([]), { weight: ones([4]) }),
    "crossEntropy: the weight needs one factor for each class",
    "got: [4] for 5 classes",
  ],
];
