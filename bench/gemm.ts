import { compile, noGrad, randn, type Tensor, zeros } from "@typegrad/autograd";
import { measure, type Row } from "./measure.js";

/** [rows, columns], or as a view of the same values kept transposed. */
function operand(rows: number, columns: number, transposed: boolean): Tensor {
  return transposed ? randn([columns, rows]).transpose(0, 1) : randn([rows, columns]);
}

/** `layout` says which operands are kept transposed: "NN", "TN", "NT" or "TT". */
function row(m: number, k: number, n: number, layout: string): Row {
  const a = operand(m, k, layout[0] === "T");
  const b = operand(k, n, layout[1] === "T");
  const out = zeros([m, n]);
  const inPlace = compile(() => noGrad(() => void out.assign(a.matmul(b))));
  const speed = (fn: () => void): number => (2 * m * k * n) / measure(fn) / 1e9;
  const eager = speed(() => void noGrad(() => a.matmul(b)));
  const compiled = speed(inPlace);
  inPlace.dispose();
  return { product: `[${m}, ${k}] · [${k}, ${n}]`, layout, "eager GFLOP/s": eager, "compiled GFLOP/s": compiled };
}

/** float32 products: eager, on heap operands and one thread; and compiled, from and to WebAssembly's memory. */
export function gemm(): Row[] {
  return [
    ...[64, 128, 256, 512, 1024].map((n) => row(n, n, n, "NN")),
    ...["NN", "TN", "NT", "TT"].map((layout) => row(2048, 128, 512, layout)),
  ];
}
