import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runCase } from "./conformance/run-case.js";
import { asImage, asSequence, batchNorm, clipped, convolve, logSumExp, norm, sum } from "./made-cases/definitions.js";
import { type MadeCase, makeCase, type Named, out, some, values } from "./made-cases/make-case.js";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const normInputs = { x: some(5, 2), weight: values([2], 2, -3), bias: values([2], 1, 0.5) };
const statistics = { running_mean: values([2], 0.3, -0.2), running_var: values([2], 1.5, 0.7) };

const cases: readonly (readonly [string, MadeCase])[] = [
  [
    "conv1d",
    {
      op: "conv1d",
      args: { stride: 2, padding: [1], dilation: 2, groups: 2 },
      inputs: { x: some(2, 4, 7), weight: some(6, 2, 3), bias: some(6) },
      outputs: ({ x, weight, bias }) => ({
        out: asSequence(
          convolve(asImage(x!), asImage(weight!), bias, { stride: [1, 2], padding: [0, 1], dilation: [1, 2] }),
        ),
      }),
    },
  ],
  [
    "conv2d",
    {
      op: "conv2d",
      args: { stride: [2, 1], padding: [0, 2], dilation: 1, groups: 1 },
      inputs: { x: some(2, 3, 5, 2), weight: some(2, 3, 2, 3) },
      outputs: ({ x, weight }) => ({ out: convolve(x!, weight!, undefined, { stride: [2, 1], padding: [0, 2] }) }),
    },
  ],
  [
    "batch_norm in training",
    {
      op: "batch_norm",
      args: { training: true, momentum: 0.2, eps: 0.1 },
      inputs: { ...normInputs, ...statistics },
      differentiated: ["x", "weight", "bias"],
      constant: ["running_mean", "running_var"],
      outputs: batchNorm(true),
    },
  ],
  [
    "batch_norm in evaluation",
    {
      op: "batch_norm",
      args: { training: false, momentum: 0.2, eps: 0.1 },
      inputs: { ...normInputs, ...statistics },
      differentiated: ["x", "weight", "bias"],
      outputs: batchNorm(false),
    },
  ],
  [
    "cross_entropy of probabilities",
    {
      op: "cross_entropy",
      args: { label_smoothing: 0.1, reduction: "sum" },
      inputs: { logits: some(2, 3), target: values([2, 3], 0.2, 0.5, 0.3, 1, 0, 0) },
      outputs: ({ logits, target }) =>
        out(
          [],
          [
            sum(
              [0, 1].map((n) => {
                const row = logits!.data.slice(3 * n, 3 * n + 3);
                return sum(row.map((x, c) => (0.9 * target!.data[3 * n + c]! + 0.1 / 3) * (logSumExp(row) - x)));
              }),
            ),
          ],
        ),
    },
  ],
  [
    "cross_entropy of 1-d logits",
    {
      op: "cross_entropy",
      inputs: { logits: some(5) },
      integers: { target: values([], 3) },
      outputs: ({ logits }) => out([], [logSumExp(logits!.data) - logits!.data[3]!]),
    },
  ],
  ...(["maximum", "minimum"] as const).map((op): [string, MadeCase] => [
    `${op} with ties`,
    {
      op,
      inputs: { a: values([3], 1, 2, 3), b: values([3], 1, 3, 2) },
      outputs: ({ a, b }) =>
        out(
          [3],
          a!.data.map((x, i) => (op === "maximum" ? Math.max(x, b!.data[i]!) : Math.min(x, b!.data[i]!))),
        ),
      gradients: op === "maximum" ? { a: [0.25, 0, 2], b: [0.25, -1, 0] } : { a: [0.25, -1, 0], b: [0.25, 0, 2] },
    },
  ]),
  ...[1, 2, 3, 1.5, 4.5, Infinity, -Infinity].map((p): [string, MadeCase] => [`norm of order ${p}`, norm(p)]),
  [
    "the 2-norm at 0",
    { op: "norm", inputs: { x: values([2], 0, 0) }, outputs: () => out([], [0]), gradients: { x: [0, 0] } },
  ],
  ...[1, 2, 3, Infinity].map((p): [string, MadeCase] => [
    `clip_grad_norm of order ${p}`,
    {
      op: "clip_grad_norm",
      args: { max_norm: 1.5, norm_type: Number.isFinite(p) ? p : "inf" },
      inputs: { a: some(2, 3), b: some(3) },
      differentiated: [],
      outputs: clipped(p),
    },
  ]),
  [
    "einsum of a diagonal, implicit",
    {
      op: "einsum",
      args: { equation: "bab" },
      inputs: { x: some(3, 2, 3) },
      outputs: ({ x }) =>
        out(
          [2],
          [0, 1].map((a) => sum([0, 1, 2].map((b) => x!.data[(b * 2 + a) * 3 + b]!))),
        ),
    },
  ],
  [
    "einsum of three operands with an ellipsis",
    {
      op: "einsum",
      args: { equation: "...i, ij ,...j->..." },
      inputs: { a: some(2, 3), m: some(3, 2), b: some(1, 2) },
      outputs: ({ a, m, b }) =>
        out(
          [2],
          [0, 1].map((n) => sum(range(6).map((k) => a!.data[3 * n + (k >> 1)]! * m!.data[k]! * b!.data[k & 1]!))),
        ),
    },
  ],
  [
    "pad with negative amounts",
    {
      op: "pad",
      args: { pad: [-1, 2], value: 5 },
      inputs: { x: some(2, 3) },
      outputs: ({ x }) =>
        out(
          [2, 4],
          [0, 3].flatMap((at) => [x!.data[at + 1]!, x!.data[at + 2]!, 5, 5]),
        ),
    },
  ],
  [
    "repeat with 0",
    { op: "repeat", args: { repeats: [2, 0] }, inputs: { x: some(2, 3) }, outputs: () => out([4, 0], []) },
  ],
  [
    "cat with an empty operand",
    {
      op: "cat",
      args: { dim: 1 },
      inputs: { a: some(2, 1), b: values([0]), c: some(2, 2) },
      outputs: ({ a, c }) =>
        out(
          [2, 3],
          [0, 1].flatMap((i) => [a!.data[i]!, ...c!.data.slice(2 * i, 2 * i + 2)]),
        ),
    },
  ],
  [
    "an empty slice",
    {
      op: "index",
      args: { index: [[2, 1, null], "ellipsis"] },
      inputs: { x: some(3, 2) },
      outputs: () => out([0, 2], []),
    },
  ],
  [
    "rope",
    {
      op: "rope",
      args: { theta: 100, offset: 3 },
      inputs: { x: some(2, 2) },
      outputs: ({ x }) =>
        out(
          [2, 2],
          [3, 4].flatMap((angle, l) => {
            const [a, b] = x!.data.slice(2 * l) as [number, number];
            return [a * Math.cos(angle) - b * Math.sin(angle), b * Math.cos(angle) + a * Math.sin(angle)];
          }),
        ),
    },
  ],
  [
    "the second order of a quotient",
    {
      op: "div",
      inputs: { a: some(2), b: values([2], 1.5, -2) },
      outputs: ({ a, b }) =>
        out(
          [2],
          a!.data.map((x, i) => x / b!.data[i]!),
        ),
      secondOrder: true,
    },
  ],
  [
    "the second order of a sum",
    {
      op: "add",
      inputs: { a: some(2), b: some(2) },
      outputs: ({ a, b }) =>
        out(
          [2],
          a!.data.map((x, i) => x + b!.data[i]!),
        ),
      secondOrder: true,
    },
  ],
  [
    "the second order of einsum",
    {
      op: "einsum",
      args: { equation: "i,i,i" },
      inputs: { a: some(3), b: values([3], 0.5, -1, 2), c: values([3], 1, 3, -0.5) },
      outputs: ({ a, b, c }) => out([], [sum(a!.data.map((x, i) => x * b!.data[i]! * c!.data[i]!))]),
      secondOrder: true,
    },
  ],
  [
    "the second order of conv1d",
    {
      op: "conv1d",
      args: { stride: 2, padding: 1 },
      inputs: { x: some(1, 2, 4), weight: some(2, 2, 3) },
      outputs: ({ x, weight }) => ({
        out: asSequence(convolve(asImage(x!), asImage(weight!), undefined, { stride: [1, 2], padding: [0, 1] })),
      }),
      secondOrder: true,
    },
  ],
  [
    "the second order of max along a dim",
    {
      op: "max",
      args: { dim: 0, keepdim: false },
      inputs: { x: some(3) },
      outputs: ({ x }) => ({ values: values([], Math.max(...x!.data)) }),
      secondOrder: true,
    },
  ],
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conformance-ops-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (bytes: Uint8Array) => {
  writeFileSync(join(folder, "case.safetensors"), bytes);
  return runCase(folder, "case.safetensors");
};

test.each(cases)("a case of %s passes", async (_, made) => {
  const { status, problems } = await run(makeCase(made));
  expect({ status, problems }).toEqual({ status: "passed", problems: [] });
});

test.each(cases)("a case of %s fails where outputs are others", async (_, made) => {
  const bent = (inputs: Named): Named =>
    Object.fromEntries(
      Object.entries(made.outputs(inputs)).map(([name, { shape, data }]) => [
        name,
        data.length === 0 ? { shape: [...shape, 2], data } : { shape, data: data.map((x) => x + 0.001) },
      ]),
    );
  const { status } = await run(makeCase({ ...made, outputs: bent }));
  expect(status).toBe("failed");
});
