import { expect, test } from "@jest/globals";
import { compile, full, noGrad, randn, setMemoryLimit, type Tensor, tensor } from "../../src/index.js";

function model(size: number): (x: Tensor) => Tensor {
  const weight = full([size, size], 0.01, { requiresGrad: true });
  return compile((x: Tensor) => {
    const loss = x.matmul(weight).tanh().sum();
    loss.backward();
    noGrad(() => weight.assign(weight.sub(weight.grad!.mul(0.01))));
    weight.grad = null;
    return loss;
  });
}

test("ten thousand steps leave nothing behind", () => {
  const step = model(16);
  const x = randn([4, 16]);
  for (let i = 0; i < 2000; i++) step(x);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 10_000; i++) step(x);
  expect(process.memoryUsage().rss - before).toBeLessThan(40e6);
});

test("more than a hundred models in a synchronous loop, each dropped after a step", () => {
  setMemoryLimit(20e6);
  try {
    let before = 0;
    // Of each 4 MB for the weight: were they kept, 500 MB. Collections come when they like.
    for (let i = 0; i < 135; i++) {
      model(1024)(tensor(new Float32Array(1024), { shape: [1, 1024] }));
      if (i === 9) before = process.memoryUsage().rss;
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  } finally {
    setMemoryLimit(512 * 2 ** 20);
  }
});
