import { noGrad, ones, randn, type Tensor } from "@typegrad/autograd";
import { Adam } from "@typegrad/trainer";
import { compiledOps } from "./compiled-ops.js";
import { type Row, row } from "./measure.js";

/** What the engine itself costs: one addition of four elements, and the way back to both operands. */
function small(): Row[] {
  const a = randn([4]);
  const b = randn([4]);
  const gradient = ones([4]);
  a.requiresGrad = b.requiresGrad = true;
  const step = (): void => {
    a.grad = b.grad = null;
    a.add(b).backward(gradient);
  };
  return [row("[4] + [4], forward", 4, () => void a.add(b)), row("[4] + [4], forward and backward", 4, step)];
}

const forward = (name: string, x: Tensor, op: (x: Tensor) => Tensor): Row =>
  row(name, x.size, () => void noGrad(() => op(x)));

/** The same op with the way back to its operand. */
function backward(name: string, x: Tensor, op: (x: Tensor) => Tensor): Row {
  const leaf = x.clone();
  leaf.requiresGrad = true;
  const gradient = ones(x.shape);
  return row(`${name}, forward and backward`, x.size, () => {
    leaf.grad = null;
    op(leaf).backward(gradient);
  });
}

/** One Adam step over `count` tensors of `size` parameters each. */
function adam(count: number, size: number): Row {
  const parameters = Array.from({ length: count }, () => {
    const parameter = randn([size]);
    parameter.requiresGrad = true;
    parameter.grad = randn([size]);
    return parameter;
  });
  const optimizer = new Adam(parameters, { lr: 1e-6 });
  return row(`Adam step, ${count} × [${size}]`, count * size, () => optimizer.step());
}

/** Single operations, float32: eager, and in compiled functions. */
export function ops(): Row[] {
  const x = randn([1024, 1024]);
  const y = randn([1024, 1024]);
  const rows = randn([1024, 512]);
  const weight = ones([512]);
  const both = (name: string, x: Tensor, op: (x: Tensor) => Tensor): Row[] => [
    forward(name, x, op),
    backward(name, x, op),
  ];
  return [
    ...small(),
    forward("add [1024, 1024]", x, (x) => x.add(y)),
    forward("mul [1024, 1024] by a number", x, (x) => x.mul(2)),
    forward("exp [1024, 1024]", x, (x) => x.exp()),
    forward("tanh [1024, 1024]", x, (x) => x.tanh()),
    forward("gelu [1024, 1024]", x, (x) => x.gelu({ approximate: "tanh" })),
    forward("sum [1024, 1024] over rows", x, (x) => x.sum(1)),
    ...both("softmax [1024, 512]", rows, (x) => x.softmax(-1)),
    ...both("layerNorm [1024, 512]", rows, (x) => x.layerNorm([512], { weight, bias: weight })),
    adam(1, 1_000_000),
    adam(200, 64),
    ...compiledOps(),
  ];
}
