import { afterAll, describe, expect, test } from "@jest/globals";
import {
  adaptiveStep,
  compile,
  crossEntropy,
  dropout,
  firstMoment,
  Generator,
  noGrad,
  randn,
  scaledDotProductAttention,
  secondMoment,
  setMemoryLimit,
  setThreads,
  type Tensor,
  tensor,
  threadsReady,
  zerosLike,
} from "../../src/index.js";

const number = (value: number): Tensor => tensor(value, { dtype: "float64" });
const [decay1, share1, decay2, share2] = [0.9, 0.1, 0.999, 0.001].map(number) as [Tensor, Tensor, Tensor, Tensor];
const [rate, correction, eps] = [1e-2, 1, 1e-8].map(number) as [Tensor, Tensor, Tensor];

const [BATCH, LENGTH, HEADS, WIDTH, CLASSES] = [4, 40, 4, 64, 33];

/** A block of attention and a feed-forward network, with dropout, trained by Adam; everything that it ends with. */
function trained(steps: number, between: (step: number) => void = () => {}): number[][] {
  const generator = new Generator(7);
  const parameter = (...shape: number[]): Tensor => {
    const made = randn(shape, { generator }).mul(0.1).detach();
    made.requiresGrad = true;
    return made;
  };
  const shapes = [[CLASSES, WIDTH], [3 * WIDTH, WIDTH], [WIDTH], [4 * WIDTH, WIDTH], [4 * WIDTH], [WIDTH, 4 * WIDTH]];
  const parameters = shapes.map((shape) => parameter(...shape));
  const [table, projection, gain, up, shift, down] = parameters as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  const [firsts, seconds] = [parameters.map(zerosLike), parameters.map(zerosLike)];
  const lossOf = (ids: Tensor, target: Tensor): Tensor => {
    const x = dropout(table.embedding(ids), { p: 0.1, generator });
    const heads = x
      .matmul(projection.transpose(0, 1))
      .reshape([BATCH, LENGTH, 3 * HEADS, WIDTH / HEADS])
      .permute([0, 2, 1, 3]);
    const [q, k, v] = [0, 1, 2].map((part) => heads.slice(1, part * HEADS, (part + 1) * HEADS)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const attended = scaledDotProductAttention(q, k, v, { causal: true }).permute([0, 2, 1, 3]).reshape(x.shape);
    const normal = x.add(attended).layerNorm([WIDTH], { weight: gain });
    const hidden = normal.matmul(up.transpose(0, 1)).add(shift).gelu({ approximate: "tanh" });
    const out = normal.add(dropout(hidden.matmul(down.transpose(0, 1)), { p: 0.1, generator }));
    return crossEntropy(out.matmul(table.transpose(0, 1)).reshape([-1, CLASSES]), target.reshape([-1]));
  };
  const step = compile((ids: Tensor, target: Tensor) => {
    const loss = lossOf(ids, target);
    loss.backward();
    noGrad(() => {
      parameters.forEach((x, i) => {
        const [m, v] = [firsts[i]!, seconds[i]!];
        m.assign(firstMoment(m, x.grad!, decay1, share1));
        v.assign(secondMoment(v, x.grad!, decay2, share2));
        x.assign(adaptiveStep(x, m, v, rate, correction, eps));
        x.grad = null;
      });
    });
    return loss;
  });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const ids = tensor(
      Int32Array.from({ length: BATCH * LENGTH }, (_, k) => (i * 7 + k * 5) % CLASSES),
      {
        shape: [BATCH, LENGTH],
      },
    );
    losses.push(step(ids, ids.flip(1)).item());
    between(i);
  }
  const all = [...parameters, ...firsts, ...seconds].map((x) => Array.from(x.data));
  step.dispose();
  return [losses, ...all];
}

afterAll(() => {
  setThreads(1);
});

describe("a training run has the same bits", () => {
  setThreads(1);
  const wanted = trained(4);

  test("and learns something", () => {
    expect(wanted[0]!.at(-1)).toBeLessThan(wanted[0]![0]!);
    expect(wanted.flat().every(Number.isFinite)).toBe(true);
  });

  test.each([2, 3])("on %i threads", async (threads) => {
    setThreads(threads);
    await threadsReady();
    expect(trained(4)).toEqual(wanted);
  });

  test("when threads come and go between the steps", () => {
    expect(trained(4, (step) => setThreads(1 + (step % 3)))).toEqual(wanted);
  });

  test("when its program is dropped and traced again after each step", () => {
    const other = compile((x: Tensor) => x.mul(2));
    try {
      const found = trained(4, () => {
        setMemoryLimit(0);
        other(tensor([1]));
        setMemoryLimit(512 * 2 ** 20);
      });
      expect(found).toEqual(wanted);
    } finally {
      setMemoryLimit(512 * 2 ** 20);
    }
  });
});
