import { noGrad, randn, type Tensor } from "@typegrad/autograd";
import { measure, type Row } from "./measure.js";

/** What anybody would write first: three loops over float32 arrays. */
function naive(a: Float32Array, b: Float32Array, c: Float32Array, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
      c[i * n + j] = sum;
    }
  }
}

/** [rows, columns], or as a view of the same values kept transposed. */
function operand(rows: number, columns: number, transposed: boolean): Tensor {
  return transposed ? randn([columns, rows]).transpose(0, 1) : randn([rows, columns]);
}

/** `layout` says which operands are kept transposed: "NN", "TN", "NT" or "TT". */
function row(m: number, k: number, n: number, layout: string): Row {
  const a = operand(m, k, layout[0] === "T");
  const b = operand(k, n, layout[1] === "T");
  const work = 2 * m * k * n;
  const ours = work / measure(() => void noGrad(() => a.matmul(b))) / 1e9;
  const [x, y, z] = [new Float32Array(a.data), new Float32Array(b.data), new Float32Array(m * n)];
  const loops = work / measure(() => naive(x, y, z, m, k, n)) / 1e9;
  return {
    product: `[${m}, ${k}] · [${k}, ${n}]`,
    layout,
    "GFLOP/s": ours,
    "naive GFLOP/s": loops,
    ratio: ours / loops,
  };
}

/** float32 products, eager, on one thread. */
export function gemm(): Row[] {
  return [
    ...[64, 128, 256, 512].map((n) => row(n, n, n, "NN")),
    ...["NN", "TN", "NT", "TT"].map((layout) => row(2048, 128, 512, layout)),
  ];
}
