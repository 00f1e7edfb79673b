import { type MadeCase, type Named, out, some, type Values, values } from "./make-case.js";

/* Operations from their definitions, in plain numbers. */

export const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** [N, C, H, W] by a kernel [O, C / groups, KH, KW], every product on its own. */
export function convolve(
  x: Values,
  weight: Values,
  bias: Values | undefined,
  options: Record<string, number[]>,
): Values {
  const [N, C, H, W] = x.shape as [number, number, number, number];
  const [O, inner, KH, KW] = weight.shape as [number, number, number, number];
  const { stride = [1, 1], padding = [0, 0], dilation = [1, 1] } = options;
  const size = (extent: number, kernel: number, d: number): number =>
    Math.floor((extent + 2 * padding[d]! - dilation[d]! * (kernel - 1) - 1) / stride[d]!) + 1;
  const [rows, columns] = [size(H, KH, 0), size(W, KW, 1)];
  const data: number[] = [];
  for (let at = 0; at < N * O * rows * columns; at++) {
    const [j, i] = [at % columns, Math.floor(at / columns) % rows];
    const [o, n] = [Math.floor(at / columns / rows) % O, Math.floor(at / columns / rows / O)];
    let total = bias?.data[o] ?? 0;
    for (let k = 0; k < inner * KH * KW; k++) {
      const [l, m, c] = [k % KW, Math.floor(k / KW) % KH, Math.floor(k / KW / KH)];
      const row = i * stride[0]! + m * dilation[0]! - padding[0]!;
      const column = j * stride[1]! + l * dilation[1]! - padding[1]!;
      if (row < 0 || row >= H || column < 0 || column >= W) continue;
      const channel = Math.floor(o / (O / (C / inner))) * inner + c;
      total += x.data[((n * C + channel) * H + row) * W + column]! * weight.data[o * inner * KH * KW + k]!;
    }
    data.push(total);
  }
  return { shape: [N, O, rows, columns], data };
}

/** With a dim of one row put in or taken away. */
export const asImage = ({ shape, data }: Values): Values => ({
  shape: [...shape.slice(0, -1), 1, shape.at(-1)!],
  data,
});
export const asSequence = ({ shape, data }: Values): Values => ({
  shape: [...shape.slice(0, -2), shape.at(-1)!],
  data,
});

/** Batch norm of [N, 2] with the running statistics afterwards. */
export function batchNorm(training: boolean) {
  return ({ x, weight, bias, running_mean: mean, running_var: spread }: Named): Named => {
    const column = (c: number): number[] => x!.data.filter((_, i) => i % 2 === c);
    const own = [0, 1].map((c) => {
      const average = sum(column(c)) / column(c).length;
      return { average, squares: sum(column(c).map((value) => (value - average) ** 2)) };
    });
    const count = x!.shape[0]!;
    const used = training ? own.map(({ average, squares }) => [average, squares / count] as const) : null;
    const data = x!.data.map((value, i) => {
      const [m, v] = used?.[i % 2] ?? [mean!.data[i % 2]!, spread!.data[i % 2]!];
      return ((value - m) / Math.sqrt(v + 0.1)) * weight!.data[i % 2]! + bias!.data[i % 2]!;
    });
    const moved = (old: Values, batch: readonly number[]): Values => ({
      shape: [2],
      data: old.data.map((value, c) => (training ? 0.8 * value + 0.2 * batch[c]! : value)),
    });
    return {
      out: { shape: x!.shape, data },
      running_mean: moved(
        mean!,
        own.map(({ average }) => average),
      ),
      running_var: moved(
        spread!,
        own.map(({ squares }) => squares / (count - 1)),
      ),
    };
  };
}

export const logSumExp = (row: readonly number[]): number => Math.log(sum(row.map(Math.exp)));

/** Vectors clipped together by their p-norm. */
export const clipped =
  (p: number) =>
  (inputs: Named): Named => {
    const all = Object.values(inputs).flatMap(({ data }) => data.map(Math.abs));
    const total = p === Number.POSITIVE_INFINITY ? Math.max(...all) : sum(all.map((value) => value ** p)) ** (1 / p);
    const factor = Math.min(1, 1.5 / (total + 1e-6));
    const results = Object.values(inputs).map((x, i) => [`${i}`, { ...x, data: x.data.map((v) => v * factor) }]);
    return { ...Object.fromEntries(results), total_norm: values([], total) };
  };

export const norm = (p: number): MadeCase => ({
  op: "norm",
  args: { p: Number.isFinite(p) ? p : p > 0 ? "inf" : "-inf", dim: 1, keepdim: true },
  inputs: { x: some(2, 3) },
  outputs: ({ x }) =>
    out(
      [2, 1],
      [0, 1].map((i) => {
        const row = x!.data.slice(3 * i, 3 * i + 3).map(Math.abs);
        if (!Number.isFinite(p)) return p > 0 ? Math.max(...row) : Math.min(...row);
        return sum(row.map((value) => value ** p)) ** (1 / p);
      }),
    ),
});
