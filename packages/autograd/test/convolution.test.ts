import { describe, expect, test } from "@jest/globals";
import { conv1d, conv2d, Generator, grad, ones, randn, type Tensor, zeros } from "../src/index.js";
import { allClose } from "../src/testing/index.js";

const generator = new Generator(11);
const normal = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", generator, requiresGrad: true });

/** Four numbers: rows and columns before and after. */
type Zeros = readonly [number, number, number, number];

interface Setting {
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly zeros: Zeros;
  readonly groups: number;
}

interface Result {
  readonly out: number[];
  readonly gradients: readonly [number[], number[]];
}

/** Output of a convolution, and the gradients of the sum of output · cotangent, by loops over every product. */
function naive(
  x: Tensor,
  weight: Tensor,
  cotangent: Tensor,
  { stride, dilation, zeros: edge, groups }: Setting,
): Result {
  const [N, C, H, W] = x.shape as [number, number, number, number];
  const [O, inGroup, KH, KW] = weight.shape as [number, number, number, number];
  const [, , rows, columns] = cotangent.shape as [number, number, number, number];
  const out = new Array<number>(cotangent.size).fill(0);
  const gradients = [x, weight].map(({ size }) => new Array<number>(size).fill(0)) as [number[], number[]];
  let at = 0;
  for (let n = 0; n < N; n++)
    for (let o = 0; o < O; o++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++, at++)
          for (let c = 0; c < inGroup; c++)
            for (let k = 0; k < KH; k++)
              for (let l = 0; l < KW; l++) {
                const row = i * stride[0] + k * dilation[0] - edge[0];
                const column = j * stride[1] + l * dilation[1] - edge[2];
                if (row < 0 || row >= H || column < 0 || column >= W) continue;
                const channel = Math.floor(o / (O / groups)) * inGroup + c;
                const p = ((n * C + channel) * H + row) * W + column;
                const q = ((o * inGroup + c) * KH + k) * KW + l;
                out[at]! += x.data[p]! * weight.data[q]!;
                gradients[0][p]! += cotangent.data[at]! * weight.data[q]!;
                gradients[1][q]! += cotangent.data[at]! * x.data[p]!;
              }
  return { out, gradients };
}

const close = (tensor: Tensor, wanted: readonly number[]): void => {
  expect(tensor.size).toBe(wanted.length);
  for (const [i, value] of tensor.data.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-12);
};

const rows: [string, number[], number[], Partial<Setting>][] = [
  ["plain", [2, 3, 5, 7], [4, 3, 2, 3], {}],
  ["one element", [2, 3, 5, 7], [4, 3, 1, 1], {}],
  ["stride", [2, 3, 8, 7], [4, 3, 2, 3], { stride: [3, 2] }],
  ["stride beyond the kernel", [1, 2, 7, 9], [3, 2, 1, 2], { stride: [3, 4] }],
  ["dilation", [2, 3, 8, 7], [4, 3, 2, 3], { dilation: [5, 2] }],
  ["padding", [2, 3, 2, 1], [4, 3, 4, 3], { zeros: [2, 2, 1, 1] }],
  ["groups", [2, 6, 5, 4], [4, 3, 2, 3], { groups: 2 }],
  ["a group a channel", [2, 3, 5, 4], [6, 1, 2, 3], { groups: 3 }],
  ["all at once", [2, 4, 9, 8], [6, 2, 3, 2], { stride: [2, 3], dilation: [1, 4], zeros: [1, 1, 3, 3], groups: 2 }],
];

describe("conv2d", () => {
  test.each(rows)("with %s equals the loops, gradients too", (_, shape, kernel, given) => {
    const setting: Setting = { stride: [1, 1], dilation: [1, 1], zeros: [0, 0, 0, 0], groups: 1, ...given };
    const [x, weight] = [normal(...shape), normal(...kernel)];
    const { stride, dilation, zeros: edge, groups } = setting;
    const y = conv2d(x, weight, { stride, dilation, padding: [edge[0], edge[2]], groups });
    const cotangent = normal(...y.shape);
    const { out, gradients } = naive(x, weight, cotangent, setting);
    close(y, out);
    const found = grad(y, [x, weight], { gradOutput: cotangent });
    found.forEach((gradient, i) => {
      close(gradient!, gradients[i]!);
    });
  });

  test.each([
    ["odd kernel", [3, 5], [1, 1], [1, 1, 2, 2]],
    ["even kernel: the odd zero comes behind", [2, 4], [1, 1], [0, 1, 1, 2]],
    ["dilation", [2, 3], [3, 2], [1, 2, 2, 2]],
  ] as const)('padding "same" keeps the extents: %s', (_, kernel, dilation, edge) => {
    const [x, weight] = [normal(2, 3, 5, 7), normal(4, 3, ...kernel)];
    const y = conv2d(x, weight, { padding: "same", dilation });
    expect(y.shape).toEqual([2, 4, 5, 7]);
    close(y, naive(x, weight, y, { stride: [1, 1], dilation, zeros: edge, groups: 1 }).out);
  });

  test("takes strided operands, numbers for all dims, and images without a batch", () => {
    const [x, weight, bias] = [normal(2, 3, 7, 5), normal(4, 3, 2, 3), normal(4)];
    const wanted = conv2d(x, weight, { stride: [2, 2], padding: [1, 1], bias });
    const turned = (tensor: Tensor) => tensor.transpose(-1, -2).clone().transpose(-1, -2);
    expect(allClose(conv2d(turned(x), turned(weight), { stride: 2, padding: 1, bias }), wanted)).toBe(true);
    const single = x.select(0, 1).conv2d(weight, { stride: [2], padding: 1, bias });
    expect(single.shape).toEqual(wanted.shape.slice(1));
    expect(allClose(single, wanted.select(0, 1))).toBe(true);
    expect(allClose(conv2d(x, weight, { padding: "valid" }), conv2d(x, weight))).toBe(true);
  });

  test("adds the bias to each channel", () => {
    const y = conv2d(zeros([2, 3, 5, 7]), ones([2, 3, 2, 3]), { bias: ones([2]).cumsum(0) });
    expect(y.shape).toEqual([2, 2, 4, 5]);
    expect([y.select(1, 0).amin().item(), y.select(1, 1).amax().item()]).toEqual([1, 2]);
  });
});

describe("conv1d", () => {
  test("is conv2d on images of one row", () => {
    const [x, weight, bias] = [normal(2, 4, 11), normal(6, 2, 3), normal(6)];
    const options = { groups: 2, bias };
    const y = conv1d(x, weight, { ...options, stride: 2, padding: 3, dilation: 2 });
    const wide = conv2d(x.unsqueeze(2), weight.unsqueeze(2), {
      ...options,
      stride: [1, 2],
      padding: [0, 3],
      dilation: [1, 2],
    });
    expect(y.shape).toEqual([2, 6, 7]);
    expect(allClose(y, wide.squeeze(2))).toBe(true);
    const single = conv1d(x.select(0, 0), weight, { ...options, stride: 2, padding: 3, dilation: 2 });
    expect(allClose(single, y.select(0, 0))).toBe(true);
  });

  test("of no sequences is none, and promotes as other operations do", () => {
    const y = conv1d(zeros([0, 3, 7]), ones([2, 3, 2], { dtype: "float64" }));
    expect([y.shape, y.dtype]).toEqual([[0, 2, 6], "float64"]);
  });
});
