import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  cat,
  compile,
  type DType,
  embedding,
  full,
  Generator,
  layerNorm,
  pad,
  rand,
  scaledDotProductAttention,
  stack,
  type Tensor,
  tensor,
  where,
} from "../../src/index.js";
import { withBackend } from "../../src/targets/backends.js";
import { HeapBackend } from "../../src/targets/heap/backend.js";
import { WasmBackend } from "../../src/targets/wasm/backend.js";
import { machineOrNull } from "../../src/targets/wasm/machine.js";

/** What a step may choose: operands among those there are, a dim, and a number. */
interface Choice {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dim: number;
  readonly n: number;
  readonly ids: Tensor;
}

const last = ({ shape }: Tensor): number => shape.at(-1)!;
const within = (ids: Tensor, extent: number): Tensor => ids.minimum(tensor(Int32Array.of(extent - 1)));
const sameDtype = (x: Tensor, values: number[]): Tensor => tensor(values, { dtype: x.dtype });

/** Operations that keep numbers small. One that shapes do not allow throws, and the step is left out. */
const operations: readonly ((choice: Choice) => Tensor)[] = [
  ({ x, y }) => x.add(y),
  ({ x, y }) => x.sub(y),
  ({ x, y }) => x.mul(y.tanh()),
  ({ x, y }) => x.div(y.mul(y).add(1)),
  ({ x, y }) => x.tanh().maximum(y),
  ({ x, n }) => x.mul(n - 1.5).sigmoid(),
  ({ x }) => x.tanh().exp(),
  ({ x }) => x.gelu({ approximate: "tanh" }),
  ({ x }) => x.relu().sub(0.25),
  ({ x, y }) => where(x.gt(y), x, y.neg()),
  ({ x, n }) => x.maskedFill(x.lt(0), n / 4),
  ({ x, dim }) => x.sum(dim).mul(0.3),
  ({ x, dim }) => x.mean([dim], { keepdim: true }),
  ({ x, dim }) => x.max(dim).values,
  ({ x, dim }) => x.softmax(dim),
  ({ x, dim }) => x.tanh().cumsum(dim).mul(0.5),
  ({ x }) => x.logSoftmax(-1).mul(0.2),
  ({ x, y }) => x.matmul(y).tanh(),
  ({ x, y }) => x.matmul(y.transpose(-1, -2)).mul(0.2),
  ({ x }) => layerNorm(x, [last(x)], { weight: full([last(x)], 0.7, { dtype: x.dtype }), eps: 0.1 }),
  ({ x }) => x.transpose(-1, -2),
  ({ x, n }) => x.permute(x.shape.map((_, d) => (d + n) % x.ndim)),
  ({ x }) => x.reshape([-1]),
  ({ x, y }) => x.reshape(y.shape),
  ({ x, dim }) => x.slice(dim, 1),
  ({ x, dim }) => x.slice(dim, 0, undefined, 2),
  ({ x, dim }) => x.select(dim, 0),
  ({ x, dim }) => x.flip(dim),
  ({ x, n }) => x.unsqueeze(n % (x.ndim + 1)),
  ({ x }) => x.unsqueeze(0).expand([2, ...x.shape]),
  ({ x, y, dim }) => cat([x, y], dim),
  ({ x, dim }) => stack([x, x.neg()], dim),
  ({ x, n }) => pad(x, [n % 2, 1], { value: 0.5 }),
  ({ x, dim, ids }) => x.indexSelect(dim, within(ids, x.shape[dim]!)),
  ({ x, ids }) => embedding(x, within(ids, x.shape[0]!)),
  ({ x, n }) => x.add(sameDtype(x, [n, -n]).sum()),
  ({ x }) => scaledDotProductAttention(x, x.tanh(), x.flip(-2), { causal: true }),
  ({ x }) => x.detach().mul(0.5),
];

const steps = fc.array(
  fc.record({
    operation: fc.nat(operations.length - 1),
    x: fc.nat(50),
    y: fc.nat(50),
    dim: fc.nat(3),
    n: fc.nat(3),
  }),
  { minLength: 2, maxLength: 16 },
);
type Steps = typeof steps extends fc.Arbitrary<infer S> ? S : never;

const MOST_ELEMENTS = 2000;

/** A function of leaves: what the last operations give, after a backward pass through the sum of all. */
function build(list: Steps, leaves: readonly Tensor[]): (ids: Tensor) => Tensor[] {
  return (ids) => {
    const known = [...leaves];
    for (const { operation, x, y, dim, n } of list) {
      const own = known[x % known.length]!;
      const choice = { x: own, y: known[y % known.length]!, dim: dim % Math.max(1, own.ndim), n, ids };
      let result: Tensor;
      try {
        result = operations[operation]!(choice);
      } catch (error) {
        if (/^(Shape|Argument|DType|Value)Error$/.test((error as Error).name)) continue;
        throw error;
      }
      if (result.size > 0 && result.size <= MOST_ELEMENTS) known.push(result);
    }
    const results = known.slice(-3);
    for (const x of known.slice(leaves.length)) results.push(x.mul(x).mean());
    const loss = results.slice(3).reduce((sum, x) => sum.add(x), leaves[0]!.sum());
    loss.backward();
    return [loss, ...results];
  };
}

const shapes = [[2, 3, 4], [3, 4], [4, 3], [4], []] as const;

function leavesOf(dtype: DType): Tensor[] {
  const generator = new Generator(11);
  return shapes.map((shape) => {
    const x = rand(shape, { generator, dtype: "float64" }).mul(2).sub(1);
    return tensor(dtype === "float64" ? x.data : Float32Array.from(x.data), { shape: [...shape], requiresGrad: true });
  });
}

/** Results of three calls, with the gradients that add up meanwhile. */
function everything(list: Steps, dtype: DType, compiled: boolean): Tensor[] {
  const leaves = leavesOf(dtype);
  const fn = build(list, leaves);
  const program = compile(fn);
  const run = compiled ? program : fn;
  const calls = [
    [1, 0, 2],
    [3, 3, 1],
  ].map((ids) => run(tensor(Int32Array.from(ids))));
  program.dispose();
  return [...calls.flat(), ...leaves.flatMap(({ grad }) => grad ?? [])];
}

/** The greatest difference of elements, as a part of the greatest element. */
function distance(x: Tensor, y: Tensor): number {
  expect([x.shape, x.dtype]).toEqual([y.shape, x.dtype]);
  let [most, scale] = [0, 1];
  x.data.forEach((element, i) => {
    const other = y.data[i]!;
    scale = Math.max(scale, Math.abs(other));
    most = Math.max(most, Math.abs(element - other));
  });
  return most / scale;
}

const machine = machineOrNull();
const backends = [new HeapBackend(), ...(machine === null ? [] : [new WasmBackend(machine)])];

describe.each(backends.map((backend) => [backend.name, backend] as const))("random functions on %s", (_, backend) => {
  test.each<[DType, number]>([
    ["float64", 1e-12],
    ["float32", 1e-5],
  ])("compiled as not, values and gradients in %s", (dtype, tolerance) => {
    const property = fc.property(steps, (list) => {
      const wanted = everything(list, dtype, false);
      const found = withBackend(backend, () => everything(list, dtype, true));
      expect(found).toHaveLength(wanted.length);
      found.forEach((x, i) => {
        expect(distance(x, wanted[i]!)).toBeLessThanOrEqual(tolerance);
      });
    });
    fc.assert(property, { numRuns: 60, seed: 3 });
  });
});
